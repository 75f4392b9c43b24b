/** A place in a document where a text goes. Offsets are UTF-16 units. */
export interface Place {
  readonly offset: number;
  /** Length of what stands there and gives way to the text; 0 for a text that goes between. */
  readonly replaced: number;
}

/** A piece for one place of a document. */
export interface Insertion extends Place {
  /** In the document as it is before the edit. */
  readonly offset: number;
  readonly text: string;
}

interface Point {
  /** Where the text of this place began. */
  start: number;
  /** Where its next piece goes. */
  end: number;
  /** What its first piece takes the place of. */
  replaced: number;
  pending: string;
}

/**
 * The places of a document at which texts are being written, and what waits to be inserted at each. Inserting at one
 * moves those behind it. Line ends are made those of the document.
 */
export class InsertionPoints {
  private readonly points: readonly Point[];

  /** @param places one for each text, in any order; two texts may start at the same place. */
  constructor(
    places: readonly Place[],
    private readonly lineEnd: '\n' | '\r\n',
  ) {
    this.points = places.map(({ offset, replaced }) => ({ start: offset, end: offset, replaced, pending: '' }));
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
      const { pending: text, end: offset } = point;
      const replaced = text === '' ? 0 : point.replaced;
      if (text !== '') insertions.push({ offset, replaced, text });
      point.start += shift;
      point.end += shift + text.length;
      shift += text.length - replaced;
      point.replaced -= replaced;
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

/** How far a change of the document moves a text that starts there: not at all, unless it lies wholly before it. */
export function shiftOf(start: number, change: Place & { readonly text: string }): number {
  const isBefore = change.offset + change.replaced <= start && change.offset < start;
  return isBefore ? change.text.length - change.replaced : 0;
}
