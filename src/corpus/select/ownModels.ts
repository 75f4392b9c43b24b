import { join } from 'node:path';
import { modelFiles } from '../../model/modelFolder';
import { regularHeadSync } from '../../model/regularFileSync';

/**
 * Whether a folder is a model of Textloom's, whatever it is called: its samples, card and logs are no text to train on.
 * @param names what it holds
 * @param head the beginning of its model.json, where the weights don't tell
 */
export function isModelFolder(names: ReadonlySet<string>, head: () => string): boolean {
  if (!names.has(modelFiles.description)) return false;
  if (names.has(modelFiles.weights)) return true;
  const text = head();
  return text.includes('"formatVersion"') && text.includes('"appVersion"');
}

/** The beginning of a folder's model.json, which names its parts; empty where it can't be read. */
export function descriptionHead(folder: string): string {
  try {
    return regularHeadSync(join(folder, modelFiles.description), 4096);
  } catch {
    return '';
  }
}
