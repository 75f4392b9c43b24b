import { Random } from '../model/model';
import { Candidates, likeliest } from './candidates';
import type { SamplingOptions } from './options';

/** Draws token after token for one text. Everything that it needs is made once: a draw allocates nothing. */
export class Sampler {
  private readonly random: Random;
  private readonly candidates: Candidates;
  private readonly adjusted: Float32Array;
  private readonly recent: RecentTokens;

  constructor(
    vocabularySize: number,
    private readonly options: SamplingOptions,
  ) {
    this.random = Random.seeded(options.seed, 'generation');
    this.candidates = new Candidates(vocabularySize);
    this.adjusted = new Float32Array(vocabularySize);
    this.recent = new RecentTokens(vocabularySize, options.repetitionWindow);
  }

  /** Takes note of a token of the prompt or of the text, for the repetition penalty. */
  observe(token: number): void {
    this.recent.push(token);
  }

  /** Forgets what was observed; the draws go on as they would have. */
  forget(): void {
    this.recent.clear();
  }

  /**
   * The next token. `permitted` holds 1 for each token that may be drawn.
   * @throws RangeError when nothing is permitted or a logit isn't a number.
   */
  draw(logits: Float32Array, permitted: Uint8Array): number {
    const { temperature, topK, topP, minP, typicalP } = this.options;
    const adjusted = this.penalised(logits);
    if (temperature === 0) return likeliest(adjusted, permitted);
    const { candidates } = this;
    candidates.fill(adjusted, permitted, temperature);
    if (topK > 0) candidates.keepTopK(topK);
    if (topP < 1) candidates.keepTopP(topP);
    if (minP > 0) candidates.keepMinP(minP);
    if (typicalP < 1) candidates.keepTypical(typicalP);
    return candidates.draw(this.random.uniform());
  }

  private penalised(logits: Float32Array): Float32Array {
    const penalty = this.options.repetitionPenalty;
    if (penalty === 1) return logits;
    this.adjusted.set(logits);
    this.recent.penalise(this.adjusted, penalty);
    return this.adjusted;
  }
}

/** The last tokens, in a ring, with how often each stands there. */
class RecentTokens {
  private readonly ring: Uint16Array;
  private readonly occurrences: Uint32Array;
  private length = 0;
  private next = 0;

  constructor(vocabularySize: number, window: number) {
    this.ring = new Uint16Array(window);
    this.occurrences = new Uint32Array(vocabularySize);
  }

  push(token: number): void {
    if (this.ring.length === 0) return;
    if (this.length === this.ring.length) {
      const oldest = this.ring[this.next] ?? 0;
      this.occurrences[oldest] = (this.occurrences[oldest] ?? 1) - 1;
    } else {
      this.length++;
    }
    this.ring[this.next] = token;
    this.occurrences[token] = (this.occurrences[token] ?? 0) + 1;
    this.next = (this.next + 1) % this.ring.length;
  }

  clear(): void {
    this.occurrences.fill(0);
    this.length = 0;
    this.next = 0;
  }

  /** Makes each token of the window less likely, once however often it stands there. */
  penalise(logits: Float32Array, penalty: number): void {
    for (let token = 0; token < logits.length; token++) {
      if (this.occurrences[token] === 0) continue;
      const logit = logits[token] ?? 0;
      logits[token] = logit > 0 ? logit / penalty : logit * penalty;
    }
  }
}
