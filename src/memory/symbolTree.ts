/** A node that has two children, or a leaf: a child below 0 is the leaf of token ~child. */
type Child = number;

/** Deeper than this, a path wouldn't fit into 32 bits. */
const deepest = 31;

/**
 * The tokens as leaves of a binary tree, so that foreseeing one is a few decisions between two sides. The more often seen, the
 * nearer to the root (Huffman, 1952). Inner nodes are numbered from the root, each before those below it.
 */
export class SymbolTree {
  /** The path to each token: its sides (0 left, 1 right) from the highest bit on. */
  readonly codes: Int32Array;
  /** How many decisions each token takes. */
  readonly depths: Uint8Array;
  /** Children of each node. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Tokens from left to right... */
  readonly leaves: Uint16Array;
  /** ...and where in them the leaves below each node start and end. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Decisions above each node, and the sides that they took, as in {@link codes}. */
  readonly levels: Uint8Array;
  readonly prefixes: Int32Array;

  /** @param counts how often each token was seen; there are two at least */
  constructor(counts: ArrayLike<number>) {
    const vocabularySize = counts.length;
    const shape = shallowEnough(counts);
    this.codes = new Int32Array(vocabularySize);
    this.depths = new Uint8Array(vocabularySize);
    const inner = vocabularySize - 1;
    [this.left, this.right] = [new Int32Array(inner), new Int32Array(inner)];
    [this.starts, this.ends] = [new Uint32Array(inner), new Uint32Array(inner)];
    this.levels = new Uint8Array(inner);
    this.prefixes = new Int32Array(inner);
    this.leaves = new Uint16Array(vocabularySize);
    let nodes = 0;
    let leaves = 0;
    const walk = (node: Shape, code: number, depth: number): Child => {
      if (node.token !== undefined) {
        this.codes[node.token] = code;
        this.depths[node.token] = depth;
        this.leaves[leaves++] = node.token;
        return ~node.token;
      }
      const at = nodes++;
      this.levels[at] = depth;
      this.prefixes[at] = code;
      this.starts[at] = leaves;
      this.left[at] = walk(node.left, code, depth + 1);
      this.right[at] = walk(node.right, code | (1 << (31 - depth)), depth + 1);
      this.ends[at] = leaves;
      return at;
    };
    walk(shape, 0, 0);
  }

  /** Inner nodes. */
  get nodes(): number {
    return this.left.length;
  }

  /** Whether the root is a node: else there is one token only. */
  get hasNodes(): boolean {
    return this.nodes > 0;
  }
}

type Shape =
  | { readonly weight: number; readonly token: number }
  | { readonly weight: number; readonly token?: undefined; readonly left: Shape; readonly right: Shape };

function shallowEnough(counts: ArrayLike<number>): Shape {
  for (let divisor = 1; ; divisor *= 4) {
    const shape = huffman(Array.from(counts, (count) => Math.ceil(count / divisor) + 1));
    if (depthOf(shape) <= deepest) return shape;
  }
}

function huffman(weights: readonly number[]): Shape {
  const single: Shape[] = weights.map((weight, token) => ({ weight, token }));
  single.sort((a, b) => a.weight - b.weight || (a.token ?? 0) - (b.token ?? 0));
  const joined: Shape[] = [];
  let nextSingle = 0;
  let nextJoined = 0;
  const lightest = (): Shape | undefined => {
    const one = single[nextSingle];
    const other = joined[nextJoined];
    if (one !== undefined && (other === undefined || one.weight <= other.weight)) return single[nextSingle++];
    return joined[nextJoined++];
  };
  for (;;) {
    const left = lightest();
    const right = lightest();
    if (left === undefined) throw new RangeError('A tree needs a token.');
    if (right === undefined) return left;
    joined.push({ weight: left.weight + right.weight, left, right });
  }
}

function depthOf(shape: Shape): number {
  return shape.token === undefined ? 1 + Math.max(depthOf(shape.left), depthOf(shape.right)) : 0;
}
