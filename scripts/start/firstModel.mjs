// @ts-check
// Finds the model that `npm start` has made in a folder before, and whether its training came to its end.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What `npm start` calls its model; a second one of the name is "first-model 2". */
export const firstName = 'first-model';

/** @typedef {{ name: string, folder: string, canWrite: boolean, isFinished: boolean }} FirstModel */

/**
 * The newest first model that can write or be gone on with. What a failure has left before there were weights is neither.
 * @param {string} modelsFolder
 * @returns {FirstModel | undefined}
 */
export function findFirstModel(modelsFolder) {
  if (!existsSync(modelsFolder)) return undefined;
  const models = readdirSync(modelsFolder)
    .filter((name) => new RegExp(`^${firstName}( \\d+)?$`).test(name))
    .map((name) => read(name, join(modelsFolder, name)))
    .filter(({ canWrite, isFinished }) => canWrite || !isFinished);
  return models.sort((one, other) => changed(other.folder) - changed(one.folder))[0];
}

/** @param {string} name @param {string} folder @returns {FirstModel} */
function read(name, folder) {
  const holds = (/** @type {string} */ file) => existsSync(join(folder, file));
  const canGoOn = holds('model.json') && holds('training.safetensors');
  return {
    name,
    folder,
    canWrite: holds('model.json') && holds('model.safetensors'),
    isFinished: !canGoOn || outcome(folder) !== 'open',
  };
}

/**
 * How its last run ended: `open` where it was interrupted, or where nothing is known of an end.
 * @param {string} folder
 */
function outcome(folder) {
  try {
    const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
    const kind = run?.finished?.outcome?.kind;
    return kind === 'completed' || kind === 'early stop' ? 'ended' : 'open';
  } catch {
    return 'open';
  }
}

/** @param {string} folder */
function changed(folder) {
  return statSync(join(folder, 'model.json')).mtimeMs;
}
