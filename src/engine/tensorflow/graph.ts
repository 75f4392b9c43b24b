import { type Attribute, attribute, DataType, oneDnnLabel } from './attributes';
import type { MatMulOperation } from './native';
import { bytesField, integerField, messageField } from './protobuf';

/** One output of an operation, by the name under which it is fed, fetched and used: "name:index". */
export type GraphNode = string;

const floats = { T: attribute.type(DataType.float) };

/** Of the version of TensorFlow (2.9) whose operations are used here: newer ones read such graphs as well. */
const producerVersion = 1087;

/**
 * A TensorFlow graph under construction: a pure function of its placeholders. Each method adds one operation of the same
 * name and answers its output. Matrices are row-major, axis 0 first.
 */
export class Graph {
  private readonly matMulOperation: MatMulOperation;
  private readonly operations: Uint8Array[] = [];
  private readonly constants = new Map<string, GraphNode>();

  constructor(matMulOperation: MatMulOperation) {
    this.matMulOperation = matMulOperation;
  }

  /** An input, given anew at every run. A size of -1 may differ from run to run. */
  placeholder(name: string, type: DataType, sizes: readonly number[]): GraphNode {
    return this.addNode('Placeholder', [], { dtype: attribute.type(type), shape: attribute.shape(sizes) }, name);
  }

  integers(sizes: readonly number[], values: readonly number[]): GraphNode {
    return this.constant(
      `integers ${sizes.join()}: ${values.join()}`,
      DataType.int,
      attribute.integers(sizes, Int32Array.from(values)),
    );
  }

  /** A constant of floats that are all the same. */
  filled(sizes: readonly number[], value: number): GraphNode {
    return this.constant(`filled ${sizes.join()}: ${value}`, DataType.float, attribute.filled(sizes, value));
  }

  add(a: GraphNode, b: GraphNode): GraphNode {
    return this.addNode('AddV2', [a, b], floats);
  }

  /** The sum of several nodes of one shape. */
  addAll(nodes: readonly GraphNode[]): GraphNode {
    if (nodes.length === 1 && nodes[0] !== undefined) return nodes[0];
    return this.addNode('AddN', nodes, { ...floats, N: attribute.int(nodes.length) });
  }

  multiply(a: GraphNode, b: GraphNode): GraphNode {
    return this.addNode('Mul', [a, b], floats);
  }

  sigmoid(a: GraphNode): GraphNode {
    return this.addNode('Sigmoid', [a], floats);
  }

  tanh(a: GraphNode): GraphNode {
    return this.addNode('Tanh', [a], floats);
  }

  /** Adds a bias to every row. */
  biasAdd(matrix: GraphNode, bias: GraphNode): GraphNode {
    return this.addNode('BiasAdd', [matrix, bias], floats);
  }

  /** a . b */
  matMul(a: GraphNode, b: GraphNode): GraphNode {
    return this.product(a, b, false, false);
  }

  /** a . b^T */
  matMulTransposed(a: GraphNode, b: GraphNode): GraphNode {
    return this.product(a, b, false, true);
  }

  /** a^T . b */
  transposedMatMul(a: GraphNode, b: GraphNode): GraphNode {
    return this.product(a, b, true, false);
  }

  private product(a: GraphNode, b: GraphNode, transposeA: boolean, transposeB: boolean): GraphNode {
    return this.addNode(this.matMulOperation, [a, b], {
      ...floats,
      ...(this.matMulOperation === '_MklMatMul' && { _kernel: attribute.string(oneDnnLabel) }),
      transpose_a: attribute.bool(transposeA),
      transpose_b: attribute.bool(transposeB),
    });
  }

  /** a^T */
  transpose(a: GraphNode): GraphNode {
    return this.addNode('Transpose', [a, this.integers([2], [1, 0])], {
      ...floats,
      Tperm: attribute.type(DataType.int),
    });
  }

  reshape(a: GraphNode, sizes: readonly number[]): GraphNode {
    return this.addNode('Reshape', [a, this.integers([sizes.length], sizes)], {
      ...floats,
      Tshape: attribute.type(DataType.int),
    });
  }

  /** Equal parts along an axis. */
  split(a: GraphNode, parts: number, axis: 0 | 1): GraphNode[] {
    if (parts === 1) return [a];
    const first = this.addNode('Split', [this.integers([], [axis]), a], { ...floats, num_split: attribute.int(parts) });
    return outputs(first, parts);
  }

  /** Parts along axis 0, of the sizes given. They share the memory of the whole. */
  splitRows(a: GraphNode, sizes: readonly number[], type: DataType = DataType.float): GraphNode[] {
    if (sizes.length === 1) return [a];
    const first = this.addNode('SplitV', [a, this.integers([sizes.length], sizes), this.integers([], [0])], {
      T: attribute.type(type),
      Tlen: attribute.type(DataType.int),
      num_split: attribute.int(sizes.length),
    });
    return outputs(first, sizes.length);
  }

  /** The rows of several matrices, one under the other. */
  concatenate(nodes: readonly GraphNode[]): GraphNode {
    if (nodes.length === 1 && nodes[0] !== undefined) return nodes[0];
    return this.addNode('ConcatV2', [...nodes, this.integers([], [0])], {
      ...floats,
      N: attribute.int(nodes.length),
      Tidx: attribute.type(DataType.int),
    });
  }

  /** The rows of a matrix that `indices` name. */
  gather(matrix: GraphNode, indices: GraphNode): GraphNode {
    return this.addNode('GatherV2', [matrix, indices, this.integers([], [0])], {
      Tparams: attribute.type(DataType.float),
      Tindices: attribute.type(DataType.int),
      Taxis: attribute.type(DataType.int),
    });
  }

  /** The transpose of {@link gather}: row i of the result is the sum of the rows whose index is i. */
  scatterAdd(matrix: GraphNode, indices: GraphNode, rows: GraphNode): GraphNode {
    return this.addNode('UnsortedSegmentSum', [matrix, indices, rows], {
      ...floats,
      Tindices: attribute.type(DataType.int),
      Tnumsegments: attribute.type(DataType.int),
    });
  }

  /** The number of elements of a vector of integers. */
  size(vector: GraphNode): GraphNode {
    return this.addNode('Size', [vector], {
      T: attribute.type(DataType.int),
      out_type: attribute.type(DataType.int),
    });
  }

  /** The sum of the rows of a matrix. */
  sumRows(matrix: GraphNode): GraphNode {
    return this.reduce('Sum', matrix);
  }

  /** The mean of a vector. */
  mean(vector: GraphNode): GraphNode {
    return this.reduce('Mean', vector);
  }

  private reduce(operation: string, a: GraphNode): GraphNode {
    return this.addNode(operation, [a, this.integers([], [0])], {
      ...floats,
      Tidx: attribute.type(DataType.int),
      keep_dims: attribute.bool(false),
    });
  }

  /** Half the sum of the squares of all elements. */
  halfSquares(a: GraphNode): GraphNode {
    return this.addNode('L2Loss', [a], floats);
  }

  /** The cross-entropy of each row of logits [N, V] with its target, and its gradient by the logits. */
  crossEntropy(logits: GraphNode, targets: GraphNode): { losses: GraphNode; gradient: GraphNode } {
    const losses = this.addNode('SparseSoftmaxCrossEntropyWithLogits', [logits, targets], {
      ...floats,
      Tlabels: attribute.type(DataType.int),
    });
    return { losses, gradient: outputs(losses, 2)[1] ?? losses };
  }

  /**
   * Everything of one LSTM step's gradient but the matrix products, in one pass over memory. Of TensorFlow's LSTM
   * operations this is the one worth having: their matrix products are slow, so those are done apart.
   */
  lstmCellGradient(cell: CellGradientInputs): { cellBefore: GraphNode; gates: GraphNode } {
    const { before, unused } = cell;
    const first = this.addNode(
      'LSTMBlockCellGrad',
      [
        ...[unused.input, before.cell, before.hidden, unused.weight, unused.peephole, unused.peephole, unused.peephole],
        ...[unused.bias, cell.i, cell.cell, cell.f, cell.o, cell.g, cell.squashed],
        ...[cell.cellGradient, cell.hiddenGradient],
      ],
      { ...floats, use_peephole: attribute.bool(false) },
    );
    const [cellBefore = first, gates = first] = outputs(first, 2);
    return { cellBefore, gates };
  }

  /** The finished graph as a SavedModel file with the one tag {@link graphTag}. */
  encode(): Uint8Array {
    const graph = [...this.operations, messageField(4, [integerField(1, producerVersion)])];
    const metaGraph = [messageField(1, [bytesField(4, graphTag)]), messageField(2, graph)];
    return Buffer.concat([integerField(1, 1), messageField(2, metaGraph)]);
  }

  private constant(key: string, type: DataType, value: Attribute): GraphNode {
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const node = this.addNode('Const', [], { dtype: attribute.type(type), value });
    this.constants.set(key, node);
    return node;
  }

  /** Appends a `NodeDef` and answers its first output. */
  private addNode(
    operation: string,
    inputs: readonly GraphNode[],
    attributes: Readonly<Record<string, Attribute>>,
    name?: string,
  ): GraphNode {
    const unique = name ?? `n${this.operations.length}`;
    this.operations.push(
      messageField(1, [
        bytesField(1, unique),
        bytesField(2, operation),
        ...inputs.map((input) => bytesField(3, input)),
        ...Object.entries(attributes).map(([key, value]) =>
          messageField(5, [bytesField(1, key), bytesField(2, value)]),
        ),
      ]),
    );
    return `${unique}:0`;
  }
}

/** The tag that a SavedModel of {@link Graph.encode} is loaded by. */
export const graphTag = 'textloom';

/** What {@link Graph.lstmCellGradient} reads: all [B, H] but what is named unused. */
export interface CellGradientInputs {
  /** The state that the step began from. */
  readonly before: { readonly hidden: GraphNode; readonly cell: GraphNode };
  /** Activated gates. */
  readonly i: GraphNode;
  readonly f: GraphNode;
  readonly g: GraphNode;
  readonly o: GraphNode;
  /** The state after the step, and its tanh. */
  readonly cell: GraphNode;
  readonly squashed: GraphNode;
  /** Gradient of the loss by the state after the step. */
  readonly cellGradient: GraphNode;
  readonly hiddenGradient: GraphNode;
  /** Inputs that the operation checks the shape of and does not read: [B, 0], [H, 4H], [H], [4H]. */
  readonly unused: {
    readonly input: GraphNode;
    readonly weight: GraphNode;
    readonly peephole: GraphNode;
    readonly bias: GraphNode;
  };
}

function outputs(first: GraphNode, count: number): GraphNode[] {
  const name = first.slice(0, first.lastIndexOf(':'));
  return Array.from({ length: count }, (_, index) => `${name}:${index}`);
}
