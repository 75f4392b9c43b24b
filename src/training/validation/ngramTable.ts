/** Most slots of a table: at four numbers each, 64 MiB. */
const mostSlots = 2 ** 22;

/** Share of the slots in use from which on open addressing gets slow. */
const crowded = 0.6;

/** Counts of n-grams, found by two words of hash: the first chooses a slot, both together tell n-grams apart. */
export class NgramTable {
  /** How often the n-gram of a slot was seen; 0 for an empty slot. */
  counts: Uint32Array;
  /** How many different tokens followed it. */
  followers: Uint32Array;
  private firsts: Uint32Array;
  private seconds: Uint32Array;
  private used = 0;

  constructor(private slots = 2 ** 16) {
    this.counts = new Uint32Array(slots);
    this.followers = new Uint32Array(slots);
    this.firsts = new Uint32Array(slots);
    this.seconds = new Uint32Array(slots);
  }

  /** It is time for {@link grow}, which nothing but memory forbids. */
  get isCrowded(): boolean {
    return this.used > crowded * this.slots;
  }

  /** Nothing more should be added. */
  get isFull(): boolean {
    return this.isCrowded && this.slots >= mostSlots;
  }

  /** The slot of an n-gram; an empty one where it hasn't been seen. Valid until the table grows. */
  find(first: number, second: number): number {
    const mask = this.slots - 1;
    let slot = first & mask;
    while (this.counts[slot] !== 0 && (this.firsts[slot] !== first || this.seconds[slot] !== second)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Counts one more of an n-gram. @returns its slot. */
  add(first: number, second: number): number {
    const slot = this.find(first, second);
    if (this.counts[slot] === 0) {
      this.used++;
      this.firsts[slot] = first;
      this.seconds[slot] = second;
    }
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
    return slot;
  }

  /** Doubles the room; every slot changes. */
  grow(): void {
    const larger = new NgramTable(this.slots * 2);
    for (let slot = 0; slot < this.slots; slot++) {
      const count = this.counts[slot] ?? 0;
      if (count === 0) continue;
      const moved = larger.add(this.firsts[slot] ?? 0, this.seconds[slot] ?? 0);
      larger.counts[moved] = count;
      larger.followers[moved] = this.followers[slot] ?? 0;
    }
    this.slots = larger.slots;
    this.counts = larger.counts;
    this.followers = larger.followers;
    this.firsts = larger.firsts;
    this.seconds = larger.seconds;
  }
}
