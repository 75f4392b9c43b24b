import { join } from 'node:path';
import { sealOfJson } from './checksum';
import { type ModelDescription, parseDescription } from './description';
import { ModelError } from './modelError';
import { modelFiles } from './modelFiles';
import { makeModelsFolder, nameAndPlace } from './modelFolder';
import { readDescription } from './readModel';
import { PackedModel, trainingParts } from './packedModel';
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
  readonly signal?: AbortSignal;
  /** Hears the share done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Unpacks a model into a folder of models. All of it is checked before any of it counts: names, sizes, checksums, every
 * weight. What fails leaves nothing behind.
 * @throws ModelError where the file is damaged, from a newer Textloom or something else; StorageError; the signal's reason.
 */
export async function unpackModel(
  path: string,
  modelsFolder: string,
  options: UnpackOptions = {},
): Promise<{ readonly folder: string; readonly description: ModelDescription }> {
  const packed = await PackedModel.open(path);
  try {
    await makeModelsFolder(modelsFolder);
    return await inHiddenFolder(modelsFolder, async (incoming) => {
      await extractAll(packed, incoming, options);
      const description = await checkedDescription(incoming);
      return nameAndPlace(incoming, modelsFolder, description, options.name);
    });
  } finally {
    await packed.close();
  }
}

async function extractAll(packed: PackedModel, folder: string, options: UnpackOptions): Promise<void> {
  const wanted = packed.files.filter(({ name }) => options.withTraining === true || !trainingParts.includes(name));
  const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const file of wanted) {
    options.signal?.throwIfAborted();
    await packed.extract(file, folder, options.signal);
    done += file.bytes;
    options.onProgress?.(done / Math.max(1, total));
  }
}

/** What has been unpacked, once it is certain that it can be used. */
async function checkedDescription(folder: string): Promise<ModelDescription> {
  // Nothing stands in for what is damaged: it hasn't come as it was sent.
  const text = await readRegularText(join(folder, modelFiles.description)).catch(() => '');
  if (sealOfJson(text) === 'changed') throw new ModelError('damaged', `In ${modelFiles.description}: it has changed.`);
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
