/** Up to this vocabulary every row of the embedding counts as in use: looking for the used ones would save nothing. */
const smallVocabulary = 1024;

/** The rows in use are filled up to a multiple of this, so that few different shapes of matrices occur. */
const granularity = 128;

/**
 * The distinct tokens of a batch, so that the first layer's product is computed once for each of them and not for the
 * whole of a large vocabulary. The arrays are used again by the next batch.
 */
export class RowsInUse {
  private readonly all: Int32Array | undefined;
  private readonly rows: Int32Array;
  /** Place of each token in `#rows`, where `#seen` says that it has one in the present batch. */
  private readonly places: Int32Array;
  private readonly seen: Int32Array;
  private readonly positions: Int32Array;
  private batch = 0;

  constructor(vocabularySize: number, positions: number) {
    const small = vocabularySize <= smallVocabulary;
    this.all = small ? Int32Array.from({ length: vocabularySize }, (_, token) => token) : undefined;
    this.rows = new Int32Array(small ? 0 : Math.ceil(positions / granularity) * granularity);
    this.places = new Int32Array(small ? 0 : vocabularySize);
    this.seen = new Int32Array(small ? 0 : vocabularySize);
    this.positions = new Int32Array(positions);
  }

  /** Which rows the tokens use, padded with row 0, and where among those the row of each token is. */
  find(tokens: Uint16Array): { rows: Int32Array; positions: Int32Array } {
    if (this.all !== undefined) {
      this.positions.set(tokens);
      return { rows: this.all, positions: this.positions };
    }
    const batch = ++this.batch;
    let count = 0;
    tokens.forEach((token, position) => {
      if (this.seen[token] !== batch) {
        this.seen[token] = batch;
        this.places[token] = count;
        this.rows[count++] = token;
      }
      this.positions[position] = this.places[token] ?? 0;
    });
    const padded = Math.ceil(count / granularity) * granularity;
    this.rows.fill(0, count, padded);
    return { rows: this.rows.subarray(0, padded), positions: this.positions };
  }
}
