import type { Corpus, TokenSequence } from '../../corpus/corpus';
import type { Trainer, WeightKind } from '../../engine/engine';
import type { Quality } from '../../model/description';
import type { LanguageLoss } from '../record/events';
import { type Excerpt, excerpt, scoreText } from './evaluation';
import { everyTarget, type HeldOutTargets } from './heldOutTargets';
import { LanguageTally } from './languages';

/**
 * Held-out tokens scored when a run is over: all of them, unless that would take too long. Scoring a token costs about a
 * third of training on it, so that this part of those trained on takes about a twentieth of the run's time.
 */
const finalTokens = { most: 500_000, partOfTrained: 0.15 };

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
  /** Of those that count. */
  readonly tokensPerCharacter: number;
  /** Nats per character that it takes to spell out what the vocabulary lacks, so that tokenisers compare. */
  private readonly spelling: number;
  private readonly tally: LanguageTally | null;
  /** All of it. */
  private readonly text: TokenSequence;

  /** @param targets Which of its tokens count; left out: all. */
  constructor(
    corpus: Corpus,
    evaluationTokens: number,
    private readonly targets: HeldOutTargets = everyTarget(corpus),
  ) {
    const { validation, validationCharacters, spellingNats } = corpus;
    this.text = validation;
    this.tally = LanguageTally.of(corpus, targets);
    this.excerpt = excerpt(validation, evaluationTokens);
    this.tokensPerCharacter = targets.textTokens / Math.max(1, validationCharacters);
    this.spelling = spellingNats / Math.max(1, validationCharacters);
  }

  /** Whether the last evaluation, after so many tokens trained on, sees more than those on the way did. */
  hasMore(trained: number): boolean {
    return this.whole(trained).length > this.excerpt.length;
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

  /**
   * Nats per token of a trainer's weights on the whole, or on as much of it as suits a run of so many tokens.
   * @param pause between two batches; what it throws gives the scoring up
   */
  scoreWhole(trainer: Trainer, length: number, trained = Infinity, pause?: () => Promise<void>): Promise<number> {
    const text = this.whole(trained);
    return scoreText(trainer, 'current', text, length, undefined, pause, this.countsIn(text));
  }

  /** About so many tokens of it. */
  excerptOf(tokens: number): Excerpt {
    return excerpt(this.text, tokens);
  }

  /** Says of each token of an excerpt of it whether it counts; null where all do. */
  countsIn(text: Excerpt): ((position: number) => boolean) | null {
    const { counts } = this.targets;
    return counts === null ? null : (position) => counts[text.origin(position)] === 1;
  }

  private whole(trained: number): Excerpt {
    const { most, partOfTrained } = finalTokens;
    return excerpt(this.text, Math.max(this.excerpt.length, Math.min(most, Math.floor(trained * partOfTrained))));
  }

  private async scoreOne(trainer: Trainer, weights: WeightKind, length: number): Promise<Score> {
    const { tally, excerpt: text } = this;
    const onLoss = tally === null ? undefined : (at: number, nats: number) => tally.add(text.origin(at), nats);
    const natsPerToken = await scoreText(trainer, weights, text, length, onLoss, undefined, this.countsIn(text));
    return { weights, natsPerToken, languages: tally?.take() ?? [] };
  }

  /** A score in every unit, with when it was reached. */
  quality({ weights, natsPerToken }: Scored, at: { readonly step: number; readonly seconds: number }): Quality {
    const natsPerCharacter = natsPerToken * this.tokensPerCharacter + this.spelling;
    const bitsPerCharacter = natsPerCharacter / Math.LN2;
    return { step: at.step, seconds: at.seconds, natsPerToken, natsPerCharacter, bitsPerCharacter, weights };
  }
}
