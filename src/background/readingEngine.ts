import { type Engine, EngineUnavailableError } from '../engine/engine';
import { loadTensorFlowEngine } from '../engine/tensorflow/tensorflow';
import { loadWasmEngine } from '../engine/wasm/wasm';

/** Where an engine may come from, and how wide it may spread. */
export interface ReadingEngineOptions {
  /** Folders that may hold a complete @tensorflow/tfjs-node, in order of preference. */
  readonly tensorflowFolders: readonly string[];
  /** Threads of one step; 0 leaves the choice to the machine. */
  readonly threads: number;
}

/**
 * The engine that writes and scores: Textloom's own kernels where they run, which is nearly everywhere, else TensorFlow.
 * @throws EngineUnavailableError
 */
export async function loadReadingEngine({ tensorflowFolders, threads }: ReadingEngineOptions): Promise<Engine> {
  const cap = threads > 0 ? { threads } : {};
  const attempts = [
    () => loadWasmEngine({ kernelFolder: __dirname, ...cap }),
    ...tensorflowFolders.map((packageFolder) => () => loadTensorFlowEngine({ packageFolder, ...cap })),
  ];
  let first: EngineUnavailableError | undefined;
  for (const attempt of attempts) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof EngineUnavailableError)) throw error;
      first ??= error;
    }
  }
  throw first ?? new EngineUnavailableError('wasm', 'No engine can run here.', 'Reinstall Textloom.');
}
