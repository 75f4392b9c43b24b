import type { Batch } from '../../model/model';
import type { Corpus } from '../corpus';
import { type BatchOptions, emptyBatch, largestStreams, type TrainingBatches } from './batches';
import { trainingBatches } from './itemBatches';

/** Held-out text is read by this share of the streams, as far as there is enough of it. */
const heldOutStreams = 0.5;

/** In a step it comes up at most so many times as often as its share of the text: else a long run would learn it by heart. */
const oftener = 10;

/** Held-out text, and beside it text that has been trained on, so that nothing of that is forgotten. */
export class FinishingBatches {
  private readonly batch: Batch;
  private readonly parts: readonly { readonly batches: TrainingBatches; readonly first: number }[];

  /** @throws RangeError where nothing is held out */
  constructor(corpus: Corpus, options: Omit<BatchOptions, 'lineEnds'>) {
    const { length, streams } = options;
    const heldOut: Pick<Corpus, 'training' | 'itemRanges' | 'tokenizer'> = {
      training: corpus.validation,
      tokenizer: corpus.tokenizer,
      ...(corpus.heldOutItemRanges && { itemRanges: corpus.heldOutItemRanges }),
    };
    const first = streamsOf(corpus, length, streams);
    this.batch = emptyBatch(length, streams);
    this.parts = [
      { batches: trainingBatches(heldOut, { ...options, streams: first }), first: 0 },
      ...(first < streams
        ? [{ batches: trainingBatches(corpus, { ...options, streams: streams - first }), first }]
        : []),
    ];
  }

  /** The next batch. Valid until the next call. The first resets every stream. */
  next(): Batch {
    for (const { batches, first } of this.parts) layBeside(this.batch, batches.next(), first);
    return this.batch;
  }
}

/** How many streams read held-out text: at least one. */
function streamsOf({ training, validation }: Corpus, length: number, streams: number): number {
  const share = Math.min(heldOutStreams, (oftener * validation.length) / (training.length + validation.length));
  const most = Math.min(largestStreams(validation.length, length), Math.max(1, streams - 1));
  return Math.max(1, Math.min(Math.round(share * streams), most));
}

/** Writes a batch of fewer streams into a larger one's columns from `first` on. */
function layBeside(into: Batch, from: Batch, first: number): void {
  for (let t = 0; t < from.length; t++) {
    for (let stream = 0; stream < from.streams; stream++) {
      const [target, source] = [t * into.streams + first + stream, t * from.streams + stream];
      into.inputs[target] = from.inputs[source] ?? 0;
      into.targets[target] = from.targets[source] ?? 0;
      into.resets[target] = from.resets[source] ?? 0;
    }
  }
}
