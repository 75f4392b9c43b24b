"""The size of a file once PPMd (7-Zip's and ZIP's variant I, order 6) has compressed it, bytes:

    python ppmd.py FILE
"""
import sys

import pyppmd

ORDER = 6
MEMORY = 256 * 2**20


def main():
    with open(sys.argv[1], "rb") as file:
        print(len(pyppmd.compress(file.read(), max_order=ORDER, mem_size=MEMORY, variant="I")))


if __name__ == "__main__":
    main()
