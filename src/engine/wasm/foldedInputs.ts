import type { Allocator } from './allocator';
import { panelStride } from './batchMemory';
import type { Kernels } from './kernels';
import { lineBytes, type PanelCounts } from './parameterLayout';

/** The largest table that is kept whole; of a larger one, only as many rows as are worked out together. */
const largestTable = 64 << 20;

/** Rows worked out together: a product reads all weights, for one row as for many. */
const rowsAtOnce = 128;

/** What a {@link FoldedInputs} reads: addresses of the embedding (row-major), of the first layer's weights and its bias. */
export interface FoldedWeights {
  readonly embedding: number;
  readonly input: number;
  readonly bias: number;
}

/**
 * For each token, what it adds to the first layer's gates: a row of a table, worked out when it is first needed. A small
 * vocabulary's rows are worked out together, else those of the tokens that are about to be read. A row has the same bits
 * whichever others it is worked out with.
 */
export class FoldedInputs {
  private readonly keepsAll: boolean;
  /** Tokens that can be prepared at a time. */
  readonly capacity: number;
  private readonly table: number;
  private readonly rowBytes: number;
  /** One number a row: which token it belongs to. */
  private readonly ids: number;
  private readonly stride: number;
  private readonly embedded: number;
  private readonly gates: number;
  /** For each token its row in the table, or -1. */
  private readonly rows: Int32Array;

  constructor(
    private readonly vocabularySize: number,
    private readonly panels: PanelCounts,
    private readonly weights: FoldedWeights,
    memory: Allocator,
  ) {
    this.rowBytes = panels.gates * lineBytes;
    this.keepsAll = vocabularySize * this.rowBytes <= largestTable;
    this.capacity = Math.min(rowsAtOnce, vocabularySize);
    this.stride = panelStride(this.capacity);
    this.table = memory.bytes((this.keepsAll ? vocabularySize : this.capacity) * this.rowBytes);
    this.ids = memory.floats(2 * this.capacity);
    this.embedded = memory.bytes(panels.embedding * this.stride);
    this.gates = memory.bytes(panels.gates * this.stride);
    this.rows = new Int32Array(vocabularySize).fill(-1);
  }

  /** The address of a token's row. @throws RangeError when it is not of the vocabulary. */
  row(kernels: Kernels, integers: Int32Array, token: number): number {
    this.check(token);
    if (this.rows[token] === -1) this.prepare(kernels, integers, Uint16Array.of(token));
    return this.table + (this.rows[token] ?? 0) * this.rowBytes;
  }

  /**
   * Works out the rows of tokens that are about to be read, at most {@link capacity} of them.
   * @throws RangeError when one is not of the vocabulary.
   */
  prepare(kernels: Kernels, integers: Int32Array, tokens: Uint16Array): void {
    tokens.forEach((token) => this.check(token));
    const wanted = [...new Set(tokens)];
    const missing = wanted.filter((token) => this.rows[token] === -1);
    if (missing.length === 0) return;
    if (this.capacity === this.vocabularySize) this.fold(kernels, integers, [...this.rows.keys()]);
    else this.fold(kernels, integers, this.keepsAll ? missing : wanted);
  }

  private fold(kernels: Kernels, integers: Int32Array, tokens: readonly number[]): void {
    const { panels, weights, stride, embedded, gates, ids, rowBytes } = this;
    if (!this.keepsAll) this.rows.fill(-1);
    const places = ids + 4 * this.capacity;
    tokens.forEach((token, index) => {
      const place = this.keepsAll ? token : index;
      integers[ids / 4 + index] = token;
      integers[places / 4 + index] = place;
      this.rows[token] = place;
      kernels.clear(this.table + place * rowBytes, rowBytes);
    });
    kernels.gatherRows(embedded, stride, weights.embedding, panels.embedding * lineBytes, ids, tokens.length);
    const { input, bias } = weights;
    kernels.multiply(gates, embedded, stride, tokens.length, panels.embedding, input, panels.gates, bias, lineBytes, 0);
    // Adds to the rows, which are zero.
    kernels.scatterRows(this.table, rowBytes, gates, stride, places, tokens.length);
  }

  private check(token: number): void {
    if (token < this.vocabularySize) return;
    throw new RangeError(`Token ${token} is not in this model's vocabulary of ${this.vocabularySize}.`);
  }
}
