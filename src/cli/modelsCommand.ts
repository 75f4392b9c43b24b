import { say, sayJson } from './terminal';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatCount, formatLoss } from '../base/format';
import { asItWrites } from '../model/asItWrites';
import { parameterCount } from '../model/architecture';
import { type ListedModel, listModels } from '../model/modelFolder';
import { Flags } from './flags';
import { isChangeName, modelChanges } from './modelChanges';
import { modelsFolderOf } from './places';

/** `textloom models`: lists the models of a folder, or does what the first word says with one of them. */
export async function modelsCommand(args: readonly string[]): Promise<number> {
  const [word = '', ...rest] = args;
  if (isChangeName(word)) return modelChanges[word](rest);
  return listCommand(args);
}

async function listCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('models', args, { json: 'switch' });
  const [folder = '.', ...others] = flags.positionals;
  if (others.length > 0) throw flags.wrong('Give one folder.');
  const inside = modelsFolderOf(resolve(folder));
  const models = await listModels(existsSync(inside) ? inside : resolve(folder));
  for (const model of models) {
    if (flags.has('json')) sayJson(record(model));
    else for (const line of linesOf(model)) say(line);
  }
  if (models.length === 0 && !flags.has('json')) say(`There are no models in ${resolve(folder)}.`);
  return 0;
}

function record(model: ListedModel): object {
  if (model.kind === 'damaged') return { model: model.folder, damaged: model.reason };
  const { name, created, architecture, tokenizer, best, trained, memory } = model.description;
  const reached = asItWrites(model.description);
  return {
    model: model.folder,
    name,
    created,
    parameters: parameterCount(architecture),
    tokenizer: tokenizer.kind,
    ...trained,
    natsPerCharacter: reached?.natsPerCharacter ?? null,
    bitsPerCharacter: reached?.bitsPerCharacter ?? null,
    ...(memory && { frozen: memory.frozen, lstm: best?.natsPerCharacter ?? null }),
  };
}

function linesOf(model: ListedModel): readonly string[] {
  if (model.kind === 'damaged') return [model.folder, `    ${model.reason}`];
  const { created, architecture, tokenizer } = model.description;
  const reached = asItWrites(model.description);
  const quality = reached === null ? 'no weights yet' : `${formatLoss(reached.bitsPerCharacter)} bits per character`;
  const size = `${formatCount(parameterCount(architecture))} parameters`;
  return [model.folder, `    ${quality}, ${size}, ${tokenizer.kind}, ${created.slice(0, 10)}`];
}
