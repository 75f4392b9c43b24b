/** The models of a folder of models. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelDescription } from './description';
import { entriesInside } from './insideRoot';
import { ModelError } from './modelError';
import { modelFiles, rootOf } from './modelFiles';
import { readDescription } from './readModel';
import { UnsafePathError } from './unsafePath';

/** One folder of a models folder: a model, with or without weights yet, or the reason why it is none. */
export type ListedModel =
  | { readonly kind: 'model'; readonly folder: string; readonly description: ModelDescription }
  | { readonly kind: 'damaged'; readonly folder: string; readonly reason: string };

/**
 * Every model of a models folder by name; damaged ones with the reason. An absent folder holds none, and what is linked
 * there isn't followed.
 * @param read how a model's description is read, for whoever remembers those that haven't changed.
 * @throws UnsafePathError where the folder of models itself is a link that may have come with its workspace
 */
export async function listModels(modelsFolder: string, read = readDescription): Promise<readonly ListedModel[]> {
  const entries = await entriesInside(rootOf(modelsFolder), modelsFolder).catch((error: unknown) => {
    if (error instanceof UnsafePathError) throw error;
    return [];
  });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const listed = await Promise.all(folders.map(({ name }) => lookForModel(join(modelsFolder, name), read)));
  return listed.filter((model) => model !== undefined).sort((one, other) => one.folder.localeCompare(other.folder));
}

/** The model in a folder, or a damaged one with the reason; undefined where there is none. `read` as in {@link listModels}. */
export async function lookForModel(folder: string, read = readDescription): Promise<ListedModel | undefined> {
  try {
    return { kind: 'model', folder, description: await read(folder) };
  } catch (error) {
    // Whatever is wrong with one model, the others are listed.
    if (!(error instanceof ModelError))
      return { kind: 'damaged', folder, reason: `It could not be read: ${String(error)}` };
    const holdsWeights = await stat(join(folder, modelFiles.weights)).catch(() => undefined);
    if (error.fault === 'missing' && holdsWeights === undefined) return undefined;
    return { kind: 'damaged', folder, reason: error.message };
  }
}
