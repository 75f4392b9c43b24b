import { defaultCorpusOptions, defaultMaximumFileSize, keepableReasons, vocabularyRange } from '../corpus/corpus';
import { usableGlobs } from '../corpus/select/globLimits';
import { engineChoices, engineDescriptions } from '../engine/engineNames';
import { characterRulePattern, defaultSampling } from '../generation/options';
import type { DocumentsChoice } from '../model/itemForm';
import { tokenizerChoices, tokenizerDescriptions } from '../model/tokenizerKinds';

/** A setting's default, and how a raw value becomes a usable one. */
interface Setting<T> {
  readonly default: T;
  /** What package.json must say about the setting: compared by a test. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The value to use; other than `raw` where that was wrong. */
  readonly accept: (raw: unknown) => T;
}

function number(fallback: number, minimum: number, maximum: number): Setting<number> {
  return {
    default: fallback,
    schema: { type: 'number', minimum, maximum },
    accept: (raw) =>
      typeof raw === 'number' && !Number.isNaN(raw) ? Math.min(maximum, Math.max(minimum, raw)) : fallback,
  };
}

function integer(fallback: number, minimum: number, maximum: number): Setting<number> {
  const { accept } = number(fallback, minimum, maximum);
  return {
    default: fallback,
    schema: { type: 'integer', minimum, maximum },
    accept: (raw) => Math.round(accept(raw)),
  };
}

function choice<const T extends string>(fallback: T, ...others: readonly T[]): Setting<T> {
  const values: readonly T[] = [fallback, ...others];
  return {
    default: fallback,
    schema: { type: 'string', enum: values },
    accept: (raw) => values.find((value) => value === raw) ?? fallback,
  };
}

/** A choice whose values package.json describes, in their order. */
function describedChoice<T extends string>(
  fallback: T,
  values: readonly T[],
  descriptions: readonly string[],
): Setting<T> {
  return {
    default: fallback,
    schema: { type: 'string', enum: values, enumDescriptions: descriptions },
    accept: (raw) => values.find((value) => value === raw) ?? fallback,
  };
}

function text(fallback: string): Setting<string> {
  return {
    default: fallback,
    schema: { type: 'string' },
    accept: (raw) => (typeof raw === 'string' ? raw : fallback),
  };
}

function pattern(fallback: string, expression: string): Setting<string> {
  const right = new RegExp(expression, 'u');
  return {
    default: fallback,
    schema: { type: 'string', pattern: expression },
    accept: (raw) => (typeof raw === 'string' && right.test(raw) ? raw : fallback),
  };
}

function toggle(fallback: boolean): Setting<boolean> {
  return {
    default: fallback,
    schema: { type: 'boolean' },
    accept: (raw) => (typeof raw === 'boolean' ? raw : fallback),
  };
}

/** Globs; those that can't be used don't count. */
function globs(): Setting<readonly string[]> {
  return {
    default: [],
    schema: { type: 'array', items: { type: 'string' } },
    accept: (raw) => {
      if (!Array.isArray(raw) || !raw.every((item) => typeof item === 'string')) return [];
      const usable = usableGlobs(raw);
      return usable.length === raw.length ? raw : usable;
    },
  };
}

/** Some of several values; none at first. */
function choices<const T extends string>(values: readonly T[]): Setting<readonly T[]> {
  const isOne = (raw: unknown): raw is T => values.some((value) => value === raw);
  return {
    default: [],
    schema: { type: 'array', items: { type: 'string', enum: values } },
    accept: (raw) => (Array.isArray(raw) && raw.every(isOne) ? raw : Array.isArray(raw) ? raw.filter(isOne) : []),
  };
}

/** Every setting under `textloom.`, its default and its range. package.json repeats them for the editor; a test compares. */
export const settingsTable = {
  engine: describedChoice('auto', engineChoices, engineDescriptions),
  threads: integer(0, 0, 256),
  tensorflowFolder: text(''),
  modelsFolder: text('.textloom/models'),
  idleMinutes: number(10, 0, 1440),

  'background.effort': choice<'full' | 'quiet'>('full', 'quiet'),
  'background.pauseOnBattery': toggle(false),

  'corpus.include': globs(),
  'corpus.exclude': globs(),
  'corpus.respectGitignore': toggle(true),
  'corpus.normalization': choice<'none' | 'nfc'>('none', 'nfc'),
  'corpus.keep': choices(keepableReasons),
  'corpus.documents': choice<DocumentsChoice>('auto', 'files', 'lines', 'blocks'),
  'corpus.maximumFileSizeMB': number(defaultMaximumFileSize / 2 ** 20, 0.001, 4096),

  'training.tokenizer': describedChoice('auto', tokenizerChoices, tokenizerDescriptions),
  'training.vocabularySize': integer(
    defaultCorpusOptions.maximumVocabulary,
    vocabularyRange.least,
    vocabularyRange.most,
  ),
  'training.seed': integer(1, 0, 2 ** 31 - 1),
  'training.hiddenSize': integer(0, 0, 4096),
  'training.layers': integer(0, 0, 8),
  'training.embeddingSize': integer(0, 0, 4096),
  'training.dropout': number(-1, -1, 0.9),
  'training.sequenceLength': integer(0, 0, 1024),
  'training.streams': integer(0, 0, 1024),
  'training.peakRate': number(0, 0, 1),
  'training.resumeAfterReload': choice<'always' | 'ask' | 'never'>('always', 'ask', 'never'),

  'ghostText.enabled': toggle(false),
  'ghostText.delay': integer(200, 0, 5000),
  'ghostText.length': integer(60, 1, 500),

  'generation.length': integer(400, 1, 100_000),
  'generation.stopAt': choice<'none' | 'word' | 'sentence' | 'line' | 'item' | 'paragraph' | 'block'>(
    'none',
    'word',
    'sentence',
    'line',
    'item',
    'paragraph',
    'block',
  ),
  'generation.words': integer(0, 0, 100_000),
  'generation.characters': pattern('any', characterRulePattern),
  'generation.speed': number(0, 0, 10_000),
  'generation.promptLength': integer(1000, 1, 100_000),
  'generation.temperature': number(defaultSampling.temperature, 0, 5),
  'generation.topK': integer(defaultSampling.topK, 0, 65_536),
  'generation.topP': number(defaultSampling.topP, 0.01, 1),
  'generation.minP': number(defaultSampling.minP, 0, 1),
  'generation.typicalP': number(defaultSampling.typicalP, 0.01, 1),
  'generation.repetitionPenalty': number(defaultSampling.repetitionPenalty, 0.1, 10),
  'generation.seed': integer(-1, -1, 2 ** 31 - 1),

  'stepByHand.unit': choice<'word' | 'character'>('word', 'character'),

  'copies.nameFrom': integer(50, 40, 10_000),
  'copies.refuseFrom': integer(0, 0, 10_000),
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

type Table = typeof settingsTable;

/** Name of a setting, without `textloom.` in front. */
export type SettingName = keyof Table;

/** All settings, as they are to be used: typed, in range, frozen. */
export type Settings = { readonly [Name in SettingName]: Table[Name] extends Setting<infer Value> ? Value : never };

/** Settings, and a sentence for each that had to be put right. */
export interface SettingsReading {
  readonly settings: Settings;
  readonly faults: readonly string[];
}

/**
 * Reads every setting. Never throws: what is wrong is clamped or replaced by the default, and named.
 * @param get the raw value of a setting; `undefined` stands for its default.
 */
export function readSettings(get: (name: SettingName) => unknown): SettingsReading {
  const faults: string[] = [];
  const entries = Object.entries(settingsTable).map(([name, setting]: [string, Setting<unknown>]) => {
    const raw = get(name as SettingName) ?? setting.default;
    const value = setting.accept(raw);
    if (value !== raw) faults.push(`textloom.${name} is ${show(raw)}, which is not valid; using ${show(value)}.`);
    return [name, value] as const;
  });
  // Each value went through the `accept` of its own name, which is what the mapped type says.
  return { settings: Object.freeze(Object.fromEntries(entries)) as Settings, faults };
}

/** Characters of a value that a sentence shows. */
const longestShown = 200;

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
