import { StorageError } from '../model/disk';
import type { TrainingControls } from './controls';
import type { RunOutcome } from './events';
import type { SittingEnd, TrainingJob } from './trainingJob';
import { TrainingRun } from './trainingRun';

/**
 * Trains until the budget is spent, the held-out text no longer gets easier, or someone says stop; is steered through
 * `controls`, tells everything to the job's record, and leaves the best weights by validation in the model folder. Runs on
 * the calling thread and lets it breathe between steps. A full disk is an outcome, told like any other. Ends the job's engine,
 * corpus and lock.
 */
export async function train(job: TrainingJob, controls: TrainingControls): Promise<SittingEnd> {
  try {
    return await trainLocked(job, controls);
  } finally {
    try {
      await job.lock.release();
    } finally {
      controls.end();
    }
  }
}

async function trainLocked(job: TrainingJob, controls: TrainingControls): Promise<SittingEnd> {
  const run = begun(job);
  try {
    await run.begin();
    let end = await run.obey(controls);
    while (end === null) {
      if (run.isOver) {
        end = { kind: 'completed' };
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
    await run.finish(end);
    return end;
  } catch (error) {
    const outcome: RunOutcome = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
    await run.tellFinished(outcome);
    if (error instanceof StorageError) return outcome;
    throw error;
  } finally {
    run.dispose();
  }
}

/** The run of a job, whose engine and corpus it ends; where it can't be made, they are ended here. */
function begun(job: TrainingJob): TrainingRun {
  try {
    return new TrainingRun(job);
  } catch (error) {
    job.engine.dispose();
    job.corpus.dispose();
    throw error;
  }
}
