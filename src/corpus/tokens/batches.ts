/**
 * corpus/tokens/: text as numbers: encoded, split into training and unseen text, kept on disk, laid out as batches.
 */
import { type Batch, Random, type RandomState } from '../../model/model';
import type { TokenSequence } from '../corpus';
import { endOfDocument, type Tokenizer } from '../tokenizers/tokenizer';

/** What training reads its batches from. */
export interface TrainingBatches {
  /** How often the whole sequence has been read. */
  readonly epochs: number;
  /** Save it beside the model to go on exactly here later. */
  readonly position: BatchPosition;
  /** Goes to a position that batches of the same sequence and options were at. */
  restore(position: BatchPosition): void;
  /** The next batch. Valid until the next call. */
  next(): Batch;
}

/** How a sequence is laid out for training. */
export interface BatchOptions {
  /** Time steps of a batch, T. */
  readonly length: number;
  /** Parallel streams, B: at most {@link largestStreams}. */
  readonly streams: number;
  /** Probability that a stream is reset at the start of a batch; with {@link lineEnds}, oftener, where a line starts. */
  readonly resetProbability: number;
  /**
   * 1 for each token that ends a line. Then a reset comes after one of these, which is read as {@link endOfDocument}: so
   * what follows that token is the start of a document or of a line. Left out: resets come anywhere.
   */
  readonly lineEnds?: Uint8Array;
  readonly seed: number;
}

/** Where a {@link BatchStream} stands: plain JSON. */
export interface BatchPosition {
  /** Tokens that each stream has read. */
  readonly read: number;
  readonly random: RandomState;
  /** Of items: parts taken so far, and for each stream its part and how much of it is read. See itemBatches.ts. */
  readonly items?: { readonly taken: number; readonly places: readonly number[] };
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
export class BatchStream implements TrainingBatches {
  /** Its arrays are overwritten by the next batch. */
  private readonly batch: Batch;
  private readonly row: Uint16Array;
  /** Pairs of an input and its target. */
  private readonly pairs: number;
  private readonly start: number;
  private random: Random;
  private read = 0;
  /** Probability that a stream is reset where a line starts. */
  private readonly lineResets: number;

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
    const { lineEnds, resetProbability, length } = options;
    this.lineResets =
      lineEnds === undefined
        ? 0
        : Math.min(mostLineResets, (oftener * resetProbability * lineLength(sequence, lineEnds)) / length);
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
    const { length, streams, resetProbability, lineEnds } = this.options;
    for (let stream = 0; stream < streams; stream++) {
      const spacing = Math.floor((stream * this.pairs) / streams);
      this.fill(stream, (this.start + spacing + this.read) % this.pairs);
      if (lineEnds === undefined) {
        const dropped = this.random.uniform() < resetProbability;
        if (dropped || this.read === 0) batch.resets[stream] = 1;
      } else {
        if (this.read === 0) batch.resets[stream] = 1;
        this.resetAtLines(stream, lineEnds);
      }
    }
    this.read += length;
    return batch;
  }

  /** Has some of the lines that start in a stream's column start as documents do. */
  private resetAtLines(stream: number, lineEnds: Uint8Array): void {
    const { inputs, resets, streams } = this.batch;
    for (let cell = stream; cell < inputs.length; cell += streams) {
      if (lineEnds[inputs[cell] ?? 0] !== 1 || this.random.uniform() >= this.lineResets) continue;
      inputs[cell] = endOfDocument;
      resets[cell] = 1;
    }
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

/**
 * A start after {@link endOfDocument} must be learned from a few hundred of them, and costs less than a reset within a line: it
 * comes so many times as often.
 */
const oftener = 5;

/** Of the lines that start, at most this share is reset. */
const mostLineResets = 0.5;

/** Tokens that are looked at to tell how long lines are: so many from each of some places. */
const sampled = { places: 16, tokens: 4096 };

/** About how many tokens a line has; those looked at where none of them ends one. */
function lineLength(sequence: TokenSequence, lineEnds: Uint8Array): number {
  const block = new Uint16Array(Math.min(sampled.tokens, sequence.length));
  let [tokens, lines] = [0, 0];
  for (let place = 0; place < sampled.places; place++) {
    sequence.read(Math.floor(((sequence.length - block.length) * place) / (sampled.places - 1)), block);
    for (const token of block) lines += lineEnds[token] ?? 0;
    tokens += block.length;
  }
  return tokens / Math.max(1, lines);
}

/** 1 for each token of a tokeniser whose text ends a line. */
export function lineEndsOf(tokenizer: Tokenizer): Uint8Array {
  return Uint8Array.from({ length: tokenizer.vocabularySize }, (_, token) =>
    tokenizer.decode([token]).endsWith('\n') ? 1 : 0,
  );
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
