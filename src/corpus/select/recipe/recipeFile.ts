/**
 * corpus/select/recipe/: `textloom.json`: reading it, changing it, and the source that it describes.
 */
import { normalize } from 'node:path/posix';
import * as v from 'valibot';
import { type DocumentsChoice, documentsChoices } from '../../../model/itemForm';
import { type TokenizerChoice, tokenizerChoices } from '../../../model/tokenizerKinds';
import { type KeepableReason, keepableReasons, vocabularyRange } from '../../corpus';
import { globFault, tooManyGlobs, usableGlobs } from '../globLimits';

/** The file at the root of a workspace folder that says what is trained on there: written by hand, shared by git. */
export const recipeFileName = 'textloom.json';

/** Bytes of a recipe; a larger one is refused. */
export const largestRecipe = 2 ** 20;

/** Weights may be this small or large. */
export const weightRange = { least: 0.01, most: 100 } as const;

const glob = v.pipe(
  v.string(),
  v.nonEmpty('must not be empty'),
  v.check(
    (text) => globFault(text) === undefined,
    ({ input }) => `must be another glob: it ${globFault(input) ?? ''}`,
  ),
);
const globs = v.pipe(
  v.array(glob),
  v.check((list) => usableGlobs(list).length === list.length, tooManyGlobs),
);
/** Whoever wrote the file is not who trains: what is outside is read only where that one names it. */
const insidePaths = v.array(
  v.pipe(
    v.string(),
    v.nonEmpty('must not be empty'),
    v.check(staysInside, 'must be a path inside of the folder: what lies outside is read where you name it yourself'),
  ),
);
const weight = v.pipe(
  v.number('must be a number'),
  v.minValue(weightRange.least, `must be at least ${weightRange.least}: to leave a folder out, name it in "exclude"`),
  v.maxValue(weightRange.most, `must be at most ${weightRange.most}`),
);
const size = v.pipe(v.number(), v.gtValue(0, 'must be above 0'), v.maxValue(4096, 'must be at most 4096'));
const minutes = v.pipe(v.number(), v.gtValue(0, 'must be above 0'), v.maxValue(10_080, 'must be at most 10080'));
const vocabularySize = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(vocabularyRange.least, `must be at least ${vocabularyRange.least}`),
  v.maxValue(vocabularyRange.most, `must be at most ${vocabularyRange.most}`),
);
const normalizations = ['none', 'nfc'] as const;

/** schemas/recipe.schema.json says the same to the editor; a test compares them. */
const entries = {
  $schema: v.exactOptional(v.string()),
  include: v.exactOptional(globs),
  exclude: v.exactOptional(globs),
  also: v.exactOptional(insidePaths),
  keep: v.exactOptional(v.array(v.picklist(keepableReasons, `must be one of ${keepableReasons.join(', ')}`))),
  weights: v.exactOptional(v.record(v.string(), weight)),
  respectGitignore: v.exactOptional(v.boolean()),
  maximumFileSizeMB: v.exactOptional(size),
  tokenizer: v.exactOptional(v.picklist(tokenizerChoices, `must be one of ${tokenizerChoices.join(', ')}`)),
  vocabularySize: v.exactOptional(vocabularySize),
  normalization: v.exactOptional(v.picklist(normalizations, `must be ${normalizations.join(' or ')}`)),
  documents: v.exactOptional(v.picklist(documentsChoices, `must be one of ${documentsChoices.join(', ')}`)),
  minutes: v.exactOptional(minutes),
};

const schema = v.strictObject(entries);

/** Names of everything that a recipe may say. */
export const recipeKeys = Object.keys(entries);

/** What a workspace folder is trained on, and how. What it leaves out is left to settings and defaults. */
export interface RecipeFile {
  readonly $schema?: string;
  /** Globs, relative to the folder, of what may be read; none means everything. */
  readonly include?: readonly string[];
  /** Globs of what is left out. */
  readonly exclude?: readonly string[];
  /** Paths of files and folders that are read though `.gitignore`, their size or a generator's mark speaks against them. */
  readonly also?: readonly string[];
  /** Rules that don't count here: what they would leave out is read. */
  readonly keep?: readonly KeepableReason[];
  /** By the path of a folder or file, how often its text comes up in an epoch: see weights.ts. */
  readonly weights?: Readonly<Record<string, number>>;
  readonly respectGitignore?: boolean;
  readonly maximumFileSizeMB?: number;
  readonly tokenizer?: TokenizerChoice;
  /** Of byte pairs and words. */
  readonly vocabularySize?: number;
  /** What is done to text before it is learned from, and to prompts. */
  readonly normalization?: (typeof normalizations)[number];
  /** What a document is: a file, or each line or block of it. */
  readonly documents?: DocumentsChoice;
  /** How long a training lasts. */
  readonly minutes?: number;
}

/** A recipe file can't be used. The message is one sentence that names the place and what would help. */
export class RecipeError extends Error {
  override readonly name = 'RecipeError';
  /** @param line Where in the file, from 1; null where that isn't known. */
  constructor(
    message: string,
    readonly line: number | null,
  ) {
    super(message);
  }
}

/** Reads the text of a recipe file. @throws RecipeError */
export function parseRecipe(text: string): RecipeFile {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw notJson(text, error instanceof Error ? error.message : '');
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new RecipeError(`${recipeFileName} must hold one object in braces: mend it or remove it.`, 1);
  }
  const parsed = v.safeParse(schema, content);
  if (parsed.success) return parsed.output;
  throw faultOf(text, parsed.issues[0]);
}

/** The text of a recipe file, indented like the one that it takes the place of. */
export function encodeRecipe(recipe: RecipeFile, before = ''): string {
  const indentation = /^([ \t]+)"/m.exec(before)?.[1] ?? '  ';
  return `${JSON.stringify(recipe, null, indentation)}\n`;
}

/** Whether a path that is written down stays below its folder, on any system. */
function staysInside(path: string): boolean {
  const way = normalize(path.replaceAll('\\', '/'));
  return !/^(\/|[a-z]:|\.\.(\/|$))/i.test(way);
}

function faultOf(text: string, issue: v.BaseIssue<unknown>): RecipeError {
  const path = issue.path?.map(({ key }) => key) ?? [];
  const line = lineOf(text, path);
  const place = line === null ? recipeFileName : `${recipeFileName}, line ${line}`;
  const key = String(path[0]);
  if (!recipeKeys.includes(key)) {
    return new RecipeError(`${place}: "${key}" means nothing here; use ${listOf(recipeKeys.slice(1))}.`, line);
  }
  return new RecipeError(`${place}: "${path.map(String).join('.')}" ${reasonOf(issue)}; mend it or remove it.`, line);
}

function notJson(text: string, message: string): RecipeError {
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? (message.includes('end of JSON') ? text.length : NaN));
  const line = Number.isNaN(position) ? null : text.slice(0, position).split('\n').length;
  const place = line === null ? recipeFileName : `${recipeFileName}, line ${line}`;
  return new RecipeError(`${place}: this is not JSON; look for a missing comma, quote or bracket just before.`, line);
}

/** Valibot's own words say what was received; ours follow the name of the place. */
function reasonOf({ message, expected, received }: v.BaseIssue<unknown>): string {
  if (message.startsWith('must')) return message;
  const words: Readonly<Record<string, string>> = { Array: 'a list in brackets', Object: 'an object in braces' };
  const wanted = expected === null ? 'something else' : (words[expected] ?? `a ${expected}`);
  return `must be ${wanted}, not ${received}`;
}

/** The line on which the last named key of a path stands. */
function lineOf(text: string, path: readonly unknown[]): number | null {
  let place = 0;
  for (const key of path) {
    if (typeof key !== 'string') break;
    const found = text.indexOf(JSON.stringify(key), place);
    if (found < 0) return null;
    place = found;
  }
  return text.slice(0, place).split('\n').length;
}

function listOf(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}
