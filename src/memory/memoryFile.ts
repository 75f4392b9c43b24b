import { join } from 'node:path';
import * as v from 'valibot';
import type { Tokenizer } from '../corpus/tokenizers/tokenizer';
import { sealHeaded, sealOfHeaded } from '../model/checksum';
import { replaceFile } from '../model/disk';
import { modelFiles } from '../model/modelFiles';
import { readRegular } from '../model/regularFile';
import { isSoundTable } from './contextTable';
import { Memory, type MemoryParts } from './memory';

/** Stands in a model's folder, beside its weights. */
export const memoryFile = modelFiles.memory;

const formatVersion = 1;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1 << 26));
const headSchema = v.object({
  formatVersion: v.literal(formatVersion),
  tokens: count,
  contexts: count,
  lists: count,
  corrections: count,
  weights: count,
});

/**
 * Saves a memory: a line of JSON, then numbers of 32 bits: counts of tokens, keys and values of contexts, lists; corrections and
 * weights with a document and without. @throws StorageError
 */
export async function saveMemory(folder: string, memory: Memory): Promise<void> {
  const { tokens, corpus, along, frozen } = memory.parts;
  const arrays = [tokens, corpus.keys, corpus.values, corpus.lists, ...[along, frozen].flatMap(numbersOf)].map(bytesOf);
  const head = {
    formatVersion,
    tokens: tokens.length,
    contexts: corpus.keys.length,
    lists: corpus.lists.length,
    corrections: along.corrections.length,
    weights: along.weights.length,
  };
  await replaceFile(join(folder, memoryFile), sealHeaded(JSON.stringify(head), arrays));
}

/** The memory of a model; null where there is none, or none that can be trusted or that fits its tokeniser. */
export async function readMemory(folder: string, tokenizer: Tokenizer): Promise<Memory | null> {
  const content = await readRegular(join(folder, memoryFile)).catch(() => null);
  const parts = content === null ? null : partsOf(content, tokenizer.vocabularySize);
  return parts !== null && fits(tokenizer, parts) ? new Memory(tokenizer, parts) : null;
}

/** Whether the mixers are as large as this tokeniser's contexts want them. */
function fits(tokenizer: Tokenizer, { along, frozen }: MemoryParts): boolean {
  const empty = new Memory(tokenizer).parts.along;
  return [along, frozen].every(
    ({ corrections, weights }) =>
      corrections.length === empty.corrections.length && weights.length === empty.weights.length,
  );
}

/** What a file holds; null where it isn't whole. */
function partsOf(content: Buffer, vocabularySize: number): MemoryParts | null {
  const end = content.indexOf('\n');
  if (end < 0 || sealOfHeaded(content) !== 'whole') return null;
  const head = v.safeParse(v.pipe(v.string(), v.parseJson(), headSchema), content.toString('utf8', 0, end));
  if (!head.success) return null;
  const { tokens, contexts, lists, corrections, weights } = head.output;
  const numbers = content.subarray(end + 1);
  if (tokens !== vocabularySize) return null;
  if (numbers.length !== 4 * (tokens + 2 * contexts + lists + 2 * (corrections + weights))) return null;
  // A copy, since numbers must start at a multiple of their size.
  const { buffer } = Uint8Array.from(numbers);
  let place = 0;
  const placeOf = (length: number) => 4 * ((place += length) - length);
  const next = (length: number) => new Uint32Array(buffer, placeOf(length), length);
  const nextFloats = (length: number) => new Float32Array(buffer, placeOf(length), length);
  const corpusTokens = next(tokens);
  const corpus = { keys: next(contexts), values: next(contexts), lists: next(lists) };
  const along = { corrections: nextFloats(corrections), weights: nextFloats(weights) };
  const frozen = { corrections: nextFloats(corrections), weights: nextFloats(weights) };
  const floats = [along, frozen].flatMap(numbersOf);
  if (!floats.every((array) => array.every((value) => Number.isFinite(value)))) return null;
  return isSoundTable(corpus, vocabularySize) ? { tokens: corpusTokens, corpus, along, frozen } : null;
}

function numbersOf({ corrections, weights }: MemoryParts['along']): readonly Float32Array[] {
  return [corrections, weights];
}

function bytesOf(numbers: Uint32Array | Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
