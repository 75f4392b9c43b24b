import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { modelFiles } from '../../model/modelFolder';

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
  const head = Buffer.alloc(4096);
  try {
    const file = openSync(join(folder, modelFiles.description), 'r');
    try {
      return head.toString('utf8', 0, readSync(file, head));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
