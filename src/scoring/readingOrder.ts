import type { Piece } from '../corpus/tokens/evaluationBatches';

/** Pieces shorter than this aren't worth a stream of their own. */
const leastPiece = 64;

/** What of a text is still to be read, in the order in which it is wanted: from a place on to the end, then from the start. */
export class ReadingOrder {
  /** Ascending, none of them empty, apart from each other. */
  private open: readonly Piece[];

  /**
   * @param wanted pieces that are ascending and apart
   * @param wholeEnd moves a place where a piece may be cut on to one where a character ends
   */
  constructor(
    wanted: readonly Piece[],
    private from: number,
    private readonly wholeEnd: (place: number) => number = (place) => place,
  ) {
    this.open = wanted.filter(({ first, end }) => end > first);
  }

  /** Tokens that haven't been taken. */
  get left(): number {
    return this.open.reduce((sum, { first, end }) => sum + end - first, 0);
  }

  /** From now on, what stands from this place on is wanted first. */
  lookAt(place: number): void {
    this.from = place;
  }

  /** Takes the pieces wanted first: at most so many, of about so many tokens each, or fewer where little is left. */
  take(count: number, length: number): readonly Piece[] {
    const even = Math.ceil(this.left / count);
    const most = Math.max(leastPiece, Math.min(length, even));
    const taken: Piece[] = [];
    for (let place = this.from; taken.length < count && this.open.length > 0;) {
      const next = this.open.find(({ end }) => end > place) ?? this.open[0];
      if (next === undefined) break;
      const first = place < next.end ? Math.max(place, next.first) : next.first;
      const piece = { first, end: Math.min(next.end, this.wholeEnd(first + most)) };
      this.open = this.open.flatMap((each) => (each === next ? without(next, piece) : [each]));
      taken.push(piece);
      place = piece.end;
    }
    return taken;
  }

  /** Puts back what was taken and hasn't been read. */
  putBack(pieces: readonly Piece[]): void {
    const unread = pieces.filter(({ first, end }) => end > first);
    this.open = [...this.open, ...unread].sort((one, other) => one.first - other.first);
  }
}

/** What a piece leaves of another that it is part of. */
function without({ first, end }: Piece, piece: Piece): readonly Piece[] {
  const rests = [
    { first, end: piece.first },
    { first: piece.end, end },
  ];
  return rests.filter((rest) => rest.end > rest.first);
}
