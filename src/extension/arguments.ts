import * as v from 'valibot';
import { characterRulePattern } from '../generation/options';
import { tokenizerChoices } from '../model/tokenizerKinds';
import type { VocabularyWish } from '../training/prepare/warmStart';
import { UserError } from './failure';
import type { GenerateOptions } from './generation/writingOptions';
import type { TrainOptions } from './training/trainOptions';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
/** As far as the terminal's flags go: nothing is allocated for more. */
const width = v.pipe(count, v.maxValue(16_384));
const batch = v.pipe(count, v.maxValue(4096));
const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1));
const positive = v.pipe(v.number(), v.gtValue(0), v.finite());
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const trainSchema = v.partial(
  v.object({
    paths: v.pipe(v.array(v.string()), v.minLength(1)),
    recipe: v.string(),
    name: v.string(),
    minutes: v.pipe(positive, v.maxValue(1e6)),
    steps: v.pipe(count, v.maxValue(1e9)),
    tokenizer: v.picklist(tokenizerChoices),
    seed,
    hiddenSize: width,
    layers: v.pipe(count, v.maxValue(16)),
    embeddingSize: width,
    dropout: v.pipe(v.number(), v.minValue(0), v.maxValue(0.9)),
    streams: batch,
    length: batch,
    peakRate: v.pipe(positive, v.maxValue(10)),
  }),
);

const generateSchema = v.partial(
  v.object({
    length: v.pipe(count, v.maxValue(10_000_000)),
    stopAt: v.picklist(['none', 'word', 'sentence', 'line', 'item', 'paragraph', 'block']),
    words: v.pipe(v.number(), v.integer(), v.minValue(0)),
    characters: v.pipe(
      v.string(),
      v.regex(new RegExp(characterRulePattern, 'u'), 'say "any", "ascii", "only …" or "never …"'),
    ),
    temperature: v.pipe(v.number(), v.minValue(0), v.finite()),
    topK: v.pipe(v.number(), v.integer(), v.minValue(0)),
    topP: share,
    minP: share,
    typicalP: share,
    repetitionPenalty: positive,
    seed,
    model: v.string(),
  }),
);

const vocabularySchema = v.union([
  v.picklist(['keep', 'extend']),
  v.object({ add: v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.maxLength(10_000)) }),
]);

/** The options of `textloom.train`, as a keybinding or another extension gives them. @throws UserError for wrong ones. */
export function trainOptions(argument: unknown): TrainOptions {
  return checked(trainSchema, argument, 'textloom.train');
}

/** What `textloom.continue` is told of the vocabulary; it stays where nothing is said. @throws UserError */
export function vocabularyWish(argument: unknown): VocabularyWish {
  const result = v.safeParse(vocabularySchema, argument ?? 'keep');
  if (result.success) return result.output;
  throw new UserError('textloom.continue was given a wrong vocabulary: say "keep", "extend" or { "add": [...] }.');
}

/** The options of `textloom.generate`. @throws UserError for wrong ones. */
export function generateOptions(argument: unknown): GenerateOptions {
  return checked(generateSchema, argument, 'textloom.generate');
}

/** What the options say; an absent field stays absent. */
function checked<T extends object>(
  schema: v.GenericSchema<unknown, { [K in keyof T]?: T[K] | undefined }>,
  argument: unknown,
  command: string,
): { [K in keyof T]?: T[K] } {
  const result = v.safeParse(schema, argument ?? {});
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UserError(`${command} was given a wrong "${v.getDotPath(issue) ?? 'argument'}": ${issue.message}.`);
}
