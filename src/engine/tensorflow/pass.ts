import type { Architecture } from '../../model/model';
import { backwardPass, halfSquaredNorm } from './backwardPass';
import { CompiledGraph, type GraphFunction } from './compiledGraph';
import { forwardPass } from './forwardPass';
import { Graph, type GraphNode } from './graph';
import type { Native, TensorId } from './native';
import type { PassInputs, PassShape } from './passInputs';

/** Values of a pass's placeholders. */
export interface PassValues {
  readonly parameters: readonly TensorId[];
  readonly rows: TensorId;
  readonly positions: TensorId;
  readonly targets: TensorId;
  readonly carried: readonly TensorId[];
  readonly keep: TensorId | undefined;
  readonly embeddingMask: TensorId | undefined;
  readonly outputMasks: readonly TensorId[];
}

/** What a pass that learns computes: the caller's to free. */
export interface TrainingResult {
  readonly loss: TensorId;
  /** Half the squared norm of the gradient. */
  readonly halfSquares: TensorId;
  readonly carried: readonly TensorId[];
  readonly gradients: readonly TensorId[];
}

/** What an evaluation computes: the caller's to free. */
export interface EvaluationResult {
  readonly losses: TensorId;
  /** [T * B, V], where they were asked for. */
  readonly logits?: TensorId;
  readonly carried: readonly TensorId[];
}

/** A forward and backward pass of one shape. */
export class TrainingPass {
  private readonly compiled: CompiledGraph;
  private readonly learnFunction: GraphFunction;
  private readonly inspectFunction: GraphFunction;
  private readonly stateSize: number;

  constructor(native: Native, architecture: Architecture, shape: PassShape) {
    const pass = forwardPass(new Graph(native.matMulOperation), architecture, shape);
    const gradients = backwardPass(architecture, shape, pass);
    const norm = halfSquaredNorm(pass.graph, gradients);
    const inputs = placeholderList(pass.inputs);
    const carried = pass.carried.flatMap(({ hidden, cell }) => [hidden, cell]);
    this.stateSize = carried.length;
    this.compiled = new CompiledGraph(native, pass.graph);
    this.learnFunction = this.compiled.function(inputs, [pass.loss, norm, ...carried, ...gradients.values()]);
    this.inspectFunction = this.compiled.function(inputs, [pass.loss, pass.logits, ...gradients.values()]);
  }

  learn(values: PassValues): TrainingResult {
    const [loss = 0, halfSquares = 0, ...rest] = this.learnFunction(valueList(values));
    return { loss, halfSquares, carried: rest.slice(0, this.stateSize), gradients: rest.slice(this.stateSize) };
  }

  /** The same pass with its logits, for verification. */
  inspect(values: PassValues): { loss: TensorId; logits: TensorId; gradients: readonly TensorId[] } {
    const [loss = 0, logits = 0, ...gradients] = this.inspectFunction(valueList(values));
    return { loss, logits, gradients };
  }

  dispose(): void {
    this.compiled.dispose();
  }
}

/** A forward pass of one shape. */
export class EvaluationPass {
  private readonly compiled: CompiledGraph;
  private readonly evaluateFunction: GraphFunction;
  private readonly showFunction: GraphFunction;

  constructor(native: Native, architecture: Architecture, shape: PassShape) {
    const pass = forwardPass(new Graph(native.matMulOperation), architecture, shape);
    const carried = pass.carried.flatMap(({ hidden, cell }) => [hidden, cell]);
    this.compiled = new CompiledGraph(native, pass.graph);
    const inputs = placeholderList(pass.inputs);
    this.evaluateFunction = this.compiled.function(inputs, [pass.losses, ...carried]);
    this.showFunction = this.compiled.function(inputs, [pass.losses, pass.logits, ...carried]);
  }

  evaluate(values: PassValues): EvaluationResult {
    const [losses = 0, ...carried] = this.evaluateFunction(valueList(values));
    return { losses, carried };
  }

  /** The same with its logits [T * B, V]. */
  show(values: PassValues): EvaluationResult {
    const [losses = 0, logits = 0, ...carried] = this.showFunction(valueList(values));
    return { losses, logits, carried };
  }

  dispose(): void {
    this.compiled.dispose();
  }
}

function placeholderList(inputs: PassInputs): GraphNode[] {
  const { parameters, rows, positions, targets, carried, keep, embeddingMask, outputMasks } = inputs;
  const states = carried.flatMap(({ hidden, cell }) => [hidden, cell]);
  const optional = [keep, embeddingMask].filter((node) => node !== undefined);
  return [...parameters.values(), rows, positions, targets, ...states, ...optional, ...outputMasks];
}

/** In the order of {@link placeholderList}. */
function valueList(values: PassValues): TensorId[] {
  const { parameters, rows, positions, targets, carried, keep, embeddingMask, outputMasks } = values;
  const optional = [keep, embeddingMask].filter((value) => value !== undefined);
  return [...parameters, rows, positions, targets, ...carried, ...optional, ...outputMasks];
}
