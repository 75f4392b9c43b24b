import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { createTokenizer } from '../corpus/tokenizers/create';
import type { Tokenizer, TokenizerDescription } from '../corpus/tokenizers/tokenizer';
import { sealHeaded, sealOfHeaded } from '../model/checksum';
import { readingError, replaceFile } from '../model/disk';
import { modelFiles } from '../model/modelFiles';
import { OversizedFileError, readRegular } from '../model/regularFile';
import { UnsafePathError } from '../model/unsafePath';
import { isSoundTable } from './contextTable';
import { corpusLimits, Memory, type MemoryParts } from './memory';
import { mixerFor } from './mixer';

/** Stands in a model's folder, beside its weights. */
export const memoryFile = modelFiles.memory;

const formatVersion = 1;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const headSchema = v.object({
  formatVersion: v.literal(formatVersion),
  tokenizer: v.string(),
  tokens: count,
  contexts: count,
  lists: count,
  corrections: count,
  weights: count,
});

/** A memory is within 64 MB; a larger file is none. */
const longest = 64 * 2 ** 20;

/** The line of JSON is shorter. */
const longestHead = 1024;

/** Weights and corrections stay near 1. With numbers beyond this, sums might not be finite. */
const largest = 1e6;

/**
 * Saves a memory: a line of JSON, then numbers of 32 bits: counts of tokens, keys and values of contexts, lists; corrections and
 * weights with a document and without. @throws StorageError
 */
export async function saveMemory(folder: string, memory: Memory): Promise<void> {
  const { tokens, corpus, along, frozen } = memory.parts;
  const arrays = [tokens, corpus.keys, corpus.values, corpus.lists, ...[along, frozen].flatMap(numbersOf)].map(bytesOf);
  const head = {
    formatVersion,
    tokenizer: fingerprintOf(memory.tokenizer),
    tokens: tokens.length,
    contexts: corpus.keys.length,
    lists: corpus.lists.length,
    corrections: along.corrections.length,
    weights: along.weights.length,
  };
  await replaceFile(join(folder, memoryFile), sealHeaded(JSON.stringify(head), arrays));
}

/**
 * The memory of a model; null where there is none, or none that can be trusted or that fits its tokeniser.
 * @param onUnusable told in one sentence of one that is there and can't be used
 * @throws StorageError where it can't be read, which may pass: then nothing is known of it
 */
export async function readMemory(
  folder: string,
  tokenizer: Tokenizer,
  onUnusable?: (sentence: string) => void,
): Promise<Memory | null> {
  const parts = await readParts(folder, tokenizer, onUnusable);
  return parts === null ? null : new Memory(tokenizer, parts);
}

/** Whether the memory that stands in a model's folder can be trusted and fits its tokeniser. @throws StorageError */
export async function isSoundMemory(
  folder: string,
  { tokenizer }: { readonly tokenizer: TokenizerDescription },
): Promise<boolean> {
  return (await readParts(folder, createTokenizer(tokenizer))) !== null;
}

async function readParts(
  folder: string,
  tokenizer: Tokenizer,
  onUnusable?: (sentence: string) => void,
): Promise<MemoryParts | null> {
  const path = join(folder, memoryFile);
  const content = await readRegular(path, longest).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    if (error instanceof UnsafePathError || error instanceof OversizedFileError) return null;
    throw readingError(error, path);
  });
  if (content === undefined) return null;
  const parts = content === null ? null : partsOf(content, tokenizer);
  if (parts === null) onUnusable?.(`${memoryFile} is damaged or of another model: the model does without its memory.`);
  return parts;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** What a file holds; null where it isn't whole, or isn't of this tokeniser. */
function partsOf(content: Buffer, tokenizer: Tokenizer): MemoryParts | null {
  const end = content.subarray(0, longestHead).indexOf('\n');
  if (end < 0 || sealOfHeaded(content) !== 'whole') return null;
  const head = v.safeParse(v.pipe(v.string(), v.parseJson(), headSchema), content.toString('utf8', 0, end));
  if (!head.success || head.output.tokenizer !== fingerprintOf(tokenizer)) return null;
  const { tokens, contexts, lists, corrections, weights } = head.output;
  const numbers = content.subarray(end + 1);
  const mixer = mixerFor(tokenizer.description.kind, 'frozen');
  if (corrections !== mixer.corrections.length || weights !== mixer.weights.length) return null;
  if (tokens !== tokenizer.vocabularySize) return null;
  if (numbers.length !== 4 * (tokens + 2 * contexts + lists + 2 * (corrections + weights))) return null;
  // A copy, since numbers must start at a multiple of their size.
  const { buffer } = Uint8Array.from(numbers);
  let place = 0;
  const placeOf = (length: number) => 4 * ((place += length) - length);
  const next = (length: number) => new Uint32Array(buffer, placeOf(length), length);
  // A copy, so that it doesn't keep the whole file in memory.
  const nextFloats = (length: number) => new Float32Array(buffer, placeOf(length), length).slice();
  const corpusTokens = next(tokens);
  const corpus = { keys: next(contexts), values: next(contexts), lists: next(lists) };
  const along = { corrections: nextFloats(corrections), weights: nextFloats(weights) };
  const frozen = { corrections: nextFloats(corrections), weights: nextFloats(weights) };
  const floats = [along, frozen].flatMap(numbersOf);
  if (!floats.every((array) => array.every((value) => Math.abs(value) <= largest))) return null;
  if (!isSoundTable(corpus, corpusLimits, tokens)) return null;
  return { tokens: corpusTokens, corpus, along, frozen };
}

/** What a description says, in whichever order: numbers of tokens mean nothing to another tokeniser. */
function fingerprintOf({ description }: Tokenizer): string {
  const fields = Object.entries(description).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

function numbersOf({ corrections, weights }: MemoryParts['along']): readonly Float32Array[] {
  return [corrections, weights];
}

function bytesOf(numbers: Uint32Array | Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
