import type { Batch } from '../../model/batch';
import { Random } from '../../model/model';
import type { Corpus, TokenRange, TokenSequence } from '../corpus';
import { endOfDocument } from '../tokenizers/tokenizer';
import {
  type BatchOptions,
  type BatchPosition,
  BatchStream,
  emptyBatch,
  lineEndsOf,
  type TrainingBatches,
} from './batches';

/** More parts than this are not told apart: neighbours in the file are then read together. Bounds the memory they take. */
const mostParts = 2 ** 20;

/** Tokens of a text that is no list, read from a line's start on before another part comes up: some thousand. */
const passage = 3000;

/** Ids read at a time. */
const block = 65_536;

/**
 * Lays out a corpus of items for training: an epoch reads each item once, whole, in an order drawn anew. Streams take the
 * items up one after the other; each starts with {@link endOfDocument}, where the state is zeroed, and nothing that
 * comes before it in the sequence has it as a target. What isn't made of items is read in passages that start where a line does.
 */
export class ItemBatches implements TrainingBatches {
  private readonly batch: Batch;
  private readonly parts: Parts;
  private readonly row: Uint16Array;
  private random: Random;
  private read = 0;
  private taken = 0;
  /** The epoch that {@link order} is for. */
  private epoch = -1;
  private readonly order: Uint32Array;
  /** By stream: its part, and how many of the part's tokens it has read. */
  private readonly places: Float64Array;

  /** @throws RangeError for a sequence with nothing to predict. */
  constructor(
    private readonly sequence: TokenSequence,
    ranges: readonly TokenRange[],
    private readonly options: BatchOptions,
    limit = mostParts,
  ) {
    this.batch = emptyBatch(options.length, options.streams);
    this.row = new Uint16Array(options.length + 1);
    this.parts = findParts(sequence, ranges, options.lineEnds, limit);
    if (this.parts.count === 0) throw new RangeError('A sequence without items has nothing to predict.');
    this.order = new Uint32Array(this.parts.count);
    this.places = new Float64Array(2 * options.streams).fill(-1);
    this.random = Random.seeded(options.seed, 'batches');
  }

  get epochs(): number {
    return this.taken / this.parts.count;
  }

  get position(): BatchPosition {
    return { read: this.read, random: this.random.state, items: { taken: this.taken, places: [...this.places] } };
  }

  /** Of a position that isn't of these items, as after the text has changed, only what still makes sense counts. */
  restore({ read, random, items }: BatchPosition): void {
    this.read = read;
    this.random = Random.restored(random);
    this.taken = items?.taken ?? 0;
    const { count, ends, starts } = this.parts;
    const places = items?.places.length === this.places.length ? items.places : [];
    this.places.fill(-1);
    for (let place = 0; place + 1 < places.length; place += 2) {
      const [part = -1, done = 0] = places.slice(place, place + 2);
      if (part < 0 || part >= count || done > (ends[part] ?? 0) - (starts[part] ?? 0)) continue;
      this.places[place] = part;
      this.places[place + 1] = done;
    }
  }

  next(): Batch {
    for (let stream = 0; stream < this.options.streams; stream++) this.fill(stream);
    this.read += this.options.length;
    return this.batch;
  }

  /** One stream's column: the rest of its part, then as many others as there is room for. */
  private fill(stream: number): void {
    const { starts, ends } = this.parts;
    const { length } = this.options;
    for (let t = 0; t < length;) {
      let part = this.places[2 * stream] ?? -1;
      let done = this.places[2 * stream + 1] ?? 0;
      if (part < 0 || (starts[part] ?? 0) + done + 1 >= (ends[part] ?? 0)) {
        part = this.take();
        done = 0;
      }
      const from = (starts[part] ?? 0) + done;
      const read = Math.min(length - t + 1, (ends[part] ?? 0) - from);
      const row = this.row.subarray(0, read);
      this.sequence.read(from, row);
      if (done === 0) row[0] = endOfDocument;
      const laid = this.layOut(row, t, stream, this.parts.passages[part] === 1);
      this.places[2 * stream] = part;
      this.places[2 * stream + 1] = done + read - 1;
      t += laid;
    }
  }

  /** Writes what a row holds into a column, but for pairs within a part that lead over to its next item. @returns how many */
  private layOut(row: Uint16Array, t: number, stream: number, keepsEnds: boolean): number {
    const { inputs, targets, resets, streams } = this.batch;
    let cell = t * streams + stream;
    let laid = 0;
    for (let i = 0; i + 1 < row.length; i++) {
      const [input = 0, target = 0] = [row[i], row[i + 1]];
      if (target === endOfDocument && !keepsEnds) continue;
      inputs[cell] = input;
      targets[cell] = target;
      resets[cell] = input === endOfDocument ? 1 : 0;
      cell += streams;
      laid++;
    }
    return laid;
  }

  private take(): number {
    const { count } = this.parts;
    const epoch = Math.floor(this.taken / count);
    if (epoch !== this.epoch) this.shuffle(epoch);
    return this.order[this.taken++ % count] ?? 0;
  }

  /** The order of an epoch: a permutation that its number and the seed alone draw (Fisher and Yates, 1938). */
  private shuffle(epoch: number): void {
    const { order } = this;
    const random = Random.seeded(this.options.seed, `items of epoch ${epoch}`);
    for (let i = 0; i < order.length; i++) order[i] = i;
    for (let i = order.length - 1; i > 0; i--) {
      const other = random.below(i + 1);
      const kept = order[i] ?? 0;
      order[i] = order[other] ?? 0;
      order[other] = kept;
    }
    this.epoch = epoch;
  }
}

/** What a corpus is trained on, batch by batch: its items where it has any, else the sequence as it stands. */
export function trainingBatches(
  { training, itemRanges, tokenizer }: Pick<Corpus, 'training' | 'itemRanges' | 'tokenizer'>,
  options: Omit<BatchOptions, 'lineEnds'>,
): TrainingBatches {
  const layout = { ...options, lineEnds: lineEndsOf(tokenizer) };
  return itemRanges === undefined ? new BatchStream(training, layout) : new ItemBatches(training, itemRanges, layout);
}

/** Parts of a sequence that are read in one go: items, or passages of other text. */
interface Parts {
  readonly count: number;
  /** Where each part's first token stands; what is read first is {@link endOfDocument}, whatever stands there. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** 1 for a passage: where it leads over to its document's end, that is to be learned. */
  readonly passages: Uint8Array;
}

function findParts(
  sequence: TokenSequence,
  ranges: readonly TokenRange[],
  lineEnds: Uint8Array | undefined,
  limit: number,
): Parts {
  const builder = new PartsBuilder();
  const items = countItems(sequence, ranges);
  const together = Math.max(1, Math.ceil(items / limit));
  let place = 0;
  for (const { start, end } of [...ranges, { start: sequence.length, end: sequence.length }]) {
    if (start > place) addPassages(sequence, { start: place, end: start }, lineEnds, builder);
    if (end > start) addItems(sequence, { start, end }, together, builder);
    place = end;
  }
  return builder.finish();
}

function countItems(sequence: TokenSequence, ranges: readonly TokenRange[]): number {
  let count = 0;
  for (const range of ranges)
    for (const { ids } of blocksOf(sequence, range)) for (const id of ids) if (id === 0) count++;
  return count;
}

/** So many items to a part, the last part with what is left. */
function addItems(sequence: TokenSequence, range: TokenRange, together: number, builder: PartsBuilder): void {
  let start = range.start;
  let items = 0;
  for (const { ids, offset } of blocksOf(sequence, range)) {
    for (let at = ids.indexOf(endOfDocument); at >= 0; at = ids.indexOf(endOfDocument, at + 1)) {
      if (items++ === 0 || items <= together) continue;
      builder.add(start, offset + at, false);
      start = offset + at;
      items = 1;
    }
  }
  builder.add(start, range.end, false);
}

/** Passages of other text: each starts where a document or a line does, and ends where the next starts. */
function addPassages(
  sequence: TokenSequence,
  range: TokenRange,
  lineEnds: Uint8Array | undefined,
  builder: PartsBuilder,
): void {
  let start = range.start;
  for (const { ids, offset } of blocksOf(sequence, range)) {
    for (let i = 0; i < ids.length; i++) {
      const place = offset + i;
      const id = ids[i] ?? 0;
      const isLine = lineEnds?.[id] === 1 && place - start >= passage;
      if (place === range.start || (id !== endOfDocument && !isLine)) continue;
      builder.add(start, place + 1, true);
      start = place;
    }
  }
  builder.add(start, range.end, true);
}

function* blocksOf(
  sequence: TokenSequence,
  { start, end }: TokenRange,
): Generator<{ readonly ids: Uint16Array; readonly offset: number }, void, void> {
  const room = new Uint16Array(Math.min(block, end - start));
  for (let offset = start; offset < end; offset += room.length) {
    const ids = room.subarray(0, Math.min(room.length, end - offset));
    sequence.read(offset, ids);
    yield { ids, offset };
  }
}

class PartsBuilder {
  private starts = new Float64Array(1024);
  private ends = new Float64Array(1024);
  private passages = new Uint8Array(1024);
  private count = 0;

  /** Adds a part, unless there is nothing in it to predict. */
  add(start: number, end: number, isPassage: boolean): void {
    if (end - start < 2) return;
    if (this.count === this.starts.length) {
      this.starts = grown(this.starts, new Float64Array(2 * this.count));
      this.ends = grown(this.ends, new Float64Array(2 * this.count));
      this.passages = grown(this.passages, new Uint8Array(2 * this.count));
    }
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.passages[this.count++] = isPassage ? 1 : 0;
  }

  finish(): Parts {
    const { count, starts, ends, passages } = this;
    return { count, starts, ends, passages };
  }
}

function grown<T extends Float64Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
