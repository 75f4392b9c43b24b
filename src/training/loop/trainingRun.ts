import { yieldToOthers } from '../../base/yielding';
import type { WeightKind } from '../../engine/engine';
import { parameterCount } from '../../model/architecture';
import type { ModelDescription, Quality } from '../../model/description';
import { saveDescription, saveModel } from '../../model/modelFolder';
import type { SessionEnd, TrainingJob } from '../prepare/trainingJob';
import type { NoteEvent, RunOutcome } from '../record/events';
import { isSound, type Progress, saveSnapshot } from '../record/progress';
import { fitBaseline } from '../validation/baseline';
import { BestModel } from '../validation/bestModel';
import { HeldOutText } from '../validation/heldOut';
import { copiesNote, type HeldOutTargets } from '../validation/heldOutTargets';
import { drawSamples, samplePrompt } from '../validation/samples';
import { type Clock, monotonicClock } from './clock';
import type { LoopControl, TrainingControls } from './controls';
import { fullAllowance } from './effort';
import { Optimization } from './optimization';

/** Milliseconds between two checkpoints: what a power loss may cost. */
const checkpointInterval = 25_000;

/** Another end was asked for while the last score was found out. */
class ScoringGivenUp extends Error {
  override readonly name = 'ScoringGivenUp';
  constructor(readonly end: SessionEnd) {
    super('The scoring was given up.');
  }
}

/** A run under way: what is told and saved of it, and what can be done to it. When to do what is train.ts's business. */
export class TrainingRun {
  private readonly now: Clock;
  private readonly optimization: Optimization;
  private readonly heldOut: HeldOutText;
  private readonly prompt: string;
  private readonly bestModel: BestModel;
  private description: ModelDescription;
  private lastCheckpoint: number;
  /** A best saved after the checkpoint that this run goes on from: it is only replaced by one at least as good. */
  private readonly bestToKeep: number;
  private pausedBy: 'user' | 'battery' | null = null;

  /** @param targets Which of the held-out text counts. */
  constructor(
    private readonly job: TrainingJob,
    private readonly targets: HeldOutTargets,
  ) {
    const { corpus, engine, start, description, allowance = fullAllowance, clock = monotonicClock } = job;
    const { hyperparameters, step } = start.progress;
    this.now = clock;
    this.optimization = new Optimization({ engine, corpus, start, allowance, clock });
    this.heldOut = new HeldOutText(corpus, hyperparameters.evaluationTokens, targets);
    this.prompt = samplePrompt(corpus);
    this.description = description;
    this.lastCheckpoint = clock();
    this.bestToKeep =
      description.best !== null && description.best.step > step ? description.best.natsPerToken : Infinity;
    this.bestModel = new BestModel(job.folder, this.optimization.trainerHolder, this.heldOut);
  }

  private get progress(): Progress {
    return this.optimization.progress;
  }

  async begin(): Promise<void> {
    const { folder, corpus, engine, engineReason, opening, unknownNotice, record } = this.job;
    const { hyperparameters, step } = this.progress;
    await record.tell({
      type: 'started',
      folder,
      name: this.description.name,
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
    if (opening !== null) await this.note('restarted', opening);
    if (unknownNotice !== null) await this.note('unknown text', unknownNotice);
    if (this.optimization.trainerHolder.isQuiet)
      await this.note('effort changed', this.optimization.trainerHolder.effort);
    const copies = copiesNote(this.targets, corpus.itemRanges !== undefined);
    if (copies !== null) await this.note('copies held out', copies);
    if (this.job.isNewText) await this.scoreAnew();
    await this.saveCheckpoint();
    if (this.description.baseline === null || this.job.isNewText) await this.tellBaseline();
    this.optimization.clock.resume();
  }

  /** Does what the user has asked since the last look; waits here while paused. @returns how the session ends, if it does. */
  async obey(controls: TrainingControls): Promise<SessionEnd | null> {
    for (;;) {
      const control = controls.take();
      if (control !== undefined) {
        const outcome = await this.obeyOne(control);
        if (outcome !== null) return outcome;
        controls.obeyed();
      } else if (this.pausedBy !== null) {
        await controls.arrival();
      } else {
        return null;
      }
    }
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
    return this.now() - this.lastCheckpoint >= checkpointInterval;
  }

  /** One step of the optimiser. @returns whether the run is sound; a step that shows that it isn't doesn't count. */
  step(): boolean {
    return this.optimization.step();
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
    if (best && natsPerToken <= this.bestToKeep) await this.saveBest(quality);
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
    await this.note('rolled back', `The loss blew up at step ${from}: went back to step ${step}, with half the rate.`);
    return null;
  }

  async tellProgress(): Promise<void> {
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
    });
  }

  /** @throws StorageError */
  async saveCheckpoint(): Promise<void> {
    this.lastCheckpoint = this.now();
    const snapshot = this.optimization.snapshot();
    if (!isSound(snapshot.state)) return;
    await this.job.lock.requireHeld();
    await this.job.record.save();
    await saveSnapshot(this.job.folder, snapshot, this.description);
  }

  /**
   * Leaves the folder as this end wants it.
   * @returns the end that it came to: while the last score is found out, another may be asked for. @throws StorageError
   */
  async finish(end: SessionEnd, controls: TrainingControls): Promise<SessionEnd> {
    await this.job.lock.requireHeld();
    switch (end.kind) {
      case 'suspended':
        await this.saveCheckpoint();
        return end;
      case 'discarded':
        await this.job.record.close();
        await this.job.undo();
        return this.tellDiscarded();
      case 'stopped':
        if (this.progress.sinceEvaluation.steps > 0 || this.progress.best === null) await this.evaluate();
        this.progress.standing = 'stopped';
        break;
      case 'completed':
      case 'early stop': {
        const instead = await this.scoreWhole(controls);
        if (instead !== null) return this.finish(instead, controls);
        this.progress.standing = 'ended';
        break;
      }
      case 'failed':
        break;
      default:
        end satisfies never;
    }
    this.description = {
      ...this.description,
      hyperparameters: this.progress.hyperparameters,
      trained: this.optimization.trained,
    };
    if (end.kind !== 'failed') await this.saveCheckpoint();
    await saveDescription(this.job.folder, this.description);
    await this.job.keep();
    await this.tellFinished(end);
    await this.job.record.save();
    return end;
  }

  private async tellDiscarded(): Promise<SessionEnd> {
    const outcome: RunOutcome = { kind: 'discarded', ...(this.job.hasBefore && { restored: true }) };
    await this.tellFinished(outcome);
    return outcome;
  }

  async tellFinished(outcome: RunOutcome): Promise<void> {
    const { step, best } = this.progress;
    const natsPerCharacter = this.description.best?.natsPerCharacter ?? best?.natsPerCharacter ?? null;
    await this.job.record.tell({
      type: 'finished',
      outcome,
      step,
      seconds: this.optimization.clock.seconds,
      natsPerCharacter,
    });
  }

  dispose(): void {
    try {
      this.optimization.trainerHolder.dispose();
    } finally {
      this.job.corpus.dispose();
    }
  }

  private async obeyOne(control: LoopControl): Promise<SessionEnd | null> {
    switch (control.type) {
      case 'pause':
        await this.pause('user');
        return null;
      case 'resume':
        await this.resume('Resumed.');
        return null;
      case 'battery':
        if (control.isDraining) await this.pause('battery');
        else if (this.pausedBy === 'battery') await this.resume('Resumed: on AC power again.');
        return null;
      case 'allow':
        if (await this.optimization.trainerHolder.allow(control.allowance, () => this.optimization.snapshot())) {
          await this.note('effort changed', this.optimization.trainerHolder.effort);
        }
        return null;
      case 'stop':
        return { kind: 'stopped' };
      case 'discard':
        return { kind: 'discarded' };
      case 'suspend':
        return { kind: 'suspended' };
      case 'scale rate':
        this.progress.rateScale *= control.factor;
        await this.note('rate changed', `The rate is now ${this.progress.rateScale} times the schedule's.`);
        return null;
      case 'extend':
        this.optimization.extend(control.minutes);
        await this.note('extended', `Trains ${control.minutes} minutes longer.`);
        return null;
      default:
        return control satisfies never;
    }
  }

  private async pause(by: 'user' | 'battery'): Promise<void> {
    if (this.pausedBy !== null) return;
    this.optimization.clock.pause();
    this.pausedBy = by;
    // Before it is saved: whoever goes on after a crash must know that it was paused.
    if (by === 'user') await this.note('paused', 'Paused.');
    else await this.note('paused on battery', 'Paused: on battery.');
    await this.saveCheckpoint();
  }

  private async resume(message: string): Promise<void> {
    if (this.pausedBy === null) return;
    this.optimization.clock.resume();
    this.pausedBy = null;
    await this.note('resumed', message);
    await this.job.record.save();
  }

  /**
   * Finds out the quality of the best on as much of the held-out text as there is time for.
   * @returns how the session is to end instead, where that was asked for meanwhile
   */
  private async scoreWhole(controls: TrainingControls): Promise<SessionEnd | null> {
    const { best, tokens } = this.progress;
    if (best === null || !this.heldOut.hasMore(tokens)) return null;
    await this.note('scoring', 'Final score, on all of the unseen text.');
    try {
      const quality = await this.bestModel.scoreWhole(best, this.progress, () => this.pauseWhileScoring(controls));
      this.description = { ...this.description, best: quality };
      return null;
    } catch (error) {
      if (error instanceof ScoringGivenUp) return error.end;
      throw error;
    }
  }

  /** Only an end can still be asked for: there are no more steps that anything else could be about. */
  private async pauseWhileScoring(controls: TrainingControls): Promise<void> {
    await yieldToOthers();
    for (let control = controls.take(); control !== undefined; control = controls.take()) {
      if (control.type === 'stop') throw new ScoringGivenUp({ kind: 'stopped' });
      if (control.type === 'discard') throw new ScoringGivenUp({ kind: 'discarded' });
      if (control.type === 'suspend') throw new ScoringGivenUp({ kind: 'suspended' });
      controls.obeyed();
    }
  }

  private async scoreAnew(): Promise<void> {
    if (this.description.best === null) return;
    const best = await this.bestModel.scoreAnew(this.description.best, this.progress);
    this.progress.best = { ...best };
    this.description = { ...this.description, best };
  }

  private async saveBest(best: Quality): Promise<void> {
    const { hyperparameters } = this.progress;
    const description = { ...this.description, hyperparameters, best, trained: this.optimization.trained };
    this.description = await saveModel(
      this.job.folder,
      description,
      this.optimization.trainerHolder.trainer.weights(best.weights),
    );
  }

  private async tellBaseline(): Promise<void> {
    const baseline = await fitBaseline(this.job.corpus, undefined, this.targets);
    this.description = { ...this.description, baseline };
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

  private async note(kind: NoteEvent['kind'], message: string): Promise<void> {
    const { step } = this.progress;
    await this.job.record.tell({ type: 'note', step, seconds: this.optimization.clock.seconds, kind, message });
  }
}
