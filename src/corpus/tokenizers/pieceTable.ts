import { longestPiece } from '../../model/tokenizerDescription';
import { pieceHash } from './pieces';

/**
 * Numbers distinct pieces of text in the order of their arrival. A hash table over code units (open addressing):
 * unlike a Map of strings, it looks a piece up without making a string of it. A scanner has a piece's hash at hand.
 */
export class PieceTable {
  /** Pieces known. */
  size = 0;
  /** Number of a piece plus one, by hash; 0 where there is none. At most half full. */
  private slots = new Int32Array(1 << 14);
  private hashes = new Int32Array(1 << 13);
  private lengths = new Uint8Array(1 << 13);
  private starts = new Uint32Array(1 << 13);
  private units = new Uint16Array(1 << 16);
  private used = 0;

  /** The number of the piece that is `units` from `start` to `end`; -1 where it is unknown. */
  find(units: Uint16Array, start: number, end: number, hash = pieceHash(units, start, end)): number {
    return (this.slots[this.slotOf(units, start, end, hash)] ?? 0) - 1;
  }

  /** The number of a piece, which is a new one where it was unknown. */
  add(units: Uint16Array, start: number, end: number, hash = pieceHash(units, start, end)): number {
    const slot = this.slotOf(units, start, end, hash);
    const known = this.slots[slot] ?? 0;
    if (known > 0) return known - 1;
    this.grow();
    const piece = this.size++;
    this.slots[this.slotOf(units, start, end, hash)] = piece + 1;
    this.hashes[piece] = hash;
    this.lengths[piece] = end - start;
    this.starts[piece] = this.used;
    this.units.set(units.subarray(start, end), this.used);
    this.used += end - start;
    return piece;
  }

  /** The text of a piece. */
  text(piece: number): string {
    const start = this.starts[piece] ?? 0;
    return String.fromCharCode(...this.units.subarray(start, start + (this.lengths[piece] ?? 0)));
  }

  /** The slot where a piece is, or would be. */
  private slotOf(units: Uint16Array, start: number, end: number, hash: number): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let piece = slots[slot] ?? 0; piece > 0; piece = slots[slot] ?? 0) {
      if (hashes[piece - 1] === hash && this.equals(piece - 1, units, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private equals(piece: number, units: Uint16Array, start: number, end: number): boolean {
    if (this.lengths[piece] !== end - start) return false;
    const own = this.units;
    let place = this.starts[piece] ?? 0;
    for (let i = start; i < end; i++) if (own[place++] !== units[i]) return false;
    return true;
  }

  /** Makes room for one more piece. */
  private grow(): void {
    if (this.used + 2 * longestPiece > this.units.length) this.units = doubled(this.units);
    if (this.size < this.hashes.length) return;
    this.hashes = doubled(this.hashes);
    this.lengths = doubled(this.lengths);
    this.starts = doubled(this.starts);
    this.slots = new Int32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    for (let piece = 0; piece < this.size; piece++) {
      const hash = this.hashes[piece] ?? 0;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = piece + 1;
    }
  }
}

/** The same numbers with as much room again. */
export function doubled<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array>(numbers: T): T {
  const larger = new (numbers.constructor as new (length: number) => T)(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
