/**
 * The tokens that may be drawn next, with weights in proportion to their probability. Filters shrink the set in place.
 * All arrays are made once for a vocabulary: a draw allocates nothing, and costs O(V) on average whatever the filters
 * (selection by partitioning as in Hoare's FIND, 1961, and no sort).
 */
export class Candidates {
  /** Token ids; the first {@link count} are in the set, in an order that depends on the logits alone. */
  readonly ids: Uint16Array;
  /** Weight of each id of {@link ids}: 1 for the likeliest. */
  readonly weights: Float64Array;
  /** Size of the set. */
  count = 0;
  /** How good each candidate is for the filter at work. */
  private readonly ranks: Float64Array;
  private readonly ones: Float64Array;

  constructor(vocabularySize: number) {
    this.ids = new Uint16Array(vocabularySize);
    this.weights = new Float64Array(vocabularySize);
    this.ranks = new Float64Array(vocabularySize);
    this.ones = new Float64Array(vocabularySize).fill(1);
  }

  /**
   * Starts afresh: every permitted token (1 in `permitted`), weighted by its softmax at a temperature above 0.
   * @throws RangeError when nothing is permitted or a logit isn't a number: the model is broken.
   */
  fill(logits: Float32Array, permitted: Uint8Array, temperature: number): void {
    const highest = logits[likeliest(logits, permitted)] ?? NaN;
    let count = 0;
    for (let id = 0; id < logits.length; id++) {
      if (permitted[id] === 0) continue;
      this.ids[count] = id;
      this.weights[count++] = Math.exp(((logits[id] ?? NaN) - highest) / temperature);
    }
    this.count = count;
  }

  /** Keeps the k likeliest; of equals, those of lower id. */
  keepTopK(k: number): void {
    if (k >= this.count) return;
    this.rankByWeight();
    this.count = this.shortestPrefix(this.ones, k);
  }

  /** Keeps the smallest set of likeliest tokens whose share of the weight reaches p. */
  keepTopP(p: number): void {
    this.rankByWeight();
    this.count = this.shortestPrefix(this.weights, p * this.total());
  }

  /** Keeps what is at least `share` as likely as the likeliest of the set. */
  keepMinP(share: number): void {
    let highest = 0;
    for (let i = 0; i < this.count; i++) highest = Math.max(highest, this.weights[i] ?? 0);
    const least = share * highest;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if ((this.weights[i] ?? 0) >= least) this.swap(i, kept++);
    }
    this.count = kept;
  }

  /** Keeps the smallest set that holds the mass p, of tokens whose surprisal is closest to the entropy. */
  keepTypical(p: number): void {
    const total = this.total();
    let entropy = 0;
    for (let i = 0; i < this.count; i++) {
      const probability = (this.weights[i] ?? 0) / total;
      if (probability > 0) entropy -= probability * Math.log(probability);
    }
    for (let i = 0; i < this.count; i++) {
      this.ranks[i] = -Math.abs(-Math.log((this.weights[i] ?? 0) / total) - entropy);
    }
    this.count = this.shortestPrefix(this.weights, p * total);
  }

  /** The token at a point of the set's weight, `uniform` in [0, 1). */
  draw(uniform: number): number {
    let left = uniform * this.total();
    let last = 0;
    for (let i = 0; i < this.count; i++) {
      const weight = this.weights[i] ?? 0;
      if (weight > 0) last = i;
      left -= weight;
      if (left < 0) break;
    }
    return this.ids[last] ?? 0;
  }

  private total(): number {
    let total = 0;
    for (let i = 0; i < this.count; i++) total += this.weights[i] ?? 0;
    return total;
  }

  private rankByWeight(): void {
    for (let i = 0; i < this.count; i++) this.ranks[i] = this.weights[i] ?? 0;
  }

  /** Brings the best ranks to the front and says how many of them it takes until their amounts reach the target. */
  private shortestPrefix(amounts: Float64Array, target: number): number {
    let low = 0; // What is before `low` belongs to the prefix, what is from `high` on doesn't.
    let high = this.count;
    let reached = 0;
    while (high - low > 1) {
      const split = this.partition(low, high);
      let better = 0;
      for (let i = low; i < split; i++) better += amounts[i] ?? 0;
      if (reached + better >= target) {
        high = split;
      } else {
        low = split;
        reached += better;
      }
    }
    return high;
  }

  /** Splits [low, high), two or more, into two parts, each not empty, the first all better than the second. */
  private partition(low: number, high: number): number {
    const pivot = this.medianOfThree(low, (low + high - 1) >> 1, high - 1);
    const rank = this.ranks[pivot] ?? 0;
    const id = this.ids[pivot] ?? 0;
    let left = low - 1;
    let right = high;
    for (;;) {
      do left++;
      while (this.compare(left, rank, id) < 0);
      do right--;
      while (this.compare(right, rank, id) > 0);
      if (left >= right) return right + 1;
      this.swap(left, right);
    }
  }

  private medianOfThree(a: number, b: number, c: number): number {
    const aBeforeB = this.isBetter(a, b);
    if (aBeforeB === this.isBetter(b, c)) return b;
    return aBeforeB === this.isBetter(a, c) ? c : a;
  }

  private isBetter(a: number, b: number): boolean {
    return this.compare(a, this.ranks[b] ?? 0, this.ids[b] ?? 0) < 0;
  }

  /** Negative when the candidate at `index` comes before (rank, id), 0 when it is that very one. */
  private compare(index: number, rank: number, id: number): number {
    const own = this.ranks[index] ?? 0;
    return own === rank ? (this.ids[index] ?? 0) - id : rank > own ? 1 : -1;
  }

  private swap(a: number, b: number): void {
    const { ids, weights, ranks } = this;
    const id = ids[a] ?? 0;
    const weight = weights[a] ?? 0;
    const rank = ranks[a] ?? 0;
    ids[a] = ids[b] ?? 0;
    weights[a] = weights[b] ?? 0;
    ranks[a] = ranks[b] ?? 0;
    ids[b] = id;
    weights[b] = weight;
    ranks[b] = rank;
  }
}

/**
 * The permitted token with the highest logit; of equals, the one of lowest id.
 * @throws RangeError when nothing is permitted or a logit isn't a number: the model is broken.
 */
export function likeliest(logits: Float32Array, permitted: Uint8Array): number {
  let best = -1;
  let highest = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    if (permitted[id] === 0) continue;
    const logit = logits[id] ?? NaN;
    if (logit > highest) {
      best = id;
      highest = logit;
    }
    if (Number.isNaN(logit)) throw new RangeError('The model gives no probabilities: its weights are damaged.');
  }
  if (best < 0) throw new RangeError('No token may follow.');
  return best;
}
