/** Bytes that a sample may hold, and those of each of its parts in a file that is larger. */
const mostBytes = 64 * 1024;
const partBytes = 8 * 1024;

/**
 * What a file's encoding is told by: all of a small file; of a larger one the lines around what isn't ASCII, from places
 * spread over the whole of it, so that no damage in one place decides. Parts begin after a line's end where one is near.
 */
export class EncodingSample {
  private readonly parts: Buffer[] = [];
  private place = 0;
  private next = 0;

  /** @param fileBytes Size of the file. */
  constructor(private readonly fileBytes: number) {}

  /** The file's next block: overwritten once this returns. */
  add(block: Buffer): void {
    if (this.fileBytes <= mostBytes) {
      this.parts.push(Buffer.from(block));
      return;
    }
    for (let i = Math.max(0, this.next - this.place); i < block.length; i++) {
      if ((block[i] ?? 0) < 0x80) continue;
      const start = lineStart(block, i);
      const end = Math.min(block.length, start + partBytes);
      this.parts.push(Buffer.from(block.subarray(start, end)), lineEnd);
      this.next = Math.max(this.place + end, this.place + i + Math.ceil((this.fileBytes * partBytes) / mostBytes));
      i = this.next - this.place;
    }
    this.place += block.length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.parts).subarray(0, mostBytes);
  }
}

/** Ends what a part's end has torn. */
const lineEnd = Buffer.from('\n');

/** Where the line of a place begins, as long as it does so near by. */
function lineStart(block: Buffer, place: number): number {
  const nearest = Math.max(0, place - partBytes / 2);
  for (let start = place; start > nearest; start--) {
    const before = block[start - 1];
    if (before === 0x0a || before === 0x0d) return start;
  }
  return place;
}
