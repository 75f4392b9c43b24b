/**
 * A model folder on disk: what is saved, copied, shared and committed.
 *
 *   model.json            the description
 *   model.safetensors     the best weights, with a copy of the description that they belong to
 *   training.safetensors  what a resume needs (checkpoint.ts)
 *   metrics.jsonl, samples.jsonl, README.md
 *   copies.index          what tells a copy of the corpus from new text (generation/copies)
 *   memory.bin            what of the corpus is remembered beside the weights (memory)
 *   corpus.json, run.json what the training read, and everything that it told (training)
 *
 * Weights are written before model.json, and carry the description of the same save. So a reader that finds the two to
 * differ knows that a save was cut short between them, and takes the copy inside the weights: a pair is never half new.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Parameters } from './architecture';
import { sealJson } from './checksum';
import { encodeDescription, type ModelDescription } from './description';
import { type Disk, makeFolder, realDisk, replaceFile } from './disk';
import { entriesInside, lookInside } from './insideRoot';
import { removeInside } from './removeInside';
import { ModelError } from './modelError';
import { descriptionKey, hiddenFolder, modelFiles, rootOf } from './modelFiles';
import { folderNameOf, uniqueName } from './modelName';
import { namesIn } from './place';
import { encodeSafetensors } from './safetensors';
import { inHiddenFolder, placeFinished } from './unfinished';

export { modelFiles, packedEnding } from './modelFiles';
export { type ListedModel, listModels } from './modelList';
export { type Model, readDescription, readModel } from './readModel';

/**
 * Makes a folder of models, where there is none yet. A `.textloom` folder that comes to be with it ignores itself, as a
 * Python virtual environment does.
 * @throws StorageError
 */
export async function makeModelsFolder(modelsFolder: string, disk: Disk = realDisk): Promise<void> {
  await lookInside(rootOf(modelsFolder), modelsFolder);
  await makeFolder(modelsFolder);
  await ignoreItself(dirname(modelsFolder), disk);
}

/**
 * Makes the folder of a new model below `modelsFolder`, under a safe name of its own: "name", "name 2"... It is there at once,
 * with all that it begins with.
 * @param fill puts into the folder what else the model begins with
 * @returns the folder, and the description with the name that the model got.
 * @throws StorageError, UnsafePathError, and what `fill` throws; then nothing is left.
 */
export async function createModelFolder(
  modelsFolder: string,
  description: ModelDescription,
  fill: (folder: string) => Promise<void> = () => Promise.resolve(),
): Promise<PlacedModel> {
  await makeModelsFolder(modelsFolder);
  return inHiddenFolder(modelsFolder, async (hidden) => {
    await fill(hidden);
    return nameAndPlace(hidden, modelsFolder, description);
  });
}

/** A model that has been put into its place. */
export interface PlacedModel {
  /** Absolute path. */
  readonly folder: string;
  readonly description: ModelDescription;
}

/**
 * Puts a hidden folder into its place under a name that nothing else has, and saves the description with that name.
 * @throws StorageError
 */
export async function nameAndPlace(
  hidden: string,
  modelsFolder: string,
  description: ModelDescription,
  wish = description.name,
): Promise<PlacedModel> {
  for (;;) {
    const name = uniqueName(folderNameOf(wish), await namesIn(modelsFolder));
    const named = { ...description, name };
    await saveDescription(hidden, named);
    const folder = join(modelsFolder, name);
    if (await placeFinished(hidden, folder)) return { folder, description: named };
  }
}

/**
 * Saves weights and the description that they belong to, under the next revision.
 * @returns the description as saved.
 * @throws StorageError; what was saved before is then still whole.
 */
export async function saveModel(
  folder: string,
  description: ModelDescription,
  parameters: Parameters,
  disk: Disk = realDisk,
): Promise<ModelDescription> {
  const next = { ...description, revision: description.revision + 1 };
  const metadata = { format: 'pt', [descriptionKey]: encodeDescription(next) };
  await replaceFile(join(folder, modelFiles.weights), encodeSafetensors({ tensors: parameters, metadata }), disk);
  await replaceFile(join(folder, modelFiles.description), [sealed(next)], disk);
  return next;
}

/** Saves model.json and the model card: once a run is over, and for what changes without the weights. @throws StorageError */
export async function saveDescription(
  folder: string,
  description: ModelDescription,
  disk: Disk = realDisk,
): Promise<void> {
  await replaceFile(join(folder, modelFiles.description), [sealed(description)], disk);
  // Whoever only reads models doesn't load what writes cards.
  const { modelCard } = await import('./modelCard');
  await replaceFile(join(folder, modelFiles.card), [Buffer.from(modelCard(description))], disk);
}

/**
 * A damaged model may be moved and deleted as well; a folder that never was a model may not.
 * @throws ModelError; UnsafePathError where the folder is a link, or lies behind one
 */
export async function requireModel(folder: string): Promise<void> {
  const entries = await entriesInside(rootOf(dirname(folder)), folder);
  const names = entries.map(({ name }) => name);
  const telling: readonly string[] = [modelFiles.description, modelFiles.weights, modelFiles.checkpoint];
  if (names.some((name) => telling.includes(name))) return;
  throw new ModelError('missing', `There is no model in ${folder}.`);
}

/** Removes a model for good. @throws UnsafePathError, StorageError */
export async function removeModelFolder(folder: string): Promise<void> {
  await removeInside(rootOf(dirname(folder)), folder);
}

async function ignoreItself(folder: string, disk: Disk): Promise<void> {
  const path = join(folder, '.gitignore');
  if (basename(folder) !== hiddenFolder || (await stat(path).catch(() => undefined)) !== undefined) return;
  await replaceFile(path, [Buffer.from('*\n')], disk);
}

/** The content of model.json, sealed. */
export function sealed(description: ModelDescription): Buffer {
  return Buffer.from(sealJson(encodeDescription(description)));
}
