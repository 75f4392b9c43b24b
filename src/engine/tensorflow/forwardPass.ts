import type { Architecture } from '../../model/model';
import { DataType } from './attributes';
import type { Graph, GraphNode } from './graph';
import { type LayerTrace, type State, unroll } from './lstm';
import { headMatrix, named, type PassInputs, passInputs, type PassShape } from './passInputs';

/** A pass from tokens to losses. */
export interface ForwardPass {
  readonly graph: Graph;
  readonly inputs: PassInputs;
  /** [T * B, V] */
  readonly logits: GraphNode;
  /** Cross-entropy of each position [T * B], in nats. */
  readonly losses: GraphNode;
  /** Their mean. */
  readonly loss: GraphNode;
  /** State of each layer after the last step. */
  readonly carried: readonly State[];
  /** Rows of the embedding in use, masked [R, E]. */
  readonly embedded: GraphNode;
  readonly segments: readonly SegmentTrace[];
}

/** Some time steps; N stands for their number times B. */
interface SegmentInputs {
  readonly length: number;
  /** {@link PassInputs.positions} of these steps. */
  readonly positions: GraphNode;
  readonly targets: GraphNode;
  /** {@link PassInputs.keep} of each step. */
  readonly keep: readonly GraphNode[] | undefined;
  /** {@link PassInputs.outputMasks} of these steps. */
  readonly masks: readonly GraphNode[];
}

/** What some time steps leave for the backward pass. */
export interface SegmentTrace extends SegmentInputs {
  readonly layers: readonly LayerTrace[];
  /** Output of each layer, masked [N, H]. */
  readonly outputs: readonly GraphNode[];
  /** What the head's matrix is multiplied by: the last layer's output, or its projection. */
  readonly features: GraphNode;
  /** [N, V] */
  readonly logits: GraphNode;
  /** Cross-entropy of each position [N]. */
  readonly losses: GraphNode;
  /** Gradient of the sum of the losses by the logits [N, V]. */
  readonly byLogits: GraphNode;
}

/**
 * Rows that are worth one matrix product. Time is cut into segments of about as many positions: their matrices stay in
 * the cache, and one core can work on the head or on the next layer of one segment while another has the next segment.
 */
const segmentRows = 512;

/** How many time steps each segment has. */
function segmentLengths({ length, streams }: PassShape): number[] {
  const count = Math.max(1, Math.round((length * streams) / segmentRows));
  const steps = Math.ceil(length / count);
  return Array.from({ length: Math.ceil(length / steps) }, (_, index) => Math.min(steps, length - index * steps));
}

/** Builds Embedding -> LSTM -> Linear -> cross-entropy, unrolled over time. */
export function forwardPass(graph: Graph, architecture: Architecture, shape: PassShape): ForwardPass {
  const inputs = passInputs(graph, architecture, shape);
  const { parameters } = inputs;
  const rows = graph.gather(named(parameters, 'embedding.weight'), inputs.rows);
  const embedded = inputs.embeddingMask === undefined ? rows : graph.multiply(rows, inputs.embeddingMask);
  // Below the first layer stand few distinct rows: their gates are computed once each and looked up by position.
  const rowGates = inputGates(graph, parameters, 0, embedded);

  let carried = inputs.carried;
  const segments = segmentInputs(graph, inputs, shape).map((segment) => {
    const trace = forwardSegment(graph, parameters, rowGates, segment, carried);
    carried = trace.layers.map(({ final }) => final);
    return trace;
  });
  const losses = graph.concatenate(segments.map((segment) => segment.losses));
  const logits = graph.concatenate(segments.map((segment) => segment.logits));
  return { graph, inputs, logits, losses, loss: graph.mean(losses), carried, embedded, segments };
}

function segmentInputs(graph: Graph, inputs: PassInputs, shape: PassShape): SegmentInputs[] {
  const lengths = segmentLengths(shape);
  const rowCounts = lengths.map((length) => length * shape.streams);
  const positions = graph.splitRows(inputs.positions, rowCounts, DataType.int);
  const targets = graph.splitRows(inputs.targets, rowCounts, DataType.int);
  const keep = inputs.keep === undefined ? undefined : graph.splitRows(inputs.keep, rowCounts);
  const masks = inputs.outputMasks.map((mask) => graph.splitRows(mask, rowCounts));
  return lengths.map((length, index) => ({
    length,
    positions: at(positions, index),
    targets: at(targets, index),
    keep: keep && graph.split(at(keep, index), length, 0),
    masks: masks.map((parts) => at(parts, index)),
  }));
}

function forwardSegment(
  graph: Graph,
  parameters: ReadonlyMap<string, GraphNode>,
  rowGates: GraphNode,
  segment: SegmentInputs,
  carried: readonly State[],
): SegmentTrace {
  const layers: LayerTrace[] = [];
  const outputs: GraphNode[] = [];
  carried.forEach((state, layer) => {
    const gates =
      layer === 0
        ? graph.gather(rowGates, segment.positions)
        : inputGates(graph, parameters, layer, at(outputs, layer - 1));
    const hiddenWeight = named(parameters, `lstm.weight_hh_l${layer}`);
    const trace = unroll(graph, graph.split(gates, segment.length, 0), hiddenWeight, state, segment.keep);
    const output = graph.concatenate(trace.steps.map(({ after }) => after.hidden));
    const mask = segment.masks[layer];
    layers.push(trace);
    outputs.push(mask === undefined ? output : graph.multiply(output, mask));
  });
  const { features, logits } = head(graph, parameters, at(outputs, outputs.length - 1));
  const { losses, gradient } = graph.crossEntropy(logits, segment.targets);
  return { ...segment, layers, outputs, features, logits, losses, byLogits: gradient };
}

/** What a layer's input adds to its gates before activation, both biases included, for any number of rows. */
export function inputGates(
  graph: Graph,
  parameters: ReadonlyMap<string, GraphNode>,
  layer: number,
  input: GraphNode,
): GraphNode {
  const bias = graph.add(named(parameters, `lstm.bias_ih_l${layer}`), named(parameters, `lstm.bias_hh_l${layer}`));
  return graph.biasAdd(graph.matMulTransposed(input, named(parameters, `lstm.weight_ih_l${layer}`)), bias);
}

/** The output layer for any number of rows: through the projection, if there is one, and the matrix, tied or not. */
export function head(
  graph: Graph,
  parameters: ReadonlyMap<string, GraphNode>,
  output: GraphNode,
): { features: GraphNode; logits: GraphNode } {
  const projection = parameters.get('projection.weight');
  const features = projection === undefined ? output : graph.matMulTransposed(output, projection);
  const product = graph.matMulTransposed(features, headMatrix(parameters));
  return { features, logits: graph.biasAdd(product, named(parameters, 'head.bias')) };
}

function at(nodes: readonly GraphNode[], index: number): GraphNode {
  const node = nodes[index];
  if (node === undefined) throw new RangeError(`There is no node ${index}.`);
  return node;
}
