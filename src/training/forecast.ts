import { buildCorpus } from '../corpus/build';
import {
  type Corpus,
  type CorpusOptions,
  type CorpusSource,
  defaultCorpusOptions,
  type FolderWeights,
} from '../corpus/corpus';
import type { TokenizerChoice } from '../corpus/tokenizer';
import type { Engine } from '../engine/engine';
import { type Architecture, parameterCount } from '../model/architecture';
import { fitBaseline } from './baseline';
import { measurePower } from './calibrate';
import { likelyLoss, type Work } from './lossLaw';
import { operationsPerToken, planRecipe, referencePower } from './plan';
import { type Surroundings, workOptions } from './prepare';
import { probe } from './probe';
import type { Budget, Recipe, RecipeRequest } from './recipe';

/** What is to be trained on, and for how long it might be. */
export interface ForecastRequest {
  readonly source: CorpusSource;
  readonly tokenizer: TokenizerChoice;
  readonly vocabularySize?: number;
  /** See {@link CorpusOptions}. */
  readonly weights?: FolderWeights;
  readonly recipe: Omit<RecipeRequest, 'budget'>;
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
  /** On held-out text; null until it is known. See lossLaw.ts. */
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
  const { tokenizer, vocabularySize, weights } = request;
  const options: CorpusOptions = {
    ...defaultCorpusOptions,
    tokenizer,
    ...(vocabularySize !== undefined && { vocabularySize }),
    ...(weights && { weights }),
  };
  const corpus = await buildCorpus(request.source, options, workOptions(surroundings));
  let engine: Engine | null = null;
  try {
    const plan = (budget: Budget, power: number): Recipe =>
      planRecipe({
        request: { ...request.recipe, budget },
        trainingTokens: corpus.training.length,
        validationTokens: corpus.validation.length,
        vocabularySize: corpus.tokenizer.vocabularySize,
        power,
      });
    const { architecture, length, streams } = plan(
      request.budgets[0] ?? { kind: 'minutes', minutes: 1 },
      referencePower,
    );
    ({ engine } = await surroundings.engineFor(architecture, length, streams));
    const forecasts: Forecast[] = [];
    for (const budget of request.budgets) {
      surroundings.signal?.throwIfAborted();
      forecasts.push(withoutLoss(budget, plan, engine, corpus, surroundings));
      await new Promise(setImmediate);
    }
    tell(forecasts);
    const probed = await probe(corpus, engine, surroundings.signal);
    const baseline = await fitBaseline(corpus);
    surroundings.signal?.throwIfAborted();
    const known = { probe: probed, baseline: baseline.natsPerCharacter, trainingTokens: corpus.training.length };
    const whole = forecasts.map((each) => ({ ...each, natsPerCharacter: likelyLoss(known, workOf(each)) }));
    tell(whole);
    return whole;
  } finally {
    engine?.dispose();
    corpus.dispose();
  }
}

/** Plans as a training would, and sees how fast the planned model is. */
function withoutLoss(
  budget: Budget,
  plan: (budget: Budget, power: number) => Recipe,
  engine: Engine,
  corpus: Corpus,
  { clock }: Surroundings,
): Forecast {
  const guess = plan(budget, referencePower);
  const power = measurePower(engine, guess.architecture, guess.length, guess.streams, clock);
  const { architecture, length, streams } = plan(budget, power);
  const isGuessed = architecture.hiddenSize === guess.architecture.hiddenSize;
  const reached = isGuessed ? power : measurePower(engine, architecture, length, streams, clock);
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
}

function workOf({ tokens, architecture }: Forecast): Work {
  return { operations: tokens * operationsPerToken(architecture) };
}
