/**
 * corpus/tokens/: text as numbers: encoded, split into training and unseen text, kept on disk, laid out as batches.
 */
import { type Batch, Random, type RandomState } from '../../model/model';
import type { TokenSequence } from '../corpus';
import { endOfDocument } from '../tokenizers/tokenizer';

/** How a sequence is laid out for training. */
export interface BatchOptions {
  /** Time steps of a batch, T. */
  readonly length: number;
  /** Parallel streams, B: at most {@link largestStreams}. */
  readonly streams: number;
  /** Probability that a stream is reset at the start of a batch. */
  readonly resetProbability: number;
  readonly seed: number;
}

/** Where a {@link BatchStream} stands: plain JSON. */
export interface BatchPosition {
  /** Tokens that each stream has read. */
  readonly read: number;
  readonly random: RandomState;
}

/** A stream is worth its carried state where it reads this many batches before it has seen what its neighbour began with. */
const fewestBatches = 2;

/** The most streams that a sequence of so many tokens feeds sensibly; at least 1. */
export function largestStreams(tokens: number, length: number): number {
  return Math.max(1, Math.floor((tokens - 1) / (length * fewestBatches)));
}

/**
 * Lays a sequence out as parallel streams, evenly spaced on a ring, for truncated back-propagation: each batch goes on
 * where the last one ended, so that state can be carried, and every position of every batch has a target. In each
 * {@link epochLength} tokens a stream, all streams together read each position once; then each goes on through the next
 * one's part. The place where the first stream starts is drawn from the seed.
 */
export class BatchStream {
  /** Its arrays are overwritten by the next batch. */
  private readonly batch: Batch;
  private readonly row: Uint16Array;
  /** Pairs of an input and its target. */
  private readonly pairs: number;
  private readonly start: number;
  private random: Random;
  private read = 0;

  /** @throws RangeError for a sequence of fewer than two tokens. */
  constructor(
    private readonly sequence: TokenSequence,
    private readonly options: BatchOptions,
  ) {
    this.pairs = sequence.length - 1;
    if (this.pairs < 1) throw new RangeError('A sequence of fewer than two tokens has nothing to predict.');
    this.batch = emptyBatch(options.length, options.streams);
    this.row = new Uint16Array(options.length + 1);
    this.random = Random.seeded(options.seed, 'batches');
    this.start = this.random.below(this.pairs);
  }

  /** Tokens that each stream reads until all together have read the sequence once. */
  get epochLength(): number {
    return this.pairs / this.options.streams;
  }

  /** How often the whole sequence has been read. */
  get epochs(): number {
    return this.read / this.epochLength;
  }

  /** Save it beside the model to go on exactly here later. */
  get position(): BatchPosition {
    return { read: this.read, random: this.random.state };
  }

  /** Goes to a position that a stream of the same sequence and options was at. */
  restore(position: BatchPosition): void {
    this.read = position.read;
    this.random = Random.restored(position.random);
  }

  /** The next batch. Valid until the next call. */
  next(): Batch {
    const { batch } = this;
    const { length, streams, resetProbability } = this.options;
    for (let stream = 0; stream < streams; stream++) {
      const spacing = Math.floor((stream * this.pairs) / streams);
      this.fill(stream, (this.start + spacing + this.read) % this.pairs);
      const dropped = this.random.uniform() < resetProbability;
      if (dropped || this.read === 0) batch.resets[stream] = 1;
    }
    this.read += length;
    return batch;
  }

  /** One stream's column, from `place` on, round the ring. */
  private fill(stream: number, place: number): void {
    const { length } = this.options;
    for (let t = 0, from = place; t < length; from = 0) {
      const taken = Math.min(length - t, this.pairs - from);
      const row = taken === length ? this.row : this.row.subarray(0, taken + 1);
      this.sequence.read(from, row);
      layOut(this.batch, row, taken, t, stream);
      t += taken;
    }
  }
}

/** Writes `count` inputs of a row, and the token after each as its target, into a column from time `t` on. */
export function layOut(batch: Batch, row: Uint16Array, count: number, t: number, stream: number): void {
  const { inputs, targets, resets, streams } = batch;
  let cell = t * streams + stream;
  for (let i = 0; i < count; i++, cell += streams) {
    const input = row[i] ?? 0;
    inputs[cell] = input;
    targets[cell] = row[i + 1] ?? 0;
    resets[cell] = input === endOfDocument ? 1 : 0;
  }
}

/** A batch with its arrays, all zero. */
export function emptyBatch(length: number, streams: number): Batch {
  const cells = length * streams;
  return {
    length,
    streams,
    inputs: new Uint16Array(cells),
    targets: new Uint16Array(cells),
    resets: new Uint8Array(cells),
  };
}
