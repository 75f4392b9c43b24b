import type { Corpus } from '../../corpus/corpus';
import type { TrainingBatches } from '../../corpus/tokens/batches';
import { trainingBatches } from '../../corpus/tokens/itemBatches';
import type { Engine } from '../../engine/engine';
import type { Batch } from '../../model/batch';
import type { ModelDescription } from '../../model/description';
import type { Progress, Snapshot } from '../record/progress';
import { type Clock, TrainingClock } from './clock';
import type { Allowance } from './effort';
import { averageDecayAt, endOf, extended, lastEvaluation, nextEvaluation, position, rateAt } from './schedule';
import { StabilityWatch } from './stability';
import { Throughput } from './throughput';
import { TrainerHolder } from './trainerHolder';

/** Roll-backs before a run is given up. */
const mostRollBacks = 3;

/** What a run's steps are taken with. */
export interface OptimizationOptions {
  readonly engine: Engine;
  readonly corpus: Corpus;
  readonly start: Snapshot;
  readonly allowance: Allowance;
  readonly clock: Clock;
}

/**
 * A run's numbers: the steps of its optimiser, where they have come to, and the way back from a step that blew up. What is
 * told and saved of them is trainingRun.ts's business.
 */
export class Optimization {
  /** Time spent training. */
  readonly clock: TrainingClock;
  readonly trainerHolder: TrainerHolder;
  /** What the steps since the last reading came to. */
  readonly throughput: Throughput;
  private readonly now: Clock;
  private readonly batches: TrainingBatches;
  private current: Progress;
  private stability: StabilityWatch;
  /** Where a run that blows up goes back to. */
  private lastGood: Snapshot;

  constructor({ engine, corpus, start, allowance, clock }: OptimizationOptions) {
    const { progress } = start;
    const { sequenceLength: length, batchSize: streams } = progress.hyperparameters;
    this.now = clock;
    this.clock = new TrainingClock(progress.seconds, clock);
    this.throughput = new Throughput(clock);
    this.batches = trainingBatches(corpus, { ...progress.hyperparameters, length, streams });
    this.batches.restore(progress.batches);
    this.lastGood = start;
    this.current = structuredClone(progress);
    this.stability = new StabilityWatch(progress.stability);
    this.trainerHolder = new TrainerHolder(engine, start, allowance);
  }

  /** Where it stands; what is told of a run may be noted in it. */
  get progress(): Progress {
    return this.current;
  }

  /** In the unit of the budget: see schedule.ts. */
  get position(): number {
    return position(this.current.hyperparameters.budget, { step: this.current.step, seconds: this.clock.seconds });
  }

  /** Where the budget ends, in the same unit. */
  get end(): number {
    return endOf(this.current.hyperparameters.budget);
  }

  /** Where the last evaluation is due. */
  private get last(): number {
    return lastEvaluation(this.current.hyperparameters.budget, this.current.begun);
  }

  /** The budget is spent, but for what goes into finishing. */
  get isOver(): boolean {
    return this.position >= this.last;
  }

  /** Share of the budget that is spent. */
  get share(): number {
    return this.position / Math.max(1e-9, this.end);
  }

  /** Seconds that are left of the budget; of one in steps, at the pace so far. */
  get secondsLeft(): number {
    const { hyperparameters, step } = this.current;
    const left = this.end - this.position;
    return Math.max(0, hyperparameters.budget.kind === 'steps' ? (left * this.clock.seconds) / step : left);
  }

  /** Learning rate of the next step. */
  get rate(): number {
    return rateAt(this.current.hyperparameters, this.share) * this.current.rateScale;
  }

  get trained(): ModelDescription['trained'] {
    const { step, tokens } = this.current;
    return { steps: step, tokens, seconds: this.clock.seconds };
  }

  get isEvaluationDue(): boolean {
    return this.position >= Math.min(this.current.nextEvaluation, this.last);
  }

  /** One step of the optimiser. @returns whether the run is sound; a step that shows that it isn't doesn't count. */
  step(): boolean {
    return this.take(this.batches.next(), this.rate);
  }

  /** The same with a batch and a rate of someone else's. */
  take(batch: Batch, rate: number): boolean {
    const { current } = this;
    const { hyperparameters } = current;
    const began = this.now();
    const averageDecay = averageDecayAt(hyperparameters, current.step);
    const result = this.trainerHolder.trainer.train(batch, { ...hyperparameters, rate, averageDecay });
    const milliseconds = this.now() - began;
    this.trainerHolder.hasWorked(milliseconds);
    if (this.stability.hasDiverged(result)) return false;
    const seconds = milliseconds / 1000;
    const { sinceEvaluation } = current;
    current.step++;
    current.tokens += batch.inputs.length;
    sinceEvaluation.loss += result.loss;
    sinceEvaluation.steps++;
    sinceEvaluation.seconds += seconds;
    this.throughput.add(result, batch.inputs.length, seconds);
    return true;
  }

  /** All is well after an evaluation: says when the next one is due, and remembers this place. */
  goOn(): void {
    const { hyperparameters, begun } = this.current;
    this.current.nextEvaluation = nextEvaluation(hyperparameters, this.position, begun);
    this.lastGood = this.snapshot();
  }

  /** Goes back to where all was well, with half the rate. @returns whether it did: not when that has not helped often enough */
  rollBack(): boolean {
    const { rollBacks, hyperparameters } = this.current;
    if (rollBacks >= mostRollBacks) return false;
    const rateScale = this.current.rateScale / 2;
    this.trainerHolder.goBack(this.lastGood);
    this.current = { ...structuredClone(this.lastGood.progress), hyperparameters, rateScale, rollBacks: rollBacks + 1 };
    this.stability = new StabilityWatch(this.current.stability);
    this.batches.restore(this.current.batches);
    return true;
  }

  /** Adds to the budget. */
  extend(minutes: number): void {
    this.current.hyperparameters = extended(this.current.hyperparameters, minutes, this.current);
  }

  /** Everything that the run could go on from here with. */
  snapshot(): Snapshot {
    const { position: batches } = this.batches;
    const standing = { seconds: this.clock.seconds, stability: this.stability.state, batches };
    return {
      state: this.trainerHolder.trainer.state(),
      progress: structuredClone({ ...this.current, ...standing }) as Progress,
    };
  }
}
