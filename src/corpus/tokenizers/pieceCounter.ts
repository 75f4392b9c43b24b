import { codeUnits } from './codeUnits';
import { PieceScanner } from './pieces';
import { doubled, PieceTable } from './pieceTable';
import { ScratchArray } from './scratchArray';

/** Distinct pieces beyond which the rarest are forgotten: bounds the memory that a huge corpus needs. */
const mostDistinct = 1_000_000;

/** How often each piece of the texts added occurs. */
export class PieceCounter {
  private table = new PieceTable();
  private counts = new Float64Array(1 << 13);
  private readonly room = new ScratchArray();

  constructor(private readonly scannerOf = (units: Uint16Array) => new PieceScanner(units)) {}

  /** Counts the pieces of one more text. */
  add(text: string): void {
    const units = codeUnits(text, this.room);
    const scanner = this.scannerOf(units);
    for (let start = 0; start < units.length;) {
      const end = scanner.end(start);
      this.count(this.table.add(units, start, end, scanner.hash), 1);
      start = end;
    }
    if (this.table.size > mostDistinct) this.forgetRarest();
  }

  /** Pieces seen at least `minimumCount` times, the most frequent first; ties in the order of their code units. */
  ranked(minimumCount: number): readonly (readonly [piece: string, count: number])[] {
    return [...this.pieces(minimumCount)].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  }

  /** The same in the order in which they first came. */
  *pieces(minimumCount: number): Generator<readonly [piece: string, count: number], void, void> {
    for (let piece = 0; piece < this.table.size; piece++) {
      const count = this.counts[piece] ?? 0;
      if (count >= minimumCount) yield [this.table.text(piece), count];
    }
  }

  private count(piece: number, times: number): void {
    if (piece >= this.counts.length) this.counts = doubled(this.counts);
    this.counts[piece] = (this.counts[piece] ?? 0) + times;
  }

  /** Keeps the more frequent half. */
  private forgetRarest(): void {
    const kept = this.ranked(2).slice(0, mostDistinct / 2);
    this.table = new PieceTable();
    this.counts.fill(0);
    for (const [piece, count] of kept) this.count(this.table.add(codeUnits(piece), 0, piece.length), count);
  }
}
