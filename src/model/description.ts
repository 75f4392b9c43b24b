import * as v from 'valibot';
import type { Hyperparameters } from './hyperparameters';
import { itemSummarySchema } from './itemForm';
import { ModelError } from './modelError';
import {
  type DeepReadonly,
  maximumVocabulary,
  tokenizerFault,
  tokenizerSchema,
  vocabularySizeOf,
} from './tokenizerDescription';

/** The newest model.json that this code reads, and the one that it writes. Raised when a reader must change. */
export const formatVersion = 1;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const finite = v.pipe(v.number(), v.finite());
const notNegative = v.pipe(finite, v.minValue(0));
const share = v.pipe(notNegative, v.maxValue(1));
const lessThanOne = v.pipe(notNegative, v.ltValue(1));
const width = v.pipe(positive, v.maxValue(16_384));

/** Validates an {@link Architecture}, and bounds it: nothing is allocated for a hostile one. */
export const architectureSchema = v.object({
  vocabularySize: v.pipe(positive, v.minValue(3), v.maxValue(maximumVocabulary)),
  embeddingSize: width,
  hiddenSize: width,
  layers: v.pipe(positive, v.maxValue(16)),
  tied: v.boolean(),
});

const budgetSchema = v.variant('kind', [
  v.object({ kind: v.literal('minutes'), minutes: notNegative }),
  v.object({ kind: v.literal('steps'), steps: count }),
]);

/** Hyperparameters as files hold them: three of their names are shorter there. */
const savedHyperparametersSchema = v.object({
  architecture: architectureSchema,
  length: positive,
  streams: positive,
  budget: budgetSchema,
  peakRate: notNegative,
  warmup: share,
  finalRate: share,
  beta1: lessThanOne,
  beta2: lessThanOne,
  epsilon: notNegative,
  weightDecay: notNegative,
  clipNorm: notNegative,
  averageDecay: share,
  dropout: v.object({ embedding: lessThanOne, hidden: lessThanOne }),
  resetProbability: share,
  evaluations: count,
  evaluationTokens: count,
  patience: positive,
  seed: v.pipe(v.number(), v.safeInteger()),
});

/** Validates {@link Hyperparameters} as files hold them. */
export const hyperparametersSchema = v.pipe(
  savedHyperparametersSchema,
  v.transform(({ length, streams, peakRate, ...rest }) => ({
    ...rest,
    sequenceLength: length,
    batchSize: streams,
    peakLearningRate: peakRate,
  })),
);

/** Hyperparameters under the names and in the order that files have. */
export function savedHyperparameters(
  hyperparameters: Hyperparameters,
): DeepReadonly<v.InferOutput<typeof savedHyperparametersSchema>> {
  const { architecture, sequenceLength, batchSize, budget, peakLearningRate, ...rest } = hyperparameters;
  return { architecture, length: sequenceLength, streams: batchSize, budget, peakRate: peakLearningRate, ...rest };
}

/** Validates a {@link Quality}. */
export const qualitySchema = v.object({
  step: count,
  seconds: notNegative,
  natsPerToken: notNegative,
  natsPerCharacter: notNegative,
  bitsPerCharacter: notNegative,
  weights: v.picklist(['current', 'averaged']),
});

/** Validates a {@link MemoryQuality}. */
const memoryQualitySchema = v.object({
  natsPerCharacter: notNegative,
  frozen: notNegative,
  alone: notNegative,
});

const fileCounts = { files: count, characters: count };
const corpusSchema = v.object({
  fingerprint: v.string(),
  documents: v.array(v.object({ name: v.string(), characters: count })),
  summary: v.object({
    ...fileCounts,
    bytes: count,
    languages: v.array(v.object({ language: v.string(), ...fileCounts })),
    skipped: v.array(v.object({ reason: v.string(), files: count, examples: v.array(v.string()) })),
    secretLines: v.array(v.object({ rule: v.string(), lines: count })),
    outside: v.exactOptional(count),
    encodings: v.exactOptional(
      v.array(v.object({ encoding: v.string(), files: count, examples: v.array(v.string()) })),
    ),
    unreadable: v.exactOptional(v.object({ bytes: count, files: count, examples: v.array(v.string()) })),
    items: v.exactOptional(itemSummarySchema),
  }),
});

/** model.json as it is on disk. */
const savedDescriptionSchema = v.object({
  formatVersion: v.literal(formatVersion),
  id: v.string(),
  revision: count,
  name: v.string(),
  created: v.pipe(v.string(), v.isoTimestamp()),
  appVersion: v.string(),
  architecture: architectureSchema,
  tokenizer: tokenizerSchema,
  corpus: corpusSchema,
  seed: v.pipe(v.number(), v.safeInteger()),
  recipe: hyperparametersSchema,
  best: v.nullable(qualitySchema),
  baseline: v.nullable(v.object({ order: count, natsPerCharacter: notNegative })),
  trained: v.object({ steps: count, tokens: count, seconds: notNegative }),
  finishing: v.exactOptional(v.object({ steps: positive })),
  memory: v.exactOptional(memoryQualitySchema),
});

const descriptionSchema = v.pipe(
  savedDescriptionSchema,
  v.transform(({ recipe, ...rest }) => ({ ...rest, hyperparameters: recipe })),
);

/** How well weights predict the held-out text, and when they were reached. */
export type Quality = DeepReadonly<v.InferOutput<typeof qualitySchema>>;

/**
 * How well weights and memory together predict the held-out text, nats per character: reading it along, as the model writes;
 * and with the memory as it was `frozen` before. `alone` is what the memory reaches without the LSTM.
 */
export type MemoryQuality = DeepReadonly<v.InferOutput<typeof memoryQualitySchema>>;

/**
 * Everything about a model but its weights: the content of model.json.
 * `id` is given once; `revision` counts the times that weights were saved, so that a reader can tell which of two files
 * is the newer. `finishing` says that the weights have learned the held-out text, too, after they were scored, and in how many
 * steps. `memory` is left out where none was fitted to these weights. `best`, of the LSTM alone, is null until the first weights are saved, `baseline` until it is known.
 */
export type ModelDescription = DeepReadonly<v.InferOutput<typeof descriptionSchema>>;

/** A description of a model that does without its memory, or of weights or a text that no memory was fitted to. */
export function withoutMemory(description: ModelDescription): ModelDescription {
  const rest = { ...description };
  delete rest.memory;
  return rest;
}

/** More documents than this aren't named in model.json; the summary still counts them. */
export const maximumDocumentsNamed = 1000;

/** Bytes of model.json; a longer one is damaged. */
export const longestDescription = 16 * 2 ** 20;

/** The text of model.json: one line for each field, so that long vocabularies stay out of the way. */
export function encodeDescription(description: ModelDescription): string {
  const { hyperparameters, best, baseline, trained, ...rest } = description;
  const saved = { ...rest, recipe: savedHyperparameters(hyperparameters), best, baseline, trained };
  const lines = Object.entries(saved).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

/**
 * Reads the text of model.json.
 * @throws ModelError where it was made by a newer Textloom or is damaged.
 */
export function parseDescription(text: string): ModelDescription {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new ModelError('damaged', 'This model is damaged: model.json is not JSON.');
  }
  const version = v.safeParse(v.object({ formatVersion: count }), content);
  if (version.success && version.output.formatVersion > formatVersion) {
    const { formatVersion: found } = version.output;
    throw new ModelError(
      'newer',
      `This model was made by a newer Textloom (format ${found}). Update Textloom to use it.`,
    );
  }
  const result = v.safeParse(descriptionSchema, content);
  if (!result.success) {
    const [issue] = result.issues;
    const place = v.getDotPath(issue) ?? 'the whole';
    throw new ModelError('damaged', `This model is damaged: in model.json, ${place}: ${issue.message}`);
  }
  return checked(result.output);
}

function checked(description: ModelDescription): ModelDescription {
  const { architecture, tokenizer, hyperparameters } = description;
  if (vocabularySizeOf(tokenizer) !== architecture.vocabularySize) {
    throw new ModelError('damaged', 'This model is damaged: its tokeniser and its architecture differ in size.');
  }
  const fault = tokenizerFault(tokenizer);
  if (fault !== undefined) throw new ModelError('damaged', `This model is damaged: ${fault}.`);
  if (JSON.stringify(hyperparameters.architecture) !== JSON.stringify(architecture)) {
    throw new ModelError('damaged', 'This model is damaged: its hyperparameters are for another architecture.');
  }
  return description;
}
