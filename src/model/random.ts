/** The four 32-bit words of a {@link Random}: save them to go on with the same sequence later. */
export type RandomState = readonly [number, number, number, number];

/**
 * A seeded, serialisable generator: sfc32, Chris Doty-Humphrey's "small fast counting" generator of PractRand.
 * Every draw of the product comes from one of these, so that a seed repeats a run.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  private constructor(state: RandomState) {
    [this.a, this.b, this.c, this.counter] = state;
  }

  /** A generator for a seed (any integer) and a purpose, so that one seed feeds independent sequences. */
  static seeded(seed: number, purpose: string): Random {
    let hash = 0x811c9dc5;
    for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
    const random = new Random([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, hash >>> 0, 1]);
    for (let i = 0; i < 15; i++) random.uint32();
    return random;
  }

  /** The generator that {@link state} was taken from, at that point of its sequence. */
  static restored(state: RandomState): Random {
    return new Random(state);
  }

  /** The point of the sequence reached. */
  get state(): RandomState {
    return [this.a, this.b, this.c, this.counter];
  }

  /** A uniform integer in [0, 2^32). */
  uint32(): number {
    const sum = (this.a + this.b + this.counter) >>> 0;
    this.counter = (this.counter + 1) >>> 0;
    this.a = (this.b ^ (this.b >>> 9)) >>> 0;
    this.b = (this.c + (this.c << 3)) >>> 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) >>> 0;
    return sum;
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  /** A uniform integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** A draw from the standard normal distribution (Box and Muller, 1958; the sine half is not kept). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
