/**
 * engine/tensorflow/: the engine over native TensorFlow, reached through @tensorflow/tfjs-node. The only folder that may
 * import TensorFlow.js, and even here only its native addon is used: a pass over a batch is a TensorFlow graph that is
 * built here operation by operation (graph.ts, lstm.ts, forwardPass.ts, backwardPass.ts), compiled once (compiledGraph.ts) and run with
 * one call; the update of the weights (optimizer.ts) executes single operations. Nothing here is imported before the
 * engine is asked for, because loading TensorFlow takes a second and 300 MB.
 */
import type { Architecture, Parameters } from '../../model/model';
import type { Engine, Predictor, Scorer, ScorerShape, Trainer, TrainerOptions, TrainerState } from '../engine';
import { EvaluatingScorer } from '../scorer';
import { loadNative, type TensorFlowOptions } from './load';
import type { Native } from './native';
import { TensorFlowPredictor } from './predictor';
import { TensorFlowTrainer } from './trainer';

export type { TensorFlowOptions } from './load';

/**
 * Loads TensorFlow.
 * @throws EngineUnavailableError when it can't be loaded
 */
export async function loadTensorFlowEngine(options: TensorFlowOptions): Promise<Engine> {
  const { native, threads } = await loadNative(options);
  return new TensorFlowEngine(native, threads);
}

class TensorFlowEngine implements Engine {
  readonly name = 'tensorflow';
  readonly canResize = false;
  readonly details: string;
  private readonly native: Native;

  constructor(
    native: Native,
    readonly threads: number,
  ) {
    this.native = native;
    this.details = `TensorFlow ${native.binding.TF_Version}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  }

  createTrainer(architecture: Architecture, state: TrainerState, options: TrainerOptions): Trainer {
    return new TensorFlowTrainer(this.native, architecture, state, options);
  }

  createPredictor(architecture: Architecture, parameters: Parameters): Predictor {
    return new TensorFlowPredictor(this.native, architecture, parameters);
  }

  createScorer(architecture: Architecture, parameters: Parameters, shape: ScorerShape): Scorer {
    return new EvaluatingScorer(this, architecture, parameters, shape);
  }

  resize(): Promise<void> {
    // TensorFlow makes its threads once a process.
    return Promise.resolve();
  }

  dispose(): void {
    // Nothing to end: TensorFlow's threads are the process's.
  }
}
