import type { WeightKind } from '../../engine/engine';
import { parameterCount } from '../../model/architecture';
import type { SessionEnd, TrainingJob } from '../prepare/trainingJob';
import type { ProgressEvent, RunOutcome } from '../record/events';
import type { Progress } from '../record/progress';
import { fitBaseline } from '../validation/baseline';
import { RunMemory } from '../memory/runMemory';
import { HeldOutText } from '../validation/heldOut';
import { copiesNote, type HeldOutTargets } from '../validation/heldOutTargets';
import { drawSamples, samplePrompt } from '../validation/samples';
import { type Clock, monotonicClock } from './clock';
import type { TrainingControls } from './controls';
import { fullAllowance } from './effort';
import { Ending } from './ending';
import { Optimization } from './optimization';
import { RunFolder } from './runFolder';
import { Steering } from './steering';

/** A run under way: what is told and saved of it, and what can be done to it. When to do what is train.ts's business. */
export class TrainingRun {
  private readonly optimization: Optimization;
  private readonly heldOut: HeldOutText;
  private readonly prompt: string;
  private readonly folder: RunFolder;
  private readonly steering: Steering;
  private readonly memory: RunMemory;
  private readonly ending: Ending;

  private readonly now: Clock;

  /** @param targets Which of the held-out text counts. */
  constructor(
    private readonly job: TrainingJob,
    private readonly targets: HeldOutTargets,
  ) {
    const { corpus, engine, start, record, allowance = fullAllowance, clock = monotonicClock } = job;
    this.now = clock;
    this.optimization = new Optimization({ engine, corpus, start, allowance, clock });
    this.heldOut = new HeldOutText(corpus, start.progress.hyperparameters.evaluationTokens, targets);
    this.prompt = samplePrompt(corpus);
    this.folder = new RunFolder(job, this.optimization, this.heldOut, clock);
    this.steering = new Steering(this.optimization, this.folder, record);
    this.memory = new RunMemory(corpus, this.heldOut, clock);
    const { optimization, heldOut, folder, steering, memory } = this;
    const tellProgress = (instead: Partial<ProgressEvent>) => this.tellProgress(instead);
    this.ending = new Ending({ job, optimization, heldOut, folder, steering, memory, tellProgress });
  }

  private get progress(): Progress {
    return this.optimization.progress;
  }

  async begin(): Promise<void> {
    const { corpus, engine, engineReason, opening, unknownNotice, record } = this.job;
    const { hyperparameters, step } = this.progress;
    const { folder } = this;
    await record.tell({
      type: 'started',
      folder: this.job.folder,
      name: folder.description.name,
      at: Date.now(),
      hyperparameters,
      parameters: parameterCount(hyperparameters.architecture),
      tokenizer: corpus.tokenizer.description.kind,
      vocabularySize: hyperparameters.architecture.vocabularySize,
      trainingTokens: corpus.training.length,
      validationTokens: corpus.validation.length,
      summary: corpus.summary,
      engine: { name: engine.name, threads: engine.threads, reason: engineReason },
      step,
    });
    if (opening !== null) await folder.note('restarted', opening);
    if (unknownNotice !== null) await folder.note('unknown text', unknownNotice);
    if (this.optimization.trainerHolder.isQuiet)
      await folder.note('effort changed', this.optimization.trainerHolder.effort);
    const copies = copiesNote(this.targets, corpus.itemRanges !== undefined);
    if (copies !== null) await folder.note('copies held out', copies);
    if (this.job.isNewText) await this.scoreAnew();
    await folder.saveCheckpoint();
    if (folder.description.baseline === null || this.job.isNewText) await this.tellBaseline();
    this.optimization.clock.resume();
  }

  /** See {@link Steering.obey}. */
  obey(controls: TrainingControls): Promise<SessionEnd | null> {
    return this.steering.obey(controls);
  }

  /** Lets others have the thread for a moment. */
  breathe(): Promise<void> {
    return this.optimization.trainerHolder.breathe();
  }

  /** How it has ended, where its last score was known before this session: a crash came between that and its end. */
  get over(): RunOutcome | null {
    const { sinceEvaluation, best } = this.progress;
    return best !== null && sinceEvaluation.steps === 0 ? this.outcome : null;
  }

  /** How it ends after its latest evaluation, if it does. */
  private get outcome(): RunOutcome | null {
    if (this.optimization.isOver) return { kind: 'completed' };
    return this.progress.evaluationsSinceBest >= this.progress.hyperparameters.patience ? { kind: 'early stop' } : null;
  }

  get isEvaluationDue(): boolean {
    return this.optimization.isEvaluationDue;
  }

  get isProgressDue(): boolean {
    return this.optimization.throughput.isDue;
  }

  get isCheckpointDue(): boolean {
    return this.folder.isCheckpointDue;
  }

  /** One step of the optimiser. @returns whether the run is sound; a step that shows that it isn't doesn't count. */
  step(): boolean {
    const began = this.now();
    const isSound = this.optimization.step();
    this.memory.beside(this.now() - began);
    return isSound;
  }

  /** Scores the held-out text, keeps the weights if they are the best, draws samples. @returns how the run ends, if so. */
  async evaluate(): Promise<RunOutcome | null> {
    const { progress } = this;
    const { step, tokens, hyperparameters, sinceEvaluation } = progress;
    // Once the average has won, it goes on winning until the end, where both come together.
    const known = progress.best?.weights === 'averaged' && !this.optimization.isOver ? 'averaged' : null;
    const scored = await this.heldOut.score(
      this.optimization.trainerHolder.trainer,
      hyperparameters.sequenceLength,
      known,
    );
    const { weights, natsPerToken, languages } = scored;
    if (!Number.isFinite(natsPerToken)) return this.rollBack();
    const seconds = this.optimization.clock.seconds;
    await this.job.lock.requireHeld();
    const quality = this.heldOut.quality(scored, { step, seconds });
    const best = natsPerToken < (progress.best?.natsPerToken ?? Infinity);
    progress.best = best ? quality : progress.best;
    progress.evaluationsSinceBest = best ? 0 : progress.evaluationsSinceBest + 1;
    progress.sinceEvaluation = { loss: 0, steps: 0, seconds: 0 };
    if (best) await this.folder.saveBest(quality);
    const stepTokens = hyperparameters.sequenceLength * hyperparameters.batchSize;
    await this.job.record.tell({
      type: 'evaluation',
      step,
      seconds,
      tokens,
      train: sinceEvaluation.loss / Math.max(1, sinceEvaluation.steps),
      validation: natsPerToken,
      natsPerCharacter: quality.natsPerCharacter,
      ...(languages.length > 0 && { languages }),
      weights,
      rate: this.optimization.rate,
      tokensPerSecond: (sinceEvaluation.steps * stepTokens) / Math.max(1e-9, sinceEvaluation.seconds),
      best,
    });
    await this.tellSamples(weights);
    this.optimization.goOn();
    return this.outcome;
  }

  /** Goes back to where all was well, with half the rate. @returns a failure when that hasn't helped often enough. */
  async rollBack(): Promise<RunOutcome | null> {
    const from = this.progress.step;
    if (!this.optimization.rollBack()) {
      return {
        kind: 'failed',
        message: 'Training kept diverging, even at an eighth of the learning rate. Try a lower learning rate.',
      };
    }
    const { step } = this.progress;
    await this.folder.note(
      'rolled back',
      `The loss blew up at step ${from}: went back to step ${step}, with half the rate.`,
    );
    return null;
  }

  /** @param instead what is known better than by the schedule */
  async tellProgress(instead: Partial<ProgressEvent> = {}): Promise<void> {
    const { optimization } = this;
    const { step, tokens } = optimization.progress;
    await this.job.record.tell({
      type: 'progress',
      step,
      seconds: optimization.clock.seconds,
      tokens,
      ...optimization.throughput.read(),
      rate: optimization.rate,
      share: Math.min(1, optimization.share),
      secondsLeft: optimization.secondsLeft,
      threads: optimization.trainerHolder.threads,
      memory: process.memoryUsage.rss(),
      ...instead,
    });
  }

  /** @throws StorageError */
  saveCheckpoint(): Promise<void> {
    return this.folder.saveCheckpoint();
  }

  /** Ends the session: see {@link Ending.come}. */
  async finish(end: SessionEnd, controls: TrainingControls): Promise<SessionEnd> {
    const { sinceEvaluation, best } = this.progress;
    if (end.kind === 'stopped' && (sinceEvaluation.steps > 0 || best === null)) await this.evaluate();
    return this.ending.come(end, controls);
  }

  tellFinished(outcome: RunOutcome): Promise<void> {
    return this.ending.tellFinished(outcome);
  }

  dispose(): void {
    try {
      this.optimization.trainerHolder.dispose();
    } finally {
      this.job.corpus.dispose();
    }
  }

  private async scoreAnew(): Promise<void> {
    const { folder } = this;
    if (folder.description.best === null) return;
    const best = await folder.bestModel.scoreAnew(folder.description.best, this.progress);
    this.progress.best = { ...best };
    folder.describe({ best });
    // What it reached together with its memory was found out on the text before.
    folder.forgetMemory();
  }

  private async tellBaseline(): Promise<void> {
    const baseline = await fitBaseline(this.job.corpus, undefined, this.targets);
    this.folder.describe({ baseline });
    await this.job.record.tell({ type: 'baseline', ...baseline });
  }

  private async tellSamples(weights: WeightKind): Promise<void> {
    const { corpus, engine, record } = this.job;
    const { hyperparameters, step } = this.progress;
    const parameters = this.optimization.trainerHolder.trainer.weights(weights);
    const seconds = this.optimization.clock.seconds;
    for (const sample of await drawSamples(engine, hyperparameters, parameters, corpus, this.prompt)) {
      await record.tell({ type: 'sample', step, seconds, ...sample });
    }
  }
}
