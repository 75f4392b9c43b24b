import type { Batch } from '../../model/model';
import type { ForwardMemory } from './batchMemory';

/** Puts batches into memory as the kernels read them: positions by slot of their token, and masks for the resets. */
export class BatchWriter {
  /** For each token, the number of the batch that used it last, and its slot there. */
  private readonly seen: Int32Array;
  private readonly slot: Int32Array;
  private batches = 0;

  constructor(private readonly vocabularySize: number) {
    this.seen = new Int32Array(vocabularySize);
    this.slot = new Int32Array(vocabularySize);
  }

  /**
   * Writes a batch; tokens get their slots in the order of their first use.
   * @returns how many distinct tokens it reads.
   * @throws RangeError when an id is not of the vocabulary.
   */
  write({ inputs, targets, resets }: Batch, memory: ForwardMemory, integers: Int32Array): number {
    const { length, streams } = memory;
    const positions = length * streams;
    const slots = memory.slots / 4;
    const used = memory.used / 4;
    const wanted = memory.targets / 4;
    const keep = memory.keep / 4;
    const current = ++this.batches;
    let count = 0;
    for (let position = 0; position < positions; position++) {
      const token = inputs[position] ?? this.vocabularySize;
      const target = targets[position] ?? this.vocabularySize;
      if (token >= this.vocabularySize || target >= this.vocabularySize)
        throw this.unknownToken(Math.max(token, target));
      if (this.seen[token] !== current) {
        this.seen[token] = current;
        this.slot[token] = count;
        integers[used + count++] = token;
      }
      integers[slots + position] = this.slot[token] ?? 0;
      integers[wanted + position] = target;
      integers[keep + position] = resets[position] === 0 ? -1 : 0;
    }
    integers.fill(-1, keep + positions, keep + positions + streams);
    return count;
  }

  private unknownToken(token: number): RangeError {
    return new RangeError(`Token ${token} is not in this model's vocabulary of ${this.vocabularySize}.`);
  }
}
