/** One edit that inserts text at each place where there is some. */
export interface Insertion {
  /** UTF-16 offset in the document as it is before the edit. */
  readonly offset: number;
  readonly text: string;
}

interface Point {
  /** Where the text of this place began. */
  start: number;
  /** Where its next piece goes. */
  end: number;
  pending: string;
}

/**
 * The places of a document at which texts are being written, and what waits to be inserted at each. Inserting at one
 * moves those behind it. Offsets are UTF-16 units, line ends as the document has them.
 */
export class InsertionPoints {
  private readonly points: readonly Point[];

  /** @param offsets one for each text, in any order; two texts may start at the same place. */
  constructor(
    offsets: readonly number[],
    private readonly lineEnd: '\n' | '\r\n',
  ) {
    this.points = offsets.map((offset) => ({ start: offset, end: offset, pending: '' }));
  }

  /** Adds a piece to what waits at a place. */
  append(index: number, text: string): void {
    const point = this.points[index];
    if (point !== undefined) point.pending += text.replace(/\r\n?|\n/g, this.lineEnd);
  }

  get hasPending(): boolean {
    return this.points.some((point) => point.pending !== '');
  }

  /** What waits, as the insertions of one edit, by offset; the places move as if the edit had been made. */
  take(): readonly Insertion[] {
    const order = this.points.map((_, index) => index).sort((one, other) => this.endOf(one) - this.endOf(other));
    const insertions: Insertion[] = [];
    let shift = 0;
    for (const index of order) {
      const point = this.points[index];
      if (point === undefined) continue;
      if (point.pending !== '') insertions.push({ offset: point.end, text: point.pending });
      point.start += shift;
      shift += point.pending.length;
      point.end += shift;
      point.pending = '';
    }
    return insertions;
  }

  /** Where each text stands now: from its start to its end. */
  get ranges(): readonly { readonly start: number; readonly end: number }[] {
    return this.points.map(({ start, end }) => ({ start, end }));
  }

  private endOf(index: number): number {
    return this.points[index]?.end ?? 0;
  }
}
