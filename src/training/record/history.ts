import * as v from 'valibot';
import type { ModelDescription } from '../../model/description';
import type { EvaluationEvent, SampleEvent } from './events';
import type { ProgressPoint, RunHistory } from './run';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const notNegative = v.pipe(finite, v.minValue(0));

const metricsLine = v.object({
  step: count,
  seconds: notNegative,
  tokens: count,
  train: notNegative,
  validation: notNegative,
  natsPerCharacter: notNegative,
  weights: v.picklist(['current', 'averaged']),
  rate: notNegative,
  tokensPerSecond: notNegative,
  best: v.boolean(),
  gradientNorm: v.optional(v.nullable(notNegative), null),
});

const samplesLine = v.object({
  step: count,
  seconds: notNegative,
  temperature: notNegative,
  prompt: v.string(),
  text: v.string(),
});

/**
 * What the files of a model tell of the run that made it. Its training loss is known at each evaluation only.
 * @param files - lines of metrics.jsonl and samples.jsonl; those that don't hold what they should are left out
 */
export function storedHistory(
  folder: string,
  { name, tokenizer, baseline }: Pick<ModelDescription, 'name' | 'tokenizer' | 'baseline'>,
  files: { readonly metrics: readonly unknown[]; readonly samples: readonly unknown[] },
): RunHistory {
  const metrics = files.metrics.flatMap((line) => valid(metricsLine, line));
  return {
    started: { folder, name, tokenizer: tokenizer.kind },
    progress: metrics.filter(({ train }) => train > 0).map(progressPoint),
    evaluations: metrics.map(evaluationEvent),
    samples: files.samples.flatMap((line) => valid(samplesLine, line)).map(sampleEvent),
    notes: [],
    baseline: baseline === null ? null : { type: 'baseline', ...baseline },
  };
}

function valid<T>(schema: v.GenericSchema<unknown, T>, line: unknown): readonly T[] {
  const parsed = v.safeParse(schema, line);
  return parsed.success ? [parsed.output] : [];
}

function progressPoint(line: v.InferOutput<typeof metricsLine>): ProgressPoint {
  const { step, seconds, tokens, train, rate, tokensPerSecond, gradientNorm } = line;
  return { step, seconds, tokens, loss: train, rate, tokensPerSecond, gradientNorm };
}

function evaluationEvent(line: v.InferOutput<typeof metricsLine>): EvaluationEvent {
  const { step, seconds, tokens, train, validation, natsPerCharacter, weights, rate, tokensPerSecond, best } = line;
  const scored = { step, seconds, tokens, train, validation, natsPerCharacter, weights };
  return { type: 'evaluation', ...scored, rate, tokensPerSecond, best };
}

function sampleEvent(line: v.InferOutput<typeof samplesLine>): SampleEvent {
  return { type: 'sample', ...line };
}
