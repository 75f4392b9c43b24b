import { type Architecture, type Parameters, parameterShapes } from '../../model/model';
import type { Predictor } from '../engine';
import { DataType } from './attributes';
import { CompiledGraph, type GraphFunction } from './compiledGraph';
import { head, inputGates } from './forwardPass';
import { exchangeGates } from './gateOrder';
import { Graph, type GraphNode } from './graph';
import { unroll } from './lstm';
import type { Native, TensorId } from './native';
import { named, parameterPlaceholders } from './passInputs';

/** Predicts with a graph of one time step of one stream. */
export class TensorFlowPredictor implements Predictor {
  readonly stateSize: number;
  private readonly native: Native;
  private readonly parameters: readonly TensorId[];
  private readonly compiled: CompiledGraph;
  private readonly nextFunction: GraphFunction;
  private readonly advance: GraphFunction;
  private readonly token = new Int32Array(1);

  constructor(
    native: Native,
    readonly architecture: Architecture,
    parameters: Parameters,
  ) {
    this.native = native;
    this.stateSize = 2 * architecture.layers * architecture.hiddenSize;
    this.parameters = [...parameterShapes(architecture)].map(([name, shape]) => {
      const tensor = parameters.get(name);
      if (tensor === undefined) throw new RangeError(`The parameters lack "${name}".`);
      return native.tensor(DataType.float, shape, exchangeGates(name, tensor).data);
    });
    const graph = new Graph(native.matMulOperation);
    const { inputs, state, logits } = stepGraph(graph, architecture);
    this.compiled = new CompiledGraph(native, graph);
    this.nextFunction = this.compiled.function(inputs, [state, logits]);
    this.advance = this.compiled.function(inputs, [state]);
  }

  next(state: Float32Array, token: number, logits: Float32Array): void {
    const [stateAfter = 0, logitsAfter = 0] = this.run(this.nextFunction, state, token);
    state.set(this.native.read(stateAfter));
    logits.set(this.native.read(logitsAfter));
    this.native.free(stateAfter, logitsAfter);
  }

  prime(state: Float32Array, tokens: Uint16Array): void {
    for (const token of tokens) {
      const [stateAfter = 0] = this.run(this.advance, state, token);
      state.set(this.native.read(stateAfter));
      this.native.free(stateAfter);
    }
  }

  dispose(): void {
    this.native.free(...this.parameters);
    this.compiled.dispose();
  }

  private run(step: GraphFunction, state: Float32Array, token: number): TensorId[] {
    this.token[0] = token;
    const { layers, hiddenSize } = this.architecture;
    const tokenTensor = this.native.tensor(DataType.int, [1], this.token);
    const stateTensor = this.native.tensor(DataType.float, [2 * layers, hiddenSize], state);
    const outputs = step([...this.parameters, tokenTensor, stateTensor]);
    this.native.free(tokenTensor, stateTensor);
    return outputs;
  }
}

/** One step: parameters, token [1] and state [2 * layers, H] in, state and logits [1, V] out. */
function stepGraph(
  graph: Graph,
  architecture: Architecture,
): {
  inputs: readonly GraphNode[];
  state: GraphNode;
  logits: GraphNode;
} {
  const { layers, hiddenSize } = architecture;
  const parameters = parameterPlaceholders(graph, architecture);
  const token = graph.placeholder('token', DataType.int, [1]);
  const stateBefore = graph.placeholder('state', DataType.float, [2 * layers, hiddenSize]);
  const before = graph.split(stateBefore, 2 * layers, 0);

  let output = graph.gather(named(parameters, 'embedding.weight'), token);
  const after: GraphNode[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const [hidden = '', cell = ''] = before.slice(2 * layer);
    const gates = inputGates(graph, parameters, layer, output);
    const hiddenWeight = named(parameters, `lstm.weight_hh_l${layer}`);
    const { final } = unroll(graph, [gates], hiddenWeight, { hidden, cell }, undefined);
    after.push(final.hidden, final.cell);
    output = final.hidden;
  }
  const { logits } = head(graph, parameters, output);
  return { inputs: [...parameters.values(), token, stateBefore], state: graph.concatenate(after), logits };
}
