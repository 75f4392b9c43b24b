/** Larger arrays are let go again: so much memory for a rare text isn't worth keeping. */
const mostKept = 1 << 20;

/**
 * An array that is used again and again, for what is looked at and forgotten: where a large text comes in small pieces, a
 * new array for each would take longer than filling it.
 */
export class ScratchArray {
  private kept = new Uint16Array(0);

  /** An array of at least so many numbers, whatever they are. The next call may give the same one. */
  atLeast(length: number): Uint16Array<ArrayBuffer> {
    if (length > mostKept) return new Uint16Array(length);
    if (length > this.kept.length) this.kept = new Uint16Array(Math.min(mostKept, 2 * length));
    return this.kept;
  }
}
