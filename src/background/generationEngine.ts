import { type Engine, EngineUnavailableError } from '../engine/engine';
import { loadTensorFlowEngine } from '../engine/tensorflow/tensorflow';
import { loadWasmEngine } from '../engine/wasm/wasm';

/** The engine that writes. Loaded on first use and kept; a failure isn't, since a missing library may be installed. */
export class GenerationEngine {
  private engine: Promise<Engine> | undefined;

  constructor(
    private readonly tensorflowFolders: readonly string[],
    private readonly log: (message: string) => void,
  ) {}

  /** Textloom's own kernels where they run, which is nearly everywhere; else TensorFlow. @throws EngineUnavailableError */
  load(): Promise<Engine> {
    this.engine ??= this.choose().catch((error: unknown) => {
      this.engine = undefined;
      throw error;
    });
    return this.engine;
  }

  private async choose(): Promise<Engine> {
    const attempts = [
      () => loadWasmEngine({ threads: 1, kernelFolder: __dirname }),
      ...this.tensorflowFolders.map((packageFolder) => () => loadTensorFlowEngine({ packageFolder, threads: 1 })),
    ];
    let first: EngineUnavailableError | undefined;
    for (const attempt of attempts) {
      try {
        const engine = await attempt();
        this.log(`Generation: ${engine.details}`);
        return engine;
      } catch (error) {
        if (!(error instanceof EngineUnavailableError)) throw error;
        first ??= error;
      }
    }
    throw first ?? new EngineUnavailableError('wasm', 'No engine can run here.', 'Reinstall Textloom.');
  }
}
