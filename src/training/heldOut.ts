import type { Corpus, TokenSequence } from '../corpus/corpus';
import type { Trainer, WeightKind } from '../engine/engine';
import type { Quality } from '../model/description';
import { excerpt, scoreText } from './evaluation';

/** Held-out tokens scored when a run is over: all of them, unless that would take minutes. */
const finalTokens = 500_000;

/** What a score was reached with. */
interface Scored {
  readonly weights: WeightKind;
  readonly natsPerToken: number;
}

/** The held-out text of a corpus, and how a model does on it. */
export class HeldOutText {
  /** What the evaluations on the way score. */
  private readonly excerpt: TokenSequence;
  /** What the last one scores. */
  private readonly whole: TokenSequence;
  private readonly tokensPerCharacter: number;

  constructor({ validation, validationCharacters }: Corpus, evaluationTokens: number) {
    this.excerpt = excerpt(validation, evaluationTokens);
    this.whole = excerpt(validation, finalTokens);
    this.tokensPerCharacter = (validation.length - 1) / Math.max(1, validationCharacters);
  }

  /** The last evaluation sees more than those on the way did. */
  get hasMore(): boolean {
    return this.whole.length > this.excerpt.length;
  }

  /** The better of a trainer's weights and their average, on the excerpt. Batches have `length` time steps. */
  async score(trainer: Trainer, length: number): Promise<Scored> {
    const averaged = await scoreText(trainer, 'averaged', this.excerpt, length);
    const current = await scoreText(trainer, 'current', this.excerpt, length);
    return current < averaged
      ? { weights: 'current', natsPerToken: current }
      : { weights: 'averaged', natsPerToken: averaged };
  }

  /** Nats per token of a trainer's weights on the whole. */
  scoreWhole(trainer: Trainer, length: number): Promise<number> {
    return scoreText(trainer, 'current', this.whole, length);
  }

  /** A score in every unit, with when it was reached. */
  quality({ weights, natsPerToken }: Scored, at: { readonly step: number; readonly seconds: number }): Quality {
    const natsPerCharacter = natsPerToken * this.tokensPerCharacter;
    const bitsPerCharacter = natsPerCharacter / Math.LN2;
    return { step: at.step, seconds: at.seconds, natsPerToken, natsPerCharacter, bitsPerCharacter, weights };
  }
}
