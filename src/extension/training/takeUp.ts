import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ResponseError } from 'vscode-jsonrpc';
import { modelFiles } from '../../model/modelFiles';
import { errorCodes } from '../../protocol/background';
import { readRun } from '../../training/record/record';
import { type Run, waitsForMains } from '../../training/record/run';
import type { Models } from '../models/models';
import type { Reporter } from '../reporter';
import type { Session } from '../session';
import type { Settings } from '../settings';
import { resume } from './notice';
import type { Onlooker } from './onlooker';
import type { TrainingCommands } from './trainingCommands';

/**
 * Takes up what an earlier window has left: the model that writes, the last run's curve, and a run that was cut short,
 * by itself or by asking, as the settings have it. A paused one waits to be asked for; one that another window is at is
 * followed.
 */
export async function takeUp(
  session: Session,
  models: Pick<Models, 'active' | 'list'>,
  training: Pick<TrainingCommands, 'continue' | 'isBusy'>,
  onlooker: Pick<Onlooker, 'look'>,
  reporter: Pick<Reporter, 'notify' | 'mention'>,
  settings: Pick<Settings, 'training.resumeAfterReload'>,
): Promise<void> {
  await models.active();
  const run = await lastRun(models);
  // What another window is at is followed there. Whoever has begun something else meanwhile isn't disturbed: the run can be
  // continued at any time.
  if ((await onlooker.look()) || run === null || session.state.run !== null || training.isBusy) return;
  session.remember(run);
  const wish = settings['training.resumeAfterReload'];
  if (run.phase === 'finished' || wish === 'never') return;
  const { name, folder } = run.started;
  if (wish === 'always' && (run.phase === 'training' || waitsForMains(run))) await goOn(training, folder, reporter);
  else reporter.notify(`Training of "${name}" has not finished.`, resume(folder));
}

/** Goes on by itself, unless another window, which has the same folder open, has just begun to. */
async function goOn(
  training: Pick<TrainingCommands, 'continue'>,
  folder: string,
  reporter: Pick<Reporter, 'mention'>,
): Promise<void> {
  try {
    await training.continue(folder, 0);
  } catch (error) {
    if (!(error instanceof ResponseError) || error.code !== errorCodes.locked) throw error;
    reporter.mention(error.message);
  }
}

/** The run of the model that was trained last, as far as it was saved. */
async function lastRun(models: Pick<Models, 'list'>): Promise<Run | null> {
  const folders = (await models.list()).map(({ folder }) => folder);
  const times = await Promise.all(folders.map(checkpointTime));
  const [newest] = folders
    .map((folder, index) => ({ folder, time: times[index] ?? 0 }))
    .filter(({ time }) => time > 0)
    .sort((one, other) => other.time - one.time);
  return newest === undefined ? null : readRun(newest.folder);
}

async function checkpointTime(folder: string): Promise<number> {
  const found = await stat(join(folder, modelFiles.checkpoint)).catch(() => undefined);
  return found?.mtimeMs ?? 0;
}
