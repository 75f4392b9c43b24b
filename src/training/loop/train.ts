/**
 * training/loop/: a run under way: steps, schedule, control by the user, roll-backs, saving, its end.
 */
import { StorageError } from '../../model/disk';
import type { SessionEnd, TrainingJob } from '../prepare/trainingJob';
import type { RunOutcome } from '../record/events';
import type { RunRecord } from '../record/record';
import { RunLockedError } from '../record/runLock';
import { heldOutTargets } from '../validation/heldOutTargets';
import type { TrainingControls } from './controls';
import { TrainingRun } from './trainingRun';

/**
 * Trains until the budget is spent, the held-out text no longer gets easier, or someone says stop; is steered through
 * `controls`, tells everything to the job's record, and leaves the best weights by validation in the model folder. Runs on
 * the calling thread and lets it breathe between steps. A full disk is an outcome, told like any other, and so is another process that has
 * taken the folder over. Ends the job's engine,
 * corpus and lock.
 * @throws EngineUnavailableError where the machine has no room for the model; everything is then as it was before
 */
export async function train(job: TrainingJob, controls: TrainingControls): Promise<SessionEnd> {
  try {
    const run = await open(job);
    try {
      return await follow(run, job.record, controls);
    } finally {
      run.dispose();
    }
  } finally {
    await job.record.close();
    await job.lock.release().finally(() => controls.end());
  }
}

async function open(job: TrainingJob): Promise<TrainingRun> {
  try {
    return new TrainingRun(job, await heldOutTargets(job.corpus));
  } catch (error) {
    job.engine.dispose();
    job.corpus.dispose();
    await job.abandon();
    throw error;
  }
}

async function follow(run: TrainingRun, record: RunRecord, controls: TrainingControls): Promise<SessionEnd> {
  try {
    await run.begin();
    let end = await run.obey(controls);
    while (end === null) {
      if (run.over !== null) {
        end = run.over;
      } else if (run.isEvaluationDue) {
        end = await run.evaluate();
      } else if (!run.step()) {
        end = await run.rollBack();
      }
      if (run.isProgressDue) await run.tellProgress();
      if (run.isCheckpointDue) await run.saveCheckpoint();
      await run.breathe();
      end ??= await run.obey(controls);
    }
    return await run.finish(end, controls);
  } catch (error) {
    const outcome: RunOutcome = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
    const isTakenOver = error instanceof RunLockedError;
    if (isTakenOver) record.letGo();
    await run.tellFinished(outcome);
    if (isTakenOver || error instanceof StorageError) return outcome;
    throw error;
  }
}
