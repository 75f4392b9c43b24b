import { complain, sayJson, writePiece } from './terminal';
import { randomInt } from 'node:crypto';
import { withLineFeeds } from '../base/text';
import { Turn } from '../base/yielding';
import { createTokenizer } from '../corpus/tokenizers/create';
import type { Predictor } from '../engine/engine';
import { readingEngine } from '../engine/select';
import { readCopyIndex } from '../generation/copies/copyFile';
import { CopyGuard } from '../generation/copies/copyGuard';
import type { CopyIndex } from '../generation/copies/copyIndex';
import {
  type CharacterRule,
  characterRule,
  defaultSampling,
  type SamplingOptions,
  type StopOptions,
} from '../generation/options';
import { DocumentReader, type ReadingModel } from '../generation/documentReader';
import { startOfReading } from '../generation/readingWindow';
import type { Prompt } from '../generation/prompt';
import { unknownText } from '../generation/unknownText';
import { endsItem, Writer } from '../generation/writer';
import type { MemoryUse } from '../memory/memory';
import { MixturePredictor } from '../memory/mixturePredictor';
import { itemFormOf } from '../model/itemForm';
import { copiesOfModel, documentsOf } from '../training/record/copiesOfModel';
import { enginePlaces } from './engines';
import { Flags } from './flags';
import { memoryUseOf } from './memoryFlag';
import { openMemory, openModel } from './modelOnText';
import { modelFolderOf } from './places';
import { isMissing, readInput, remarkOnReading } from './textInput';

const defaultLength = 400;

/** Passages that stand verbatim in the corpus are named from so many code units on. */
const namedFrom = 50;

/** Temperatures of alternatives, as shares of the temperature asked for. */
const leastDaring = 0.5;
const mostDaring = 1.5;

const kinds = {
  model: 'text',
  prompt: 'text',
  'prompt-file': 'text',
  length: 'text',
  temperature: 'text',
  'top-k': 'text',
  'top-p': 'text',
  'min-p': 'text',
  typical: 'text',
  'repetition-penalty': 'text',
  characters: 'text',
  seed: 'text',
  stop: 'text',
  words: 'text',
  'refuse-copies': 'text',
  count: 'text',
  alternatives: 'text',
  memory: 'text',
  json: 'switch',
} as const;

type GenerateFlags = Flags<keyof typeof kinds>;

/** `textloom generate`: writes texts. */
export async function generateCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('generate', args, kinds);
  const model = flags.text('model');
  if (model === undefined) throw flags.wrong('Say which model with --model.');
  if (flags.positionals.length > 0) throw flags.wrong('Give the prompt with --prompt, in quotes.');
  const sampling = samplingOptions(flags);
  const stop = stopOptions(flags);
  const draws = drawsOf(flags, sampling);
  const promptText = await promptOf(flags);
  const use = memoryUseOf(flags);
  const refuseFrom = flags.integer('refuse-copies', 40, 10_000);
  const folder = modelFolderOf(model);
  const { description, parameters } = await openModel(folder);
  const index = await readCopyIndex(folder);
  if (index === null && refuseFrom !== undefined) {
    complain('It is not known here what this model was trained on, so copies cannot be refused.');
  }
  const engine = await readingEngine(enginePlaces(1));
  try {
    const predictor = engine.createPredictor(description.architecture, parameters);
    const items = itemFormOf(description.corpus.summary);
    const tokenizer = createTokenizer(description.tokenizer);
    const memory = use === 'off' ? null : await openMemory(folder, description.name, tokenizer);
    const mixture = memory && (await mixtureOf({ tokenizer, memory, items }, predictor, use, promptText));
    const writer = new Writer(tokenizer, mixture ?? predictor, undefined, items);
    const prompt = writer.prompt(promptText, true);
    const begun = prompt.text.slice(prompt.itemStart);
    const isWhole = endsItem(stop, items);
    const documentOf = documentsOf(folder);
    for (const [i, each] of draws.entries()) {
      const refuses = index !== null && refuseFrom !== undefined;
      const guard = refuses ? { guard: new CopyGuard(index, refuseFrom, documentOf, begun) } : {};
      const request = { prompt, stop, sampling: each, ...guard };
      if (flags.has('json')) await writeJson(writer, request, { folder, index, begun, isWhole });
      else await writeText(writer, request, i > 0);
    }
  } finally {
    engine.dispose();
  }
  return 0;
}

/** A model with its memory. Where it reads along, it reads the prompt's text, all of it. */
async function mixtureOf(
  model: ReadingModel,
  lstm: Predictor,
  use: MemoryUse,
  text: string,
): Promise<MixturePredictor> {
  if (use !== 'reading along') return new MixturePredictor(lstm, model.memory, use);
  const reader = new DocumentReader(model);
  await reader.read({ text: text.slice(startOfReading(text.length)), seams: [] }, new Turn());
  return new MixturePredictor(lstm, model.memory, use, reader.memory);
}

/** How each of the texts is drawn: alike but for the seed, or each more daring than the one before. @throws UsageError */
function drawsOf(flags: GenerateFlags, sampling: SamplingOptions): readonly SamplingOptions[] {
  const alternatives = flags.integer('alternatives', 2, 100);
  if (alternatives !== undefined && flags.has('count')) throw flags.wrong('Give --count or --alternatives, not both.');
  const count = alternatives ?? flags.integer('count', 1, 10_000) ?? 1;
  return Array.from({ length: count }, (_, i) => {
    const daring = alternatives === undefined ? 1 : leastDaring + ((mostDaring - leastDaring) * i) / (count - 1);
    return { ...sampling, seed: sampling.seed + i, temperature: Number((sampling.temperature * daring).toFixed(3)) };
  });
}

interface Request {
  readonly prompt: Prompt;
  readonly sampling: SamplingOptions;
  readonly stop: StopOptions;
  readonly guard?: CopyGuard;
}

/** What a text is looked up in for copies; no index where the corpus wasn't indexed. */
interface Source {
  readonly folder: string;
  readonly index: CopyIndex | null;
  /** What the prompt has of an item. */
  readonly begun: string;
  /** Where a text ends by itself, an item does. */
  readonly isWhole: boolean;
}

async function writeJson(writer: Writer, request: Request, source: Source): Promise<void> {
  const { folder, index, begun, isWhole } = source;
  const { text, stopped } = await writer.write(request);
  const context = { begun, isComplete: stopped === 'boundary' && isWhole };
  const copies = index === null ? [] : await copiesOfModel(folder, index, text, namedFrom, context);
  const { prompt, sampling } = request;
  const { unknownCharacters } = prompt;
  const { seed, temperature } = sampling;
  sayJson({ text, prompt: prompt.text, seed, temperature, stopped, unknownCharacters, copies });
}

/** Streams the text as it is written. */
async function writeText(writer: Writer, request: Request, isAnother: boolean): Promise<void> {
  const { unknownCharacters } = request.prompt;
  if (!isAnother && unknownCharacters.length > 0) complain(unknownText(unknownCharacters));
  if (isAnother) writePiece('\n---\n\n');
  // What a model has learned from logs may steer a terminal.
  await writer.write(request, writePiece);
  writePiece('\n');
}

/** @throws UsageError */
function samplingOptions(flags: GenerateFlags): SamplingOptions {
  return {
    ...defaultSampling,
    temperature: flags.number('temperature', 0, 5) ?? defaultSampling.temperature,
    topK: flags.integer('top-k', 0, 65_536) ?? defaultSampling.topK,
    topP: flags.number('top-p', 0, 1) ?? defaultSampling.topP,
    minP: flags.number('min-p', 0, 1) ?? defaultSampling.minP,
    typicalP: flags.number('typical', 0, 1) ?? defaultSampling.typicalP,
    repetitionPenalty: flags.number('repetition-penalty', 0.1, 10) ?? defaultSampling.repetitionPenalty,
    ...ruleOf(flags),
    seed: flags.integer('seed', 0, Number.MAX_SAFE_INTEGER) ?? randomInt(2 ** 31),
  };
}

/** @throws UsageError */
function ruleOf(flags: GenerateFlags): { readonly characters?: CharacterRule } {
  try {
    const rule = characterRule(flags.text('characters') ?? 'any');
    return rule === undefined ? {} : { characters: rule };
  } catch (error) {
    if (error instanceof RangeError) throw flags.wrong('--characters must be any, ascii, "only ..." or "never ...".');
    throw error;
  }
}

/** @throws UsageError */
function stopOptions(flags: GenerateFlags): StopOptions {
  const words = flags.integer('words', 1, 10_000_000);
  return {
    characters: flags.integer('length', 1, 10_000_000) ?? defaultLength,
    at: flags.choice('stop', ['word', 'sentence', 'line', 'item', 'paragraph', 'block']) ?? 'none',
    ...(words !== undefined && { words }),
  };
}

/** @throws UsageError; Error, one sentence, where the prompt's file can't be read */
async function promptOf(flags: GenerateFlags): Promise<string> {
  const file = flags.text('prompt-file');
  if (file === undefined) return withLineFeeds(flags.text('prompt') ?? '');
  if (flags.has('prompt')) throw flags.wrong('Give --prompt or --prompt-file, not both.');
  if (isMissing(file)) throw flags.missing(file);
  const { text, ...reading } = await readInput(file);
  remarkOnReading(file, reading);
  return text;
}
