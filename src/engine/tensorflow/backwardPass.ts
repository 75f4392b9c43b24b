import type { Architecture } from '../../model/model';
import type { ForwardPass, SegmentTrace } from './forwardPass';
import type { Graph, GraphNode } from './graph';
import { backThroughTime, type LayerSizes, type State } from './lstm';
import { headMatrix, named, type PassShape } from './passInputs';

/** Adds the gradient of the mean loss by every parameter, in the order of the parameters, to a forward pass. */
export function backwardPass(architecture: Architecture, shape: PassShape, pass: ForwardPass): Map<string, GraphNode> {
  const { graph, inputs, embedded } = pass;
  const { parameters } = inputs;
  const terms = new Terms();
  const context: Context = {
    graph,
    parameters,
    terms,
    sizes: { streams: shape.streams, hiddenSize: architecture.hiddenSize },
    lossScale: graph.filled([], 1 / (shape.length * shape.streams)),
    rowCount: graph.size(inputs.rows),
  };
  let later: readonly (State | undefined)[] = [];
  for (const segment of [...pass.segments].reverse()) later = backwardSegment(context, segment, later);

  const byRowGates = graph.addAll(terms.of('row gates'));
  inputGatesBack(context, 0, embedded, byRowGates);
  const byEmbedded = graph.matMul(byRowGates, named(parameters, 'lstm.weight_ih_l0'));
  const byRows = inputs.embeddingMask === undefined ? byEmbedded : graph.multiply(byEmbedded, inputs.embeddingMask);
  const vocabularySize = graph.integers([], [architecture.vocabularySize]);
  terms.add('embedding.weight', graph.scatterAdd(byRows, inputs.rows, vocabularySize));
  return new Map([...parameters.keys()].map((name) => [name, graph.addAll(terms.of(name))]));
}

/** Half the squared global norm of some gradients. */
export function halfSquaredNorm(graph: Graph, gradients: ReadonlyMap<string, GraphNode>): GraphNode {
  return graph.addAll([...gradients.values()].map((gradient) => graph.halfSquares(gradient)));
}

/** What gradients are sums of, by the parameter's name. */
class Terms {
  private readonly terms = new Map<string, GraphNode[]>();

  add(name: string, term: GraphNode): void {
    this.terms.set(name, [...this.of(name), term]);
  }

  of(name: string): readonly GraphNode[] {
    return this.terms.get(name) ?? [];
  }
}

interface Context {
  readonly graph: Graph;
  readonly parameters: ReadonlyMap<string, GraphNode>;
  readonly terms: Terms;
  readonly sizes: LayerSizes;
  /** One over the number of positions: the loss is their mean. */
  readonly lossScale: GraphNode;
  /** Number of distinct tokens in use. */
  readonly rowCount: GraphNode;
}

/**
 * Adds one segment's part of every gradient.
 * @param later the gradient by the state of each layer after the segment
 * @returns the gradient by the state before it
 */
function backwardSegment(
  context: Context,
  segment: SegmentTrace,
  later: readonly (State | undefined)[],
): readonly (State | undefined)[] {
  const { graph, parameters, terms, sizes } = context;
  const earlier: (State | undefined)[] = [];
  let byOutput = headBack(context, segment);
  for (let layer = segment.layers.length - 1; layer >= 0; layer--) {
    const trace = segment.layers[layer];
    if (trace === undefined) throw new RangeError(`Layer ${layer} was not unrolled.`);
    const mask = segment.masks[layer];
    const byHidden = graph.split(mask === undefined ? byOutput : graph.multiply(byOutput, mask), segment.length, 0);
    const hiddenWeight = named(parameters, `lstm.weight_hh_l${layer}`);
    const back = backThroughTime(graph, trace, sizes, hiddenWeight, byHidden, segment.keep, later[layer]);
    earlier[layer] = back.before;
    const byGates = graph.concatenate(back.gates);
    const hiddenBefore = graph.concatenate(trace.steps.map(({ before }) => before.hidden));
    terms.add(`lstm.weight_hh_l${layer}`, graph.transposedMatMul(byGates, hiddenBefore));
    const below = segment.outputs[layer - 1];
    if (below === undefined) {
      // The transpose of the look-up: the gates of each distinct row are summed before the products with its matrix.
      terms.add('row gates', graph.scatterAdd(byGates, segment.positions, context.rowCount));
    } else {
      inputGatesBack(context, layer, below, byGates);
      byOutput = graph.matMul(byGates, named(parameters, `lstm.weight_ih_l${layer}`));
    }
  }
  return earlier;
}

/** Adds the gradients of the output layer, and answers that of its input. */
function headBack({ graph, parameters, terms, lossScale }: Context, segment: SegmentTrace): GraphNode {
  const byLogits = graph.multiply(segment.byLogits, lossScale);
  const matrixName = parameters.has('head.weight') ? 'head.weight' : 'embedding.weight';
  terms.add(matrixName, graph.transposedMatMul(byLogits, segment.features));
  terms.add('head.bias', graph.sumRows(byLogits));
  const byFeatures = graph.matMul(byLogits, headMatrix(parameters));
  const projection = parameters.get('projection.weight');
  if (projection === undefined) return byFeatures;
  const output = segment.outputs.at(-1);
  if (output === undefined) throw new RangeError('A model has at least one layer.');
  terms.add('projection.weight', graph.transposedMatMul(byFeatures, output));
  return graph.matMul(byFeatures, projection);
}

/** Adds the gradients of what a layer's input is multiplied by and of the biases. */
function inputGatesBack({ graph, terms }: Context, layer: number, input: GraphNode, byGates: GraphNode): void {
  terms.add(`lstm.weight_ih_l${layer}`, graph.transposedMatMul(byGates, input));
  const byBias = graph.sumRows(byGates);
  terms.add(`lstm.bias_ih_l${layer}`, byBias);
  terms.add(`lstm.bias_hh_l${layer}`, byBias);
}
