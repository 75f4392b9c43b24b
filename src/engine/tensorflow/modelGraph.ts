import { type Architecture, parameterShapes } from '../../model/model';
import { DataType } from './attributes';
import { Graph, type Node } from './graph';
import { backThroughTime, type LayerTrace, type State, unroll } from './lstm';

/** What a pass is unrolled for; all of it is fixed in its graph. */
export interface PassShape {
  readonly length: number;
  readonly streams: number;
  /** Whether a mask of the embedding is given. */
  readonly masksEmbedding: boolean;
  /** Whether masks of the layers' outputs are given. */
  readonly masksOutputs: boolean;
  /** Whether streams may be reset after the first step. A reset before it is the caller's, who gives the state. */
  readonly resetsInside: boolean;
}

/** The placeholders of a pass. */
export interface PassInputs {
  readonly parameters: ReadonlyMap<string, Node>;
  /** Distinct tokens in use [R]. */
  readonly rows: Node;
  /** For each position, time-major, the place of its token in `rows` [T * B]. */
  readonly positions: Node;
  /** [T * B] */
  readonly targets: Node;
  /** State of each layer before the first step. */
  readonly carried: readonly State[];
  /** 0 where a stream is reset before its token is read, else 1 [T * B, 1]. */
  readonly keep: Node | undefined;
  /** Dropout of the rows in use: 0 or 1 / (1 - rate) [R, E]. */
  readonly embeddingMask: Node | undefined;
  /** Dropout of each layer's output [T * B, H]. */
  readonly outputMasks: readonly Node[];
}

/** A pass from tokens to losses. */
export interface ForwardPass {
  readonly graph: Graph;
  readonly inputs: PassInputs;
  /** [T * B, V] */
  readonly logits: Node;
  /** Cross-entropy of each position [T * B], in nats. */
  readonly losses: Node;
  /** Their mean. */
  readonly loss: Node;
  /** State of each layer after the last step. */
  readonly carried: readonly State[];
  readonly trace: Trace;
}

/** What the backward pass needs of the forward one. */
interface Trace {
  /** {@link PassInputs.keep} by step. */
  readonly keep: readonly Node[] | undefined;
  /** Rows of the embedding in use, masked [R, E]. */
  readonly embedded: Node;
  readonly layers: readonly LayerTrace[];
  /** Output of each layer, masked [T * B, H]. */
  readonly outputs: readonly Node[];
  /** What the head's matrix is multiplied by: the last output, or its projection. */
  readonly features: Node;
  /** Gradient of the summed losses by the logits. */
  readonly logitsGradient: Node;
}

/** Builds Embedding -> LSTM -> Linear -> cross-entropy, unrolled over time. */
export function forwardPass(architecture: Architecture, shape: PassShape): ForwardPass {
  const graph = new Graph();
  const inputs = placeholders(graph, architecture, shape);
  const { parameters } = inputs;
  const keep = inputs.keep === undefined ? undefined : graph.split(inputs.keep, shape.length, 0);

  const rows = graph.gather(named(parameters, 'embedding.weight'), inputs.rows);
  const embedded = inputs.embeddingMask === undefined ? rows : graph.multiply(rows, inputs.embeddingMask);
  const layers: LayerTrace[] = [];
  const outputs: Node[] = [];
  inputs.carried.forEach((initial, layer) => {
    const below = outputs[layer - 1] ?? embedded;
    const bias = graph.add(named(parameters, `lstm.bias_ih_l${layer}`), named(parameters, `lstm.bias_hh_l${layer}`));
    const product = graph.biasAdd(graph.matMulTransposed(below, named(parameters, `lstm.weight_ih_l${layer}`)), bias);
    // Below the first layer stand few distinct rows: their gates are computed once each and looked up by position.
    const inputGates = layer === 0 ? graph.gather(product, inputs.positions) : product;
    const trace = unroll(
      graph,
      graph.split(inputGates, shape.length, 0),
      named(parameters, `lstm.weight_hh_l${layer}`),
      initial,
      keep,
    );
    const output = graph.concatenate(trace.steps.map(({ after }) => after.hidden));
    const mask = inputs.outputMasks[layer];
    layers.push(trace);
    outputs.push(mask === undefined ? output : graph.multiply(output, mask));
  });

  const { features, logits } = head(graph, parameters, outputs.at(-1) ?? embedded);
  const { losses, gradient } = graph.crossEntropy(logits, inputs.targets);
  return {
    graph,
    inputs,
    logits,
    losses,
    loss: graph.mean(losses),
    carried: layers.map(({ final }) => final),
    trace: { keep, embedded, layers, outputs, features, logitsGradient: gradient },
  };
}

/** The output layer, for any number of rows: through the projection, if there is one, and the matrix, tied or not. */
export function head(
  graph: Graph,
  parameters: ReadonlyMap<string, Node>,
  output: Node,
): { features: Node; logits: Node } {
  const projection = parameters.get('projection.weight');
  const features = projection === undefined ? output : graph.matMulTransposed(output, projection);
  const product = graph.matMulTransposed(features, headMatrix(parameters));
  return { features, logits: graph.biasAdd(product, named(parameters, 'head.bias')) };
}

/** Adds the gradient of the mean loss by every parameter, in the order of the parameters, to a forward pass. */
export function backwardPass(architecture: Architecture, shape: PassShape, pass: ForwardPass): Map<string, Node> {
  const { graph, inputs, trace } = pass;
  const { parameters } = inputs;
  const { vocabularySize, hiddenSize, tied } = architecture;
  const sizes = { streams: shape.streams, hiddenSize };
  const gradients = new Map<string, Node>();

  const byLogits = graph.multiply(trace.logitsGradient, graph.filled([], 1 / (shape.length * shape.streams)));
  const byHead = graph.transposedMatMul(byLogits, trace.features);
  gradients.set('head.bias', graph.sumRows(byLogits));
  let byOutput = graph.matMul(byLogits, headMatrix(parameters));
  const projection = parameters.get('projection.weight');
  if (projection !== undefined) {
    gradients.set('projection.weight', graph.transposedMatMul(byOutput, trace.outputs.at(-1) ?? trace.embedded));
    byOutput = graph.matMul(byOutput, projection);
  }

  let byEmbedded: Node | undefined;
  for (let layer = architecture.layers - 1; layer >= 0; layer--) {
    const layerTrace = trace.layers[layer];
    if (layerTrace === undefined) throw new RangeError(`Layer ${layer} was not unrolled.`);
    const mask = inputs.outputMasks[layer];
    const byHidden = graph.split(mask === undefined ? byOutput : graph.multiply(byOutput, mask), shape.length, 0);
    const hiddenWeight = named(parameters, `lstm.weight_hh_l${layer}`);
    const steps = backThroughTime(graph, layerTrace, sizes, hiddenWeight, byHidden, trace.keep);
    const byGates = graph.concatenate(steps);
    const before = graph.concatenate(layerTrace.steps.map((step) => step.before.hidden));
    gradients.set(`lstm.weight_hh_l${layer}`, graph.transposedMatMul(byGates, before));

    // The transpose of the look-up: the gates of each distinct row are summed before the products with its matrix.
    const byProduct = layer === 0 ? graph.scatterAdd(byGates, inputs.positions, graph.size(inputs.rows)) : byGates;
    const below = trace.outputs[layer - 1] ?? trace.embedded;
    const byBias = graph.sumRows(byProduct);
    gradients.set(`lstm.bias_ih_l${layer}`, byBias);
    gradients.set(`lstm.bias_hh_l${layer}`, byBias);
    gradients.set(`lstm.weight_ih_l${layer}`, graph.transposedMatMul(byProduct, below));
    const byBelow = graph.matMul(byProduct, named(parameters, `lstm.weight_ih_l${layer}`));
    if (layer === 0) byEmbedded = byBelow;
    else byOutput = byBelow;
  }

  if (byEmbedded === undefined) throw new RangeError('A model has at least one layer.');
  const byRows = inputs.embeddingMask === undefined ? byEmbedded : graph.multiply(byEmbedded, inputs.embeddingMask);
  const byEmbedding = graph.scatterAdd(byRows, inputs.rows, graph.integers([], [vocabularySize]));
  gradients.set('embedding.weight', tied ? graph.add(byEmbedding, byHead) : byEmbedding);
  if (!tied) gradients.set('head.weight', byHead);
  return new Map([...parameters.keys()].map((name) => [name, named(gradients, name)]));
}

/** Half the squared global norm of some gradients. */
export function halfSquaredNorm(graph: Graph, gradients: ReadonlyMap<string, Node>): Node {
  return graph.addAll([...gradients.values()].map((gradient) => graph.halfSquares(gradient)));
}

/** A placeholder for every parameter, under its own name. */
export function parameterPlaceholders(graph: Graph, architecture: Architecture): Map<string, Node> {
  const nodes = new Map<string, Node>();
  for (const [name, sizes] of parameterShapes(architecture)) {
    nodes.set(name, graph.placeholder(name, DataType.float, sizes));
  }
  return nodes;
}

/** The node of a parameter. */
export function named(nodes: ReadonlyMap<string, Node>, name: string): Node {
  const node = nodes.get(name);
  if (node === undefined) throw new RangeError(`The graph has nothing named "${name}".`);
  return node;
}

function headMatrix(parameters: ReadonlyMap<string, Node>): Node {
  return parameters.get('head.weight') ?? named(parameters, 'embedding.weight');
}

function placeholders(graph: Graph, architecture: Architecture, shape: PassShape): PassInputs {
  const { embeddingSize, hiddenSize } = architecture;
  const positions = shape.length * shape.streams;
  const layers = Array.from({ length: architecture.layers }, (_, layer) => layer);
  const state = (name: string) => graph.placeholder(name, DataType.float, [shape.streams, hiddenSize]);
  return {
    parameters: parameterPlaceholders(graph, architecture),
    rows: graph.placeholder('rows', DataType.int, [-1]),
    positions: graph.placeholder('positions', DataType.int, [positions]),
    targets: graph.placeholder('targets', DataType.int, [positions]),
    carried: layers.map((layer) => ({ hidden: state(`hidden_${layer}`), cell: state(`cell_${layer}`) })),
    keep: shape.resetsInside ? graph.placeholder('keep', DataType.float, [positions, 1]) : undefined,
    embeddingMask: shape.masksEmbedding
      ? graph.placeholder('embedding_mask', DataType.float, [-1, embeddingSize])
      : undefined,
    outputMasks: shape.masksOutputs
      ? layers.map((layer) => graph.placeholder(`output_mask_${layer}`, DataType.float, [positions, hiddenSize]))
      : [],
  };
}
