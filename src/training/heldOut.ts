import type { Corpus, TokenSequence } from '../corpus/corpus';
import type { Trainer, WeightKind } from '../engine/engine';
import type { Quality } from '../model/description';
import { type Excerpt, excerpt, scoreText } from './evaluation';
import type { LanguageLoss } from './events';
import { LanguageTally } from './languages';

/** Held-out tokens scored when a run is over: all of them, unless that would take minutes. */
const finalTokens = 500_000;

/** What a score was reached with. */
interface Scored {
  readonly weights: WeightKind;
  readonly natsPerToken: number;
}

/** A score, and how it comes about. */
interface Score extends Scored {
  /** Empty where there is but one language. */
  readonly languages: readonly LanguageLoss[];
}

/** The held-out text of a corpus, and how a model does on it. */
export class HeldOutText {
  /** What the evaluations on the way score. */
  private readonly excerpt: Excerpt;
  /** What the last one scores. */
  private readonly whole: TokenSequence;
  private readonly tokensPerCharacter: number;
  /** Nats per character that it takes to spell out what the vocabulary lacks, so that tokenisers compare. */
  private readonly spelling: number;
  private readonly tally: LanguageTally | null;

  constructor(corpus: Corpus, evaluationTokens: number) {
    const { validation, validationCharacters, spellingNats } = corpus;
    this.tally = LanguageTally.of(corpus);
    this.excerpt = excerpt(validation, evaluationTokens);
    this.whole = excerpt(validation, finalTokens);
    this.tokensPerCharacter = (validation.length - 1) / Math.max(1, validationCharacters);
    this.spelling = spellingNats / Math.max(1, validationCharacters);
  }

  /** The last evaluation sees more than those on the way did. */
  get hasMore(): boolean {
    return this.whole.length > this.excerpt.length;
  }

  /**
   * The better of a trainer's weights and their average, on the excerpt. Batches have `length` time steps.
   * @param known the kind that has been the better lately, so that the other isn't looked at; null for neither
   */
  async score(trainer: Trainer, length: number, known: WeightKind | null = null): Promise<Score> {
    if (known !== null) return this.scoreOne(trainer, known, length);
    const averaged = await this.scoreOne(trainer, 'averaged', length);
    const current = await this.scoreOne(trainer, 'current', length);
    return current.natsPerToken < averaged.natsPerToken ? current : averaged;
  }

  /** Nats per token of a trainer's weights on the whole. */
  scoreWhole(trainer: Trainer, length: number): Promise<number> {
    return scoreText(trainer, 'current', this.whole, length);
  }

  private async scoreOne(trainer: Trainer, weights: WeightKind, length: number): Promise<Score> {
    const { tally, excerpt: text } = this;
    const onLoss = tally === null ? undefined : (at: number, nats: number) => tally.add(text.origin(at), nats);
    const natsPerToken = await scoreText(trainer, weights, text, length, onLoss);
    return { weights, natsPerToken, languages: tally?.take() ?? [] };
  }

  /** A score in every unit, with when it was reached. */
  quality({ weights, natsPerToken }: Scored, at: { readonly step: number; readonly seconds: number }): Quality {
    const natsPerCharacter = natsPerToken * this.tokensPerCharacter + this.spelling;
    const bitsPerCharacter = natsPerCharacter / Math.LN2;
    return { step: at.step, seconds: at.seconds, natsPerToken, natsPerCharacter, bitsPerCharacter, weights };
  }
}
