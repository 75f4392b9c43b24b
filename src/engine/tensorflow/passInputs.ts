import { type Architecture, parameterShapes } from '../../model/model';
import { DataType } from './attributes';
import type { Graph, GraphNode } from './graph';
import type { State } from './lstm';

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
  readonly parameters: ReadonlyMap<string, GraphNode>;
  /** Distinct tokens in use [R]. */
  readonly rows: GraphNode;
  /** For each position, time-major, the place of its token in `rows` [T * B]. */
  readonly positions: GraphNode;
  /** [T * B] */
  readonly targets: GraphNode;
  /** State of each layer before the first step. */
  readonly carried: readonly State[];
  /** 0 where a stream is reset before its token is read, else 1 [T * B, 1]. */
  readonly keep: GraphNode | undefined;
  /** Dropout of the rows in use: 0 or 1 / (1 - rate) [R, E]. */
  readonly embeddingMask: GraphNode | undefined;
  /** Dropout of each layer's output [T * B, H]. */
  readonly outputMasks: readonly GraphNode[];
}

/** Adds the placeholders that a pass of this shape has. */
export function passInputs(graph: Graph, architecture: Architecture, shape: PassShape): PassInputs {
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

/** A placeholder for every parameter, under its own name. */
export function parameterPlaceholders(graph: Graph, architecture: Architecture): Map<string, GraphNode> {
  const nodes = new Map<string, GraphNode>();
  for (const [name, sizes] of parameterShapes(architecture)) {
    nodes.set(name, graph.placeholder(name, DataType.float, sizes));
  }
  return nodes;
}

/** The node of a parameter. */
export function named(nodes: ReadonlyMap<string, GraphNode>, name: string): GraphNode {
  const node = nodes.get(name);
  if (node === undefined) throw new RangeError(`The graph has nothing named "${name}".`);
  return node;
}

/** The matrix of the output layer, [V, H] or, tied behind a projection, [V, E]. */
export function headMatrix(parameters: ReadonlyMap<string, GraphNode>): GraphNode {
  return parameters.get('head.weight') ?? named(parameters, 'embedding.weight');
}
