import type { Architecture } from '../model/model';
import { type Engine, type EngineName, EngineUnavailableError } from './engine';
import { isDecisive, measureSpeed, secondsToFirstStep, tabledAdvantage } from './relativeSpeed';
import { type BuiltInEngine, loadWasmEngine } from './wasm/wasm';

/** What decides which engine trains. */
export interface EngineRequest {
  /** The user's choice, which is kept where it can be; `auto` leaves it to the sizes and the machine. */
  readonly preference: EngineName | 'auto';
  readonly architecture: Architecture;
  /** Time steps of a batch. */
  readonly length: number;
  /** Streams of a batch. */
  readonly streams: number;
  /** Seconds that it is to train, where that is known: what an engine needs to its first step is counted against it. */
  readonly seconds?: number;
  /** At most this many threads; by default as many as the machine runs at once. */
  readonly threads?: number;
  /** Folder of the package @tensorflow/tfjs-node; without it there is nothing to choose. */
  readonly tensorflowFolder?: string;
  /** Where the compiled kernels and kernelThread.js are. */
  readonly kernelFolder: string;
}

/** An engine ready for use, and one sentence, for the log and the panel, that says why it is this one. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly reason: string;
}

/** How engines are loaded and timed. */
export interface Means {
  readonly loadBuiltIn: (request: EngineRequest) => Promise<BuiltInEngine>;
  readonly loadTensorFlow: (request: EngineRequest) => Promise<Engine>;
  /** Milliseconds. */
  readonly now: () => number;
}

const usualMeans: Means = { loadBuiltIn, loadTensorFlow, now: () => performance.now() };

/**
 * Loads the engine that trains this model fastest here, or the one asked for; the other one where that can't run.
 * @throws EngineUnavailableError when neither can.
 */
export async function chooseEngine(request: EngineRequest, means = usualMeans): Promise<ChosenEngine> {
  switch (request.preference) {
    case 'wasm':
      return insteadOf(
        () => asked(means.loadBuiltIn(request)),
        () => means.loadTensorFlow(request),
        'The built-in engine',
      );
    case 'tensorflow':
      return insteadOf(
        () => asked(loadUnrolling(request, means)),
        () => means.loadBuiltIn(request),
        'TensorFlow',
      );
    case 'auto':
      return insteadOf(
        () => chooseFaster(request, means),
        () => means.loadTensorFlow(request),
        'The built-in engine',
      );
    default:
      return request.preference satisfies never;
  }
}

/**
 * Most time steps that TensorFlow is given: it builds a graph of them all before the first one, which for 4096 takes minutes in
 * which nothing else is heard. By itself it is taken for fewer, since the built-in engine needs no such graph.
 */
const longestUnrolled = { asked: 512, auto: 128 } as const;

/** @throws EngineUnavailableError where TensorFlow isn't there, or would take too long before the first step */
async function loadUnrolling(request: EngineRequest, means: Means): Promise<Engine> {
  if (request.length <= longestUnrolled.asked) return means.loadTensorFlow(request);
  throw new EngineUnavailableError(
    'tensorflow',
    `it would take minutes to prepare sequences of ${request.length.toLocaleString('en')} tokens.`,
    `Use the built-in engine, or sequences of at most ${longestUnrolled.asked}.`,
  );
}

async function asked(loading: Promise<Engine>): Promise<ChosenEngine> {
  return { engine: await loading, reason: 'It was asked for.' };
}

/** The second choice where the first can't run here; if neither can, what stopped the first. */
async function insteadOf(
  first: () => Promise<ChosenEngine>,
  second: () => Promise<Engine>,
  nameOfFirst: string,
): Promise<ChosenEngine> {
  try {
    return await first();
  } catch (error) {
    if (!(error instanceof EngineUnavailableError)) throw error;
    try {
      return { engine: await second(), reason: `${nameOfFirst} cannot run here: ${error.message}` };
    } catch {
      throw error;
    }
  }
}

async function chooseFaster(request: EngineRequest, means: Means): Promise<ChosenEngine> {
  const builtIn = await means.loadBuiltIn(request);
  if (request.tensorflowFolder === undefined) return { engine: builtIn, reason: 'TensorFlow is not installed.' };
  const { architecture, length, seconds = Infinity } = request;
  if (length > longestUnrolled.auto) {
    return {
      engine: builtIn,
      reason: `TensorFlow takes long to prepare sequences of ${length.toLocaleString('en')} tokens.`,
    };
  }
  // What is left of the time once TensorFlow has made its graph.
  const left = Math.max(0, 1 - secondsToFirstStep(architecture, length) / seconds);
  const inTable = tabledAdvantage(architecture, builtIn.settleInstructions());
  const tabled = inTable === null ? null : inTable * left;
  const keepsBuiltIn = (advantage: number): ChosenEngine => ({
    engine: builtIn,
    reason: whyBuiltIn(advantage, byTable),
  });
  if (tabled !== null && isDecisive(tabled) && tabled < 1) return keepsBuiltIn(tabled);
  const speed = tabled !== null && isDecisive(tabled) ? null : measureSpeed(builtIn, request, means.now);
  if (speed === null && tabled === null) {
    return { engine: builtIn, reason: 'This model is too large to measure quickly which engine trains it faster.' };
  }
  if (speed === null && tabled !== null && tabled <= worthwhile) return keepsBuiltIn(tabled);
  try {
    const tensorflow = await means.loadTensorFlow(request);
    const other = speed === null ? null : measureSpeed(tensorflow, request, means.now);
    // One that is far slower than the other isn't timed to the end.
    if (speed !== null) return settle(builtIn, tensorflow, (left * (other ?? 0)) / speed, 'Measured just now');
    return settle(builtIn, tensorflow, tabled ?? 1, byTable);
  } catch (error) {
    if (!(error instanceof EngineUnavailableError)) throw error;
    return { engine: builtIn, reason: `TensorFlow cannot run here: ${error.message}` };
  }
}

const byTable = 'By the table of measurements';

/** What TensorFlow must be faster by: near a dead heat, the engine is better that takes less memory and can change its threads. */
const worthwhile = 1.05;

/** Keeps the faster of two and lets the other go. */
function settle(builtIn: Engine, tensorflow: Engine, advantage: number, source: string): ChosenEngine {
  if (advantage > worthwhile) {
    builtIn.dispose();
    return { engine: tensorflow, reason: comparison(source, advantage, 'the built-in engine') };
  }
  tensorflow.dispose();
  return { engine: builtIn, reason: whyBuiltIn(advantage, source) };
}

function whyBuiltIn(advantage: number, source: string): string {
  if (advantage <= 0) return `${source}, TensorFlow is far slower.`;
  if (advantage > 1 / worthwhile)
    return `${source}, it trains this model about as fast as TensorFlow and needs less memory.`;
  return comparison(source, 1 / advantage, 'TensorFlow');
}

function comparison(source: string, times: number, other: string): string {
  return `${source}, it trains this model ${times.toFixed(1)} times as fast as ${other}.`;
}

function loadBuiltIn({ kernelFolder, threads }: EngineRequest): Promise<BuiltInEngine> {
  return loadWasmEngine({ kernelFolder, ...(threads === undefined ? {} : { threads }) });
}

/** TensorFlow takes a second and 300 MB to load, so nothing of it is touched before this. */
async function loadTensorFlow({ tensorflowFolder, threads }: EngineRequest): Promise<Engine> {
  if (tensorflowFolder === undefined) {
    throw new EngineUnavailableError('tensorflow', 'it is not installed.', 'Install it, or use the built-in engine.');
  }
  const { loadTensorFlowEngine } = await import('./tensorflow/tensorflow');
  return loadTensorFlowEngine({ packageFolder: tensorflowFolder, ...(threads === undefined ? {} : { threads }) });
}
