import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sealOfJson } from './checksum';
import { type ModelDescription, parseDescription, withoutMemory } from './description';
import { ModelError } from './modelError';
import { modelFiles } from './modelFiles';
import { makeModelsFolder, nameAndPlace, type PlacedModel } from './modelFolder';
import { memoryParts, type PackedFile, PackedModel, trainingParts } from './packedModel';
import { readDescription } from './readModel';
import { readRegularText } from './regularFile';
import { checkSafetensors, SafetensorsError } from './safetensors';
import { inHiddenFolder } from './unfinished';

/** How a packed model is taken in. */
export interface UnpackOptions {
  /** What to call it; its own name otherwise. Where that is taken, a number follows. */
  readonly name?: string;
  /**
   * With what its training goes on from, where that was packed. It says which files of this machine are read then, so it
   * is for packages of one's own.
   */
  readonly withTraining?: boolean;
  /** Whether the memory that stands in a folder makes sense for this model. Left out: one that is as it was packed does. */
  readonly isSoundMemory?: (folder: string, description: ModelDescription) => Promise<boolean>;
  readonly signal?: AbortSignal;
  /** Hears the share done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** A model that has been taken in. */
export interface Unpacked extends PlacedModel {
  /** Whether its memory was packed and came in; one that was damaged is left out. */
  readonly memory: 'none' | 'whole' | 'damaged';
}

/**
 * Unpacks a model into a folder of models. All of it is checked before any of it counts: names, sizes, checksums, every
 * weight. What fails leaves nothing behind; but a memory that is damaged is left out, since the model does without it.
 * @throws ModelError where the file is damaged, from a newer Textloom or something else; StorageError; the signal's reason.
 */
export async function unpackModel(path: string, modelsFolder: string, options: UnpackOptions = {}): Promise<Unpacked> {
  const packed = await PackedModel.open(path);
  try {
    await makeModelsFolder(modelsFolder);
    return await inHiddenFolder(modelsFolder, async (incoming) => {
      const memory = await extractAll(packed, incoming, options);
      const description = await checkedDescription(incoming);
      const isSound = memory === 'whole' ? ((await options.isSoundMemory?.(incoming, description)) ?? true) : true;
      if (!isSound) await leaveOutMemory(incoming);
      const remembers = memory === 'whole' && isSound;
      const standing = remembers ? description : withoutMemory(description);
      const placed = await nameAndPlace(incoming, modelsFolder, standing, options.name);
      return { ...placed, memory: isSound ? memory : 'damaged' };
    });
  } finally {
    await packed.close();
  }
}

/** @returns what became of the memory */
async function extractAll(packed: PackedModel, folder: string, options: UnpackOptions): Promise<Unpacked['memory']> {
  let memory: Unpacked['memory'] = 'none';
  const wanted = packed.files.filter(({ name }) => options.withTraining === true || !trainingParts.includes(name));
  const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const file of wanted) {
    options.signal?.throwIfAborted();
    if (memoryParts.includes(file.name)) memory = await extractMemory(packed, file, folder, options.signal);
    else await packed.extract(file, folder, options.signal);
    done += file.bytes;
    options.onProgress?.(done / Math.max(1, total));
  }
  return memory;
}

async function extractMemory(
  packed: PackedModel,
  file: PackedFile,
  folder: string,
  signal?: AbortSignal,
): Promise<'whole' | 'damaged'> {
  try {
    await packed.extract(file, folder, signal);
    return 'whole';
  } catch (error) {
    if (!(error instanceof ModelError) || error.fault !== 'damaged') throw error;
    await leaveOutMemory(folder);
    return 'damaged';
  }
}

async function leaveOutMemory(folder: string): Promise<void> {
  for (const name of memoryParts) await rm(join(folder, name), { force: true });
}

/** What has been unpacked, once it is certain that it can be used. */
async function checkedDescription(folder: string): Promise<ModelDescription> {
  // Nothing stands in for what is damaged: it hasn't come as it was sent.
  const text = await readRegularText(join(folder, modelFiles.description)).catch(() => '');
  if (sealOfJson(text) === 'changed')
    throw new ModelError('damaged', `${modelFiles.description} has changed since it was packed.`);
  parseDescription(text);
  const description = await readDescription(folder);
  if (description.best === null) throw new ModelError('no weights', `"${description.name}" has no weights.`);
  for (const name of [modelFiles.weights, modelFiles.checkpoint]) {
    await checkSafetensors(join(folder, name)).catch((cause: unknown) => {
      if (cause instanceof SafetensorsError) throw new ModelError('damaged', `In ${name}: ${cause.message}`, { cause });
      const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
      if (!isAbsent) throw cause;
      if (name === modelFiles.weights) throw new ModelError('damaged', 'This model is damaged: it has no weights.');
    });
  }
  return description;
}
