/**
 * Bytes of UTF-8 that are decoded at once. V8 has strings of this size, even of two bytes a unit, where they come and go for
 * next to nothing; a larger one gets pages of its own, which takes longer than all else that is done to it.
 */
const portionBytes = 56 * 1024;

/** The first portion is larger: whoever judges a text by its start sees 64 Ki code units of it, of three bytes at most. */
const firstBytes = 256 * 1024;

const newline = 0x0a;

/**
 * The portions of a block of UTF-8, in order. They end where a tokeniser ends a piece whatever follows, so that the tokens
 * are those of the whole block; where there is no such place, the rest of the block is one portion.
 */
export function* portions(block: Buffer, first: boolean): Generator<Buffer, void, void> {
  for (let start = 0; start < block.length;) {
    const end = portionEnd(block, start, first && start === 0 ? firstBytes : portionBytes);
    yield block.subarray(start, end);
    start = end;
  }
}

/** Somewhere in the last quarter of `size` bytes from `start` on, or the block's end. */
function portionEnd(block: Buffer, start: number, size: number): number {
  if (block.length - start <= size) return block.length;
  const earliest = start + 0.75 * size;
  let line = block.lastIndexOf(newline, start + size - 1);
  while (line >= earliest && mayBeBlank(block[line + 1])) line = block.lastIndexOf(newline, line - 1);
  return line >= earliest ? line + 1 : block.length;
}

/** Whether a code point that begins with this byte may be white space, with which a line's end makes one piece. */
function mayBeBlank(byte = 0): boolean {
  return byte <= 0x20 || byte === 0xc2 || (byte >= 0xe1 && byte <= 0xe3) || byte === 0xef;
}
