import { createTokenizer } from '../corpus/tokenizers/create';
import type { Tokenizer } from '../corpus/tokenizers/tokenizer';
import type { Engine } from '../engine/engine';
import type { Memory } from '../memory/memory';
import { readMemory } from '../memory/memoryFile';
import { itemFormOf } from '../model/itemForm';
import { type Model, readModel } from '../model/modelFolder';
import type { ScoringModel } from '../scoring/scoring';
import { complain } from './terminal';
import { readInput, remarkOnReading } from './textInput';

/** The model of a folder; what stands in for a damaged part of it is told. @throws ModelError */
export async function openModel(folder: string): Promise<Model> {
  const model = await readModel(folder);
  if (model.notice !== undefined) complain(`${model.description.name}: ${model.notice}`);
  return model;
}

/** The memory of a model; that it can't be used is told. @throws StorageError */
export async function openMemory(folder: string, name: string, tokenizer: Tokenizer): Promise<Memory | null> {
  return readMemory(folder, tokenizer, (sentence) => complain(`${name}: ${sentence}`));
}

/** A model, ready to score with an engine. */
export async function scoringModel(engine: Engine, { folder, description, parameters }: Model): Promise<ScoringModel> {
  const tokenizer = createTokenizer(description.tokenizer);
  const items = itemFormOf(description.corpus.summary);
  const memory = await openMemory(folder, description.name, tokenizer);
  return { engine, architecture: description.architecture, parameters, tokenizer, items, memory };
}

/**
 * The text of a file to be scored, or of standard input; what is odd about how it was read is told.
 * @throws Error, one sentence, where there is nothing to score
 */
export async function textToScore(file: string): Promise<string> {
  const { text, ...reading } = await readInput(file);
  remarkOnReading(file, reading);
  if (text === '') throw new Error(`${file} is empty: there is nothing to score.`);
  return text;
}
