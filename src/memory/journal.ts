/** Room for notes that a journal has at least, numbers. */
const leastRoom = 1 << 10;

/** What stood where something was changed since a moment, the latest last, so that it can be taken back. */
export class Journal {
  /** Pairs: where, and what stood there. */
  private notes = new Uint32Array(leastRoom);
  private length = 0;

  /** @param dropped Notes that were dropped before. */
  constructor(private dropped = 0) {}

  /** Bytes in memory. */
  get bytes(): number {
    return this.notes.byteLength;
  }

  /** How many notes there ever were. */
  get position(): number {
    return this.dropped + this.length / 2;
  }

  note(where: number, before: number): void {
    if (this.length === this.notes.length) {
      const longer = new Uint32Array(2 * this.length);
      longer.set(this.notes);
      this.notes = longer;
    }
    this.notes[this.length++] = where;
    this.notes[this.length++] = before;
  }

  /** Takes back all that was noted since a position, the latest first. @throws RangeError where that was dropped */
  takeBack(position: number, undo: (where: number, before: number) => void): void {
    if (position < this.dropped) throw new RangeError('What stood there is no longer known.');
    const end = 2 * (position - this.dropped);
    while (this.length > end) {
      this.length -= 2;
      undo(this.notes[this.length] ?? 0, this.notes[this.length + 1] ?? 0);
    }
  }

  /** Drops the notes before a position, and tells of each where it was. */
  drop(position: number, each: (where: number) => void): void {
    const gone = Math.min(this.length, 2 * (position - this.dropped));
    if (gone <= 0) return;
    for (let i = 0; i < gone; i += 2) each(this.notes[i] ?? 0);
    const left = this.length - gone;
    // Room that was needed once isn't kept for ever.
    const room = Math.max(leastRoom, 2 * left);
    if (this.notes.length > 2 * room) {
      const shorter = new Uint32Array(room);
      shorter.set(this.notes.subarray(gone, this.length));
      this.notes = shorter;
    } else {
      this.notes.copyWithin(0, gone, this.length);
    }
    this.length = left;
    this.dropped += gone / 2;
  }
}
