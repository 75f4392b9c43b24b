import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { formatBytes } from '../base/format';
import { isSoundMemory } from '../memory/memoryFile';
import { deletedAreKept, longSetAside, removeSetAside, setAside } from '../model/deletedModels';
import { type Changed, duplicateModel, moveModel, renameModel } from '../model/modelChanges';
import { modelFiles, packedEnding, readDescription } from '../model/modelFolder';
import { damagedParts } from '../model/modelParts';
import { packModel } from '../model/packModel';
import { unpackModel } from '../model/unpackModel';
import { isBeingTrained } from '../training/record/lockOwner';
import { Flags } from './flags';
import { modelFolderOf, modelsFolderOf } from './places';
import { say, sayJson } from './terminal';

/** What `textloom models` does with one model, by the word that asks for it. Each takes the arguments after that word. */
export const modelChanges = {
  export: exportModel,
  import: importModel,
  rename,
  duplicate,
  move,
  delete: deleteModel,
  check,
} as const;

/** Whether a word asks for one of them. */
export function isChangeName(word: string): word is keyof typeof modelChanges {
  return Object.hasOwn(modelChanges, word);
}

async function exportModel(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('models', args, { 'with-memory': 'switch', 'with-training': 'switch', json: 'switch' });
  const [model, file] = words(flags, 1, 2, 'Say which model, and perhaps the file to write.');
  const folder = modelFolderOf(model);
  const path = resolve(file ?? `${basename(folder)}${packedEnding}`);
  const [withMemory, withTraining] = [flags.has('with-memory'), flags.has('with-training')];
  const bytes = await packModel(folder, path, { withMemory, withTraining });
  const hasMemory = existsSync(join(folder, modelFiles.memory));
  const without =
    hasMemory && !withMemory ? ', without its memory, which holds pieces of the text: --with-memory packs it too' : '';
  tell(
    flags,
    { file: path, bytes, memory: withMemory && hasMemory },
    `Packed in ${path} (${formatBytes(bytes)})${without}`,
  );
  return 0;
}

async function importModel(args: readonly string[]): Promise<number> {
  const kinds = { out: 'text', name: 'text', 'with-training': 'switch', json: 'switch' } as const;
  const flags = Flags.parse('models', args, kinds);
  const [file] = words(flags, 1, 1, 'Say which file to import.');
  const name = flags.text('name');
  const modelsFolder = resolve(flags.text('out') ?? modelsFolderOf(process.cwd()));
  const withTraining = flags.has('with-training');
  const options = { withTraining, isSoundMemory, ...(name !== undefined && { name }) };
  const { folder, description, memory } = await unpackModel(resolve(file), modelsFolder, options);
  const without = memory === 'damaged' ? ', without its memory: that was damaged' : '';
  const record = { model: folder, name: description.name, memory };
  tell(flags, record, `Imported as "${description.name}" in ${folder}${without}`);
  return 0;
}

async function rename(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('models', args, { json: 'switch' });
  const [model, name = ''] = words(flags, 2, 2, 'Say which model, and its new name.');
  tellChanged(flags, 'Renamed to', await renameModel(await untrained(model), name));
  return 0;
}

async function duplicate(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('models', args, { json: 'switch' });
  const [model, name] = words(flags, 1, 2, 'Say which model, and perhaps the name of its copy.');
  tellChanged(flags, 'Copied to', await duplicateModel(modelFolderOf(model), name));
  return 0;
}

async function move(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('models', args, { json: 'switch' });
  const [model, target = ''] = words(flags, 2, 2, 'Say which model, and the folder of models that it goes to.');
  const folder = await untrained(model);
  const moved = await moveModel(folder, resolve(target));
  tell(flags, { model: moved }, `Moved to ${moved}`);
  return 0;
}

async function deleteModel(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('models', args, { 'for-good': 'switch', json: 'switch' });
  const [model] = words(flags, 1, 1, 'Say which model.');
  const folder = await untrained(model);
  const kept = await setAside(folder);
  const expired = await longSetAside(dirname(folder), Date.now() - deletedAreKept);
  // What can't be removed now is found again with the next one.
  for (const path of expired) await removeSetAside(path).catch(() => undefined);
  if (flags.has('for-good')) await removeSetAside(kept);
  if (flags.has('for-good')) tell(flags, { deleted: folder }, `Deleted ${folder}`);
  else tell(flags, { deleted: folder, kept }, `Deleted ${folder}; for a week it is kept in ${kept}`);
  return 0;
}

/** Ends with 1 where a file isn't as it was saved. */
async function check(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('models', args, { json: 'switch' });
  const [model] = words(flags, 1, 1, 'Say which model.');
  const folder = modelFolderOf(model);
  await readDescription(folder);
  const damaged = await damagedParts(folder);
  const sentences = damaged.map(({ sentence }) => sentence);
  const told = damaged.length === 0 ? `All files of ${folder} are as they were saved.` : sentences.join('\n');
  tell(flags, { model: folder, damaged }, told);
  return damaged.length === 0 ? 0 : 1;
}

/** The folder of a model that no process is training. @throws Error, one sentence */
async function untrained(model: string): Promise<string> {
  const folder = modelFolderOf(model);
  if (await isBeingTrained(folder)) throw new Error(`"${basename(folder)}" is being trained: stop its training first.`);
  return folder;
}

/** The arguments that aren't flags, so many of them. @throws UsageError */
function words(
  flags: Pick<Flags<'json'>, 'positionals' | 'wrong'>,
  least: number,
  most: number,
  sentence: string,
): readonly [string, ...(string | undefined)[]] {
  const [first, ...others] = flags.positionals;
  if (first === undefined || flags.positionals.length < least || flags.positionals.length > most) {
    throw flags.wrong(sentence);
  }
  return [first, ...others];
}

/** Flags of which `--json` is one. */
interface JsonFlag {
  has(name: 'json'): boolean;
}

function tellChanged(flags: JsonFlag, what: string, { folder, description }: Changed): void {
  tell(flags, { model: folder, name: description.name }, `${what} "${description.name}" in ${folder}`);
}

function tell(flags: JsonFlag, record: object, sentence: string): void {
  if (flags.has('json')) sayJson(record);
  else say(sentence);
}
