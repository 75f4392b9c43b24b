import type { Corpus } from '../../corpus/corpus';
import { FinishingBatches } from '../../corpus/tokens/finishingBatches';
import type { WeightKind } from '../../engine/engine';
import { freshState } from '../../engine/trainerState';
import type { Parameters } from '../../model/architecture';
import { areSound } from '../record/progress';
import { excerpt, scoreText } from '../validation/evaluation';
import type { Optimization } from './optimization';
import { finishingAfter, finishingLength, finishingRate } from './schedule';

/** Seconds that are left of it once the user has said stop. */
const shortSeconds = 2;

/** Weights that aren't the newest start with a fresh optimiser: at a part of the rate, warmed up over a part of the way. */
const fresh = { rate: 0.5, warmup: 0.1 };

/** Training tokens that are scored before and after, and by how much they may come out worse without any damage being done. */
const guard = { tokens: 4096, share: 0.02 };

/** What finishing begins with. */
export interface FinishingStart {
  /** The best weights, as they were scored. */
  readonly scored: Parameters;
  /** Which of the newest weights these are, so that the run's optimiser goes on from there; null where they are older. */
  readonly newest: WeightKind | null;
  /** Stop has been said already. */
  readonly isShort: boolean;
}

/** Where a run is to be finished with steps: from here on, so many of them, or for so many seconds. */
interface Course {
  readonly unit: 'steps' | 'seconds';
  readonly from: number;
  readonly length: number;
  /** Rate of its first step; that of the last comes close to 0. */
  readonly rate: number;
}

/**
 * The last part of a run. Its best weights have been scored, so that the held-out text has done its duty: they learn that too, at
 * the low end of the schedule, beside text that they know already. Nothing of it is scored, and a training that is continued
 * goes on from where the run was before it, with weights that have never seen what they will be scored on.
 *
 * What is to be fitted to unseen text belongs before {@link begin}, while `corpus.validation` (all that is held out) is
 * unseen still; what is to know everything takes in `corpus.training` and `corpus.validation` where {@link result} is asked for.
 */
export class Finishing {
  private course: Course;
  private readonly firstStep: number;
  /** It ends when this many seconds have been trained, whatever the course. */
  private deadline = Infinity;

  private constructor(
    private readonly optimization: Optimization,
    private readonly corpus: Corpus,
    private readonly batches: FinishingBatches,
    private readonly isFresh: boolean,
    /** Loss on training text, nats per token. */
    private readonly before: number,
    isShort: boolean,
  ) {
    const { hyperparameters, step, rateScale } = optimization.progress;
    const { budget } = hyperparameters;
    const unit = budget.kind === 'steps' ? 'steps' : 'seconds';
    const rate = Math.min(finishingRate(hyperparameters) * rateScale, optimization.rate);
    this.firstStep = step;
    this.course = {
      unit,
      from: optimization.position,
      length: lengthOf(optimization),
      rate: isFresh ? rate * fresh.rate : rate,
    };
    if (isShort) this.shorten();
  }

  /** Whether there is anything to be learned, and a step's time for it. */
  static suits(optimization: Optimization, { validation }: Corpus): boolean {
    return validation.length > 1 && lengthOf(optimization) > 0;
  }

  /** Makes ready: from now on the optimisation's trainer is on its way to the finished weights. */
  static async begin(
    optimization: Optimization,
    corpus: Corpus,
    { scored, newest, isShort }: FinishingStart,
  ): Promise<Finishing> {
    const { trainerHolder, progress } = optimization;
    const {
      architecture,
      sequenceLength: length,
      batchSize: streams,
      seed,
      resetProbability,
    } = progress.hyperparameters;
    const batches = new FinishingBatches(corpus, { length, streams, seed, resetProbability });
    if (newest === null) {
      const state = { ...freshState(architecture, scored, streams), step: progress.step };
      trainerHolder.goBack({ state, progress });
    }
    const before = await trainingLoss(optimization, corpus, newest ?? 'current');
    return new Finishing(optimization, corpus, batches, newest === null, before, isShort);
  }

  /** Steps taken. */
  get steps(): number {
    return this.optimization.progress.step - this.firstStep;
  }

  get isOver(): boolean {
    return this.done >= 1 || this.optimization.clock.seconds >= this.deadline;
  }

  /** Seconds that it will go on. */
  get secondsLeft(): number {
    const { unit, length } = this.course;
    const left = Math.max(0, length * (1 - this.done));
    const { clock, progress } = this.optimization;
    return unit === 'seconds' ? left : (left * clock.seconds) / Math.max(1, progress.step);
  }

  /** One step. @returns whether the run is sound still */
  step(): boolean {
    const { done } = this;
    const warmth = this.isFresh && this.steps === 0 ? fresh.warmup : this.isFresh ? done / fresh.warmup : 1;
    return this.optimization.take(this.batches.next(), this.course.rate * (1 - done) * Math.min(1, warmth));
  }

  /** Comes to its end within two seconds. */
  shorten(): void {
    const { secondsLeft, done } = this;
    const { clock, progress } = this.optimization;
    const { unit, length } = this.course;
    const rate = this.course.rate * (1 - done);
    this.deadline = clock.seconds + shortSeconds;
    if (secondsLeft > shortSeconds) this.course = { unit: 'seconds', from: clock.seconds, length: shortSeconds, rate };
    else
      this.course = { unit, from: unit === 'steps' ? progress.step : clock.seconds, length: length * (1 - done), rate };
  }

  /** The finished weights; null where they are none to be kept: they do worse than before on text that they knew. */
  async result(): Promise<Parameters | null> {
    if (this.steps === 0) return null;
    const weights = this.optimization.trainerHolder.trainer.weights('current');
    if (!areSound(weights)) return null;
    const after = await trainingLoss(this.optimization, this.corpus, 'current');
    return after <= this.before * (1 + guard.share) ? weights : null;
  }

  /** Share of the course that lies behind, 0 to 1; 1 for a course without length. */
  private get done(): number {
    const { unit, from, length } = this.course;
    const { progress, clock } = this.optimization;
    const at = unit === 'steps' ? progress.step : clock.seconds;
    return length <= 0 ? 1 : (at - from) / length;
  }
}

/** How long finishing takes after what the run has trained, in the unit of its budget. */
function lengthOf({ position, progress }: Optimization): number {
  const { hyperparameters, begun } = progress;
  const { budget } = hyperparameters;
  const suits = finishingAfter(Math.max(0, position - begun));
  return Math.min(finishingLength(budget, begun), budget.kind === 'steps' ? Math.ceil(suits) : suits);
}

/** Nats per token on an excerpt of the training text. */
function trainingLoss(
  { trainerHolder, progress }: Optimization,
  { training }: Corpus,
  weights: WeightKind,
): Promise<number> {
  return scoreText(
    trainerHolder.trainer,
    weights,
    excerpt(training, guard.tokens),
    progress.hyperparameters.sequenceLength,
  );
}
