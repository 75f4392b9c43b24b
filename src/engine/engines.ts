import type { Architecture } from '../model/architecture';
import { type Engine, EngineUnavailableError } from './engine';
import { type EngineName, engineNames, type NameOfEngine } from './engineNames';
import { secondsToFirstStep, tabledAdvantage } from './relativeSpeed';
import { locateTensorFlows } from './tensorflow/install/locate';
import { type BuiltInEngine, loadWasmEngine } from './wasm/wasm';

/** Where engines may be, and how wide they may spread. */
export interface EnginePlaces {
  /** Folders that may hold a complete @tensorflow/tfjs-node, in order of preference. */
  readonly tensorflowFolders: readonly string[];
  /** Where the compiled kernels and kernelThread.js are; by default beside the running script. */
  readonly kernelFolder?: string;
  /** Threads of one step, at most; by default as many as the machine runs at once. */
  readonly threads?: number;
}

/** What an engine is called, and how it is come by. */
export interface EngineSource<Loaded extends Engine = Engine> extends NameOfEngine {
  /** Whether there is anything to load. It may still be unable to run. */
  readonly isInstalled: (places: EnginePlaces) => boolean;
  /** @throws EngineUnavailableError where it isn't installed or can't run */
  readonly load: (places: EnginePlaces) => Promise<Loaded>;
  /**
   * Training tokens a second over those of the built-in engine, by measurements made elsewhere; null where there are none for
   * such a model and machine.
   */
  readonly tabledAdvantage: (builtIn: BuiltInEngine, architecture: Architecture) => number | null;
  /** Most time steps of a batch that it is given where it was asked for: with more it would take minutes to its first step. */
  readonly longestAsked: number;
  /** Most that it is given by itself, where another engine needs no such time. */
  readonly longestByItself: number;
  /** Seconds to its first step, about, that the built-in engine doesn't need. */
  readonly secondsToFirstStep: (architecture: Architecture, length: number) => number;
}

/** A source for each engine: see {@link engineSources}. */
export type EngineSources = { readonly wasm: EngineSource<BuiltInEngine> } & Readonly<
  Record<Exclude<EngineName, 'wasm'>, EngineSource>
>;

/**
 * The engines that there are, the one that others are measured by first. One more is a folder of its own, a row here, and one
 * of engineNames.ts. Which of them a training gets: choose.ts.
 */
export const engineSources: EngineSources = {
  wasm: {
    ...engineNames.wasm,
    isInstalled: () => true,
    load: ({ kernelFolder, threads }) =>
      loadWasmEngine({
        ...(kernelFolder !== undefined && { kernelFolder }),
        ...(threads !== undefined && { threads }),
      }),
    tabledAdvantage: () => 1,
    longestAsked: Infinity,
    longestByItself: Infinity,
    secondsToFirstStep: () => 0,
  },
  tensorflow: {
    ...engineNames.tensorflow,
    isInstalled: ({ tensorflowFolders }) => locateTensorFlows(tensorflowFolders).length > 0,
    load: loadTensorFlow,
    tabledAdvantage: (builtIn, architecture) => tabledAdvantage(architecture, builtIn.settleInstructions()),
    // It builds a graph of all time steps before the first one, which for 4096 takes minutes in which nothing else is heard.
    longestAsked: 512,
    longestByItself: 128,
    secondsToFirstStep,
  },
};

/** TensorFlow takes a second and 300 MB to load, so nothing of it is touched before this. The first that can be loaded. */
async function loadTensorFlow({ tensorflowFolders, threads }: EnginePlaces): Promise<Engine> {
  let first: EngineUnavailableError | undefined;
  for (const packageFolder of locateTensorFlows(tensorflowFolders)) {
    try {
      const { loadTensorFlowEngine } = await import('./tensorflow/tensorflow');
      return await loadTensorFlowEngine({ packageFolder, ...(threads !== undefined && { threads }) });
    } catch (error) {
      if (!(error instanceof EngineUnavailableError)) throw error;
      first ??= error;
    }
  }
  const remedy = 'Install it, or use the built-in engine.';
  throw first ?? new EngineUnavailableError('tensorflow', 'TensorFlow is not installed.', remedy);
}
