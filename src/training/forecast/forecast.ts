/**
 * training/forecast/: what a training is likely to reach, said before it begins: a few seconds of steps, and a scaling
 * law.
 */
import { buildCorpus } from '../../corpus/build';
import {
  type Corpus,
  type CorpusOptions,
  type CorpusSource,
  defaultCorpusOptions,
  type FolderWeights,
} from '../../corpus/corpus';
import type { Normalization, TokenizerChoice } from '../../corpus/tokenizers/tokenizer';
import { type Architecture, parameterCount } from '../../model/architecture';
import type { DocumentsChoice } from '../../model/itemForm';
import { endOf, lastEvaluation } from '../loop/schedule';
import type { Budget, HyperparameterRequest } from '../prepare/hyperparameterRequest';
import { measurePower, settle } from '../prepare/machineSpeed';
import { operationsPerToken } from '../prepare/plan';
import { planner } from '../prepare/prepare';
import { type Surroundings, workOptions } from '../prepare/surroundings';
import { fitBaseline } from '../validation/baseline';
import { heldOutTargets } from '../validation/heldOutTargets';
import { type Probe, probe, probeHyperparameters } from './probe';
import { likelyLoss, type Work } from './scalingLaw';

/** What is to be trained on, and for how long it might be. */
export interface ForecastRequest {
  readonly source: CorpusSource;
  readonly tokenizer: TokenizerChoice;
  readonly vocabularySize?: number;
  /** See {@link CorpusOptions}. */
  readonly weights?: FolderWeights;
  readonly normalization?: Normalization;
  readonly documents?: DocumentsChoice;
  readonly hyperparameters: Omit<HyperparameterRequest, 'budget'>;
  readonly budgets: readonly Budget[];
}

/** What a training with some budget is likely to come to. */
export interface Forecast {
  readonly budget: Budget;
  readonly architecture: Architecture;
  readonly parameters: number;
  /** Tokens that it will have read, again and again counted each time. */
  readonly tokens: number;
  /** How often it will have read the text. */
  readonly epochs: number;
  /** Until it ends. */
  readonly seconds: number;
  /** On held-out text; null until it is known. See scalingLaw.ts. */
  readonly natsPerCharacter: number | null;
}

/** Share of a training's time that goes into steps: the rest is evaluation, samples and checkpoints. */
const workingShare = 0.92;

/**
 * Says, after some seconds of steps on the real text, what a training would come to with each budget. Tells what it
 * knows whenever it knows more: first everything but the losses, then those too. Keeps nothing.
 * @returns one forecast a budget, in their order
 * @throws CorpusError, EngineUnavailableError, StorageError, or the signal's reason
 */
export async function forecast(
  request: ForecastRequest,
  surroundings: Surroundings,
  tell: (forecasts: readonly Forecast[]) => void = () => undefined,
): Promise<readonly Forecast[]> {
  const { tokenizer, vocabularySize, weights, normalization, documents } = request;
  const options: CorpusOptions = {
    ...defaultCorpusOptions,
    tokenizer,
    ...(vocabularySize !== undefined && { vocabularySize }),
    ...(weights && { weights }),
    ...(normalization !== undefined && { normalization }),
    ...(documents !== undefined && { documents }),
  };
  const corpus = await buildCorpus(request.source, options, workOptions(surroundings));
  try {
    const forecasts: Forecast[] = [];
    for (const budget of request.budgets) {
      surroundings.signal?.throwIfAborted();
      forecasts.push(await withoutLoss({ ...request.hyperparameters, budget }, corpus, surroundings));
    }
    tell(forecasts);
    const probed = await probeWith(corpus, surroundings);
    const baseline = await fitBaseline(corpus, surroundings.signal, await heldOutTargets(corpus));
    const known = { probe: probed, baseline: baseline.natsPerCharacter, trainingTokens: corpus.training.length };
    const whole = forecasts.map((each) => ({ ...each, natsPerCharacter: likelyLoss(known, workOf(each)) }));
    tell(whole);
    return whole;
  } finally {
    corpus.dispose();
  }
}

/** The probe's model is small: the engine that suits it may be another than the training's. */
async function probeWith(corpus: Corpus, { engineFor, signal }: Surroundings): Promise<Probe> {
  const { architecture, sequenceLength: length, batchSize: streams } = probeHyperparameters(corpus);
  const { engine } = await engineFor(architecture, length, streams);
  try {
    return await probe(corpus, engine, signal);
  } finally {
    engine.dispose();
  }
}

/** Plans as a training would, with the engine that it would have, and sees how fast the planned model is. */
async function withoutLoss(
  request: HyperparameterRequest,
  corpus: Corpus,
  surroundings: Surroundings,
): Promise<Forecast> {
  const { clock, signal } = surroundings;
  const { hyperparameters, engine, power } = await settle(planner(request, corpus, null), surroundings);
  try {
    const { architecture, sequenceLength: length, batchSize: streams, budget } = hyperparameters;
    const reached = power ?? (await measurePower(engine, hyperparameters, clock, signal));
    const tokensPerSecond = (reached * workingShare) / operationsPerToken(architecture);
    const tokens = budget.kind === 'steps' ? budget.steps * length * streams : budget.minutes * 60 * tokensPerSecond;
    return {
      budget,
      architecture,
      parameters: parameterCount(architecture),
      tokens: Math.round(tokens),
      epochs: tokens / corpus.training.length,
      seconds: budget.kind === 'steps' ? tokens / tokensPerSecond : budget.minutes * 60,
      natsPerCharacter: null,
    };
  } finally {
    engine.dispose();
  }
}

function workOf({ budget, tokens, architecture }: Forecast): Work {
  // What is learned after the last score doesn't show in it.
  const scored = (tokens * lastEvaluation(budget)) / Math.max(1e-9, endOf(budget));
  return { operations: scored * operationsPerToken(architecture) };
}
