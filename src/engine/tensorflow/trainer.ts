import { type Architecture, type Batch, type Parameters, parameterShapes } from '../../model/model';
import type {
  InspectedPass,
  LogitsReader,
  StepResult,
  Trainer,
  TrainerOptions,
  TrainerState,
  Update,
  WeightKind,
} from '../engine';
import { CarriedState } from './carriedState';
import { BatchFeed } from './feed';
import { exchangeGates } from './gateOrder';
import type { Native, TensorId } from './native';
import { Optimizer } from './optimizer';
import { EvaluationPass, type EvaluationResult, type PassValues, TrainingPass } from './pass';
import type { PassShape } from './passInputs';

/** Trains one model with TensorFlow: a graph computes losses and gradients, single operations update the weights. */
export class TensorFlowTrainer implements Trainer {
  private readonly native: Native;
  private readonly options: TrainerOptions;
  private readonly optimizer: Optimizer;
  private readonly carried: CarriedState;
  /** Made when the first batch is evaluated. */
  private evaluated: CarriedState | undefined;
  private readonly feeds = new Map<string, BatchFeed>();
  /** Compiled when the first batch of its shape comes. */
  private readonly passes = new Map<string, TrainingPass>();
  private readonly evaluations = new Map<string, EvaluationPass>();

  constructor(
    native: Native,
    readonly architecture: Architecture,
    state: TrainerState,
    options: TrainerOptions,
  ) {
    this.native = native;
    this.options = options;
    this.optimizer = new Optimizer(native, state);
    this.carried = new CarriedState(native, options.streams, architecture.hiddenSize, state.carried);
  }

  train(batch: Batch, update: Update): StepResult {
    const result = this.onTrainingBatch(batch, this.optimizer.step, (values, shape) => this.pass(shape).learn(values));
    this.carried.replace(result.carried);
    const loss = this.scalar(result.loss);
    const gradientNorm = Math.sqrt(2 * this.scalar(result.halfSquares));
    // As torch.nn.utils.clip_grad_norm_ clips.
    const scale = Math.min(1, update.clipNorm / (gradientNorm + 1e-6));
    this.optimizer.apply(result.gradients, scale, update);
    this.native.free(...result.gradients);
    return { loss, gradientNorm };
  }

  evaluate(batch: Batch, weights: WeightKind, losses: Float32Array, reader?: LogitsReader): void {
    const carried = this.evaluationState(batch.streams);
    const parameters = this.optimizer.read(weights);
    const result = this.feedFor(batch).run(batch, parameters, carried, undefined, (values, shape): EvaluationResult =>
      reader === undefined ? this.evaluation(shape).evaluate(values) : this.evaluation(shape).show(values),
    );
    carried.replace(result.carried);
    losses.set(this.native.read(result.losses));
    this.native.free(result.losses);
    if (reader === undefined || result.logits === undefined) return;
    const logits = this.native.read(result.logits);
    this.native.free(result.logits);
    this.show(logits, reader);
  }

  inspect(batch: Batch, step: number): InspectedPass {
    const { loss, logits, gradients } = this.onTrainingBatch(batch, step, (values, shape) =>
      this.pass(shape).inspect(values),
    );
    const names = [...parameterShapes(this.architecture)];
    const inspection: InspectedPass = {
      loss: this.scalar(loss),
      logits: this.native.read(logits),
      gradients: new Map(
        gradients.map((gradient, index) => {
          const [name, shape] = names[index] ?? ['', []];
          return [name, exchangeGates(name, { shape, data: this.native.read(gradient) })];
        }),
      ),
    };
    this.native.free(logits, ...gradients);
    return inspection;
  }

  weights(kind: WeightKind): Parameters {
    return this.optimizer.weights(kind);
  }

  state(): TrainerState {
    return { ...this.optimizer.state(), carried: this.carried.values() };
  }

  dispose(): void {
    for (const pass of [...this.passes.values(), ...this.evaluations.values()]) pass.dispose();
    this.passes.clear();
    this.evaluations.clear();
    this.carried.dispose();
    this.evaluated?.dispose();
    this.optimizer.dispose();
  }

  private onTrainingBatch<Result>(
    batch: Batch,
    step: number,
    run: (values: PassValues, shape: PassShape) => Result,
  ): Result {
    const parameters = this.optimizer.read('current');
    return this.feedFor(batch).run(batch, parameters, this.carried, { ...this.options.dropout, step }, run);
  }

  private feedFor({ length, streams }: { readonly length: number; readonly streams: number }): BatchFeed {
    const create = () => new BatchFeed(this.native, this.architecture, length, streams);
    return memoized(this.feeds, `${length} x ${streams}`, create);
  }

  private pass(shape: PassShape): TrainingPass {
    return memoized(this.passes, JSON.stringify(shape), () => new TrainingPass(this.native, this.architecture, shape));
  }

  private evaluation(shape: PassShape): EvaluationPass {
    const create = () => new EvaluationPass(this.native, this.architecture, shape);
    return memoized(this.evaluations, JSON.stringify(shape), create);
  }

  /** The evaluation's own state, begun anew when the number of streams changes. */
  private evaluationState(streams: number): CarriedState {
    if (this.evaluated?.streams !== streams) {
      this.evaluated?.dispose();
      const { layers, hiddenSize } = this.architecture;
      const zeros = new Float32Array(layers * 2 * streams * hiddenSize);
      this.evaluated = new CarriedState(this.native, streams, hiddenSize, zeros);
    }
    return this.evaluated;
  }

  /** Shows a reader what it looks at of logits [T * B, V]. */
  private show(logits: Float32Array, reader: LogitsReader): void {
    const { vocabularySize } = this.architecture;
    reader.positions.forEach((isWanted, position) => {
      const start = position * vocabularySize;
      if (isWanted === 1) reader.read(position, logits.subarray(start, start + vocabularySize));
    });
  }

  /** Reads and frees. */
  private scalar(tensor: TensorId): number {
    const [value = NaN] = this.native.read(tensor);
    this.native.free(tensor);
    return value;
  }
}

function memoized<Value>(known: Map<string, Value>, key: string, create: () => Value): Value {
  const value = known.get(key) ?? create();
  known.set(key, value);
  return value;
}
