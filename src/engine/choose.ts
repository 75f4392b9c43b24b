import type { Architecture } from '../model/model';
import { isDecisive, measureSpeed, tabledAdvantage } from './advantage';
import { type Engine, type EngineName, EngineUnavailableError } from './engine';
import { loadWasmEngine } from './wasm/wasm';

/** What decides which engine trains. */
export interface EngineRequest {
  /** The user's choice, which is kept where it can be; `auto` leaves it to the sizes and the machine. */
  readonly preference: EngineName | 'auto';
  readonly architecture: Architecture;
  /** Time steps of a batch. */
  readonly length: number;
  /** Streams of a batch. */
  readonly streams: number;
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

/**
 * Loads the engine that trains this model fastest here, or the one asked for; the other one where that can't run.
 * @throws EngineUnavailableError when neither can.
 */
export async function chooseEngine(request: EngineRequest): Promise<ChosenEngine> {
  switch (request.preference) {
    case 'wasm':
      return insteadOf(
        () => asked(loadBuiltIn(request)),
        () => loadTensorFlow(request),
        'The built-in engine',
      );
    case 'tensorflow':
      return insteadOf(
        () => asked(loadTensorFlow(request)),
        () => loadBuiltIn(request),
        'TensorFlow',
      );
    case 'auto':
      return insteadOf(
        () => chooseFaster(request),
        () => loadTensorFlow(request),
        'The built-in engine',
      );
    default:
      return request.preference satisfies never;
  }
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

async function chooseFaster(request: EngineRequest): Promise<ChosenEngine> {
  const builtIn = await loadBuiltIn(request);
  if (request.tensorflowFolder === undefined) return { engine: builtIn, reason: 'TensorFlow is not installed.' };
  const tabled = tabledAdvantage(request.architecture.hiddenSize);
  if (tabled !== null && isDecisive(tabled) && tabled < 1) {
    return { engine: builtIn, reason: comparison('By the table of measurements', 1 / tabled, 'TensorFlow') };
  }
  try {
    const tensorflow = await loadTensorFlow(request);
    const believed = tabled !== null && isDecisive(tabled);
    return believed ? preferTensorFlow(builtIn, tensorflow, tabled) : race(builtIn, tensorflow, request);
  } catch (error) {
    if (!(error instanceof EngineUnavailableError)) throw error;
    return { engine: builtIn, reason: `TensorFlow cannot run here: ${error.message}` };
  }
}

function preferTensorFlow(builtIn: Engine, tensorflow: Engine, advantage: number): ChosenEngine {
  builtIn.dispose();
  const reason = comparison('By the table of measurements', advantage, 'the built-in engine');
  return { engine: tensorflow, reason };
}

/** Times both engines on this very model, for less than a fifth of a second. */
function race(builtIn: Engine, tensorflow: Engine, request: EngineRequest): ChosenEngine {
  const advantage = measureSpeed(tensorflow, request) / measureSpeed(builtIn, request);
  if (advantage > 1) {
    builtIn.dispose();
    return { engine: tensorflow, reason: comparison('Measured just now', advantage, 'the built-in engine') };
  }
  tensorflow.dispose();
  return { engine: builtIn, reason: comparison('Measured just now', 1 / advantage, 'TensorFlow') };
}

function comparison(source: string, times: number, other: string): string {
  return `${source}, it trains this model ${times.toFixed(1)} times as fast as ${other}.`;
}

function loadBuiltIn({ kernelFolder, threads }: EngineRequest): Promise<Engine> {
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
