import { hash32 } from '../../engine/dropout';

/** Code units of a gram: what a fingerprint stands for. */
export const gramLength = 24;

const base = 0x01000193;

/** base ^ gramLength modulo 2^32: what the unit that leaves a gram counts. */
const leaving = Array.from({ length: gramLength }).reduce<number>((power) => Math.imul(power, base), 1);

/**
 * Picks fingerprints from a text as it goes by: of every `window` grams in a row, the one that hashes lowest (winnowing:
 * Schleimer, Wilkerson and Aiken, 2003; a rolling hash as in Karp and Rabin, 1987). So two texts that share
 * gramLength + window - 1 units share a fingerprint, wherever each of them begins.
 */
export class Fingerprints {
  private readonly units = new Uint16Array(gramLength);
  private readonly hashes: Uint32Array;
  private rolling = 0;
  private read = 0;
  private lowest = -1;

  constructor(private readonly window: number) {
    this.hashes = new Uint32Array(window);
  }

  /** Reads one code unit. @returns whether a gram was picked: see {@link hash} and {@link start}. */
  push(unit: number): boolean {
    const slot = this.read % gramLength;
    this.rolling = (Math.imul(this.rolling, base) + unit - Math.imul(this.units[slot] ?? 0, leaving)) | 0;
    this.units[slot] = unit;
    this.read++;
    const gram = this.read - gramLength;
    if (gram < 0) return false;
    this.hashes[gram % this.window] = hash32(this.rolling);
    return gram >= this.window - 1 ? this.pick(gram) : false;
  }

  /** Hash of the gram picked last. */
  get hash(): number {
    return this.hashes[this.lowest % this.window] ?? 0;
  }

  /** Where the gram picked last starts, counted from the first unit. */
  get start(): number {
    return this.lowest;
  }

  /** Starts on another text. */
  reset(): void {
    this.units.fill(0);
    this.rolling = 0;
    this.read = 0;
    this.lowest = -1;
  }

  private pick(gram: number): boolean {
    const before = this.lowest;
    const first = gram - this.window + 1;
    if (before < first) {
      this.lowest = first;
      for (let i = first + 1; i <= gram; i++) if (this.at(i) <= this.hash) this.lowest = i;
    } else if (this.at(gram) <= this.hash) {
      this.lowest = gram;
    }
    return this.lowest !== before;
  }

  private at(gram: number): number {
    return this.hashes[gram % this.window] ?? 0;
  }
}
