/**
 * The files of a model folder, each with how it shows that it is as it was saved, and what stands in for it where it isn't. A
 * further file is a further row.
 */
import { join } from 'node:path';
import { sealOfHeaded, sealOfJson } from './checksum';
import { parseDescription } from './description';
import { storageError } from './disk';
import { damagedLines } from './jsonLines';
import { modelFiles } from './modelFiles';
import { readRegular } from './regularFile';
import { checkSafetensors, SafetensorsError } from './safetensors';
import { UnsafePathError } from './unsafePath';

/** How a file carries its checksum: see docs/model-format.md. The card carries none: it is made from the description. */
type Form = 'json' | 'tensors' | 'lines' | 'head and content';

interface Part {
  readonly file: (typeof modelFiles)[keyof typeof modelFiles];
  readonly form: Form;
  /** Where it is damaged: what becomes of that. */
  readonly standIn: string;
}

const parts: readonly Part[] = [
  { file: modelFiles.description, form: 'json', standIn: 'the copy of it in another file of the model is used' },
  { file: modelFiles.weights, form: 'tensors', standIn: 'the weights of the checkpoint are used' },
  {
    file: modelFiles.checkpoint,
    form: 'tensors',
    standIn: 'training goes on from the best weights, with a fresh optimiser',
  },
  { file: modelFiles.corpus, form: 'json', standIn: 'to train further, begin a new model from this one' },
  { file: modelFiles.run, form: 'json', standIn: 'the record of the training begins anew' },
  { file: modelFiles.metrics, form: 'lines', standIn: 'what is damaged is left out' },
  { file: modelFiles.samples, form: 'lines', standIn: 'what is damaged is left out' },
  { file: modelFiles.memory, form: 'head and content', standIn: 'the model writes without it' },
  { file: modelFiles.copies, form: 'head and content', standIn: 'it is made anew when a training ends' },
];

/** A file of a model that isn't as it was saved. */
export interface DamagedPart {
  readonly file: string;
  /** One sentence: that it is damaged, and what stands in for it. */
  readonly sentence: string;
}

/**
 * The files of a model that aren't as they were saved. Those that are missing are none; older files without a checksum only
 * have to make sense.
 * @throws StorageError where one can't be read for now
 */
export async function damagedParts(folder: string): Promise<readonly DamagedPart[]> {
  const damaged: DamagedPart[] = [];
  for (const { file, form, standIn } of parts) {
    const isWhole = await isPartWhole(join(folder, file), form);
    if (!isWhole) damaged.push({ file, sentence: `${file} is damaged: ${standIn}.` });
  }
  return damaged;
}

async function isPartWhole(path: string, form: Form): Promise<boolean> {
  try {
    if (form === 'tensors') {
      await checkSafetensors(path);
      return true;
    }
    const content = await readRegular(path);
    switch (form) {
      case 'json':
        return isJsonWhole(path, content.toString('utf8'));
      case 'lines':
        return damagedLines(content.toString('utf8')) === 0;
      case 'head and content':
        return sealOfHeaded(content) !== 'changed';
    }
  } catch (error) {
    if (error instanceof SafetensorsError || error instanceof UnsafePathError) return false;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw storageError(error, path);
  }
}

function isJsonWhole(path: string, text: string): boolean {
  if (sealOfJson(text) === 'changed') return false;
  try {
    if (path.endsWith(modelFiles.description)) parseDescription(text);
    else JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
