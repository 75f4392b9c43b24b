import { totalmem } from 'node:os';
import { formatCount, plural } from '../../base/format';
import { type Architecture, parameterCount } from '../../model/architecture';
import type { Hyperparameters } from '../../model/hyperparameters';

/** What of a training's hyperparameters decides how much memory it takes. */
type Sizes = Pick<Hyperparameters, 'architecture' | 'sequenceLength' | 'batchSize'>;

/** The model that is asked for doesn't fit into this machine's memory. The message is one sentence that says what would help. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/**
 * Numbers that a training holds for each parameter: the weights, their average, two moments and the gradient in the engine;
 * all of these but the gradient once more where a run goes back to, and while a checkpoint is written.
 */
const copies = 5 + 4 + 4;
/** Numbers for each unit of a layer at each position of a batch: gates, states and their gradients. */
const traces = 16;
const bytesOfNumber = 4;

/** Share of the memory that a training may want: the rest of the machine has to live as well. */
const most = 0.9;

/** Bytes that a training takes at the least, about. */
export function memoryNeeded({ architecture, sequenceLength, batchSize }: Sizes): number {
  const { hiddenSize, layers, vocabularySize, embeddingSize } = architecture;
  const position = layers * traces * hiddenSize + 2 * (vocabularySize + embeddingSize);
  return bytesOfNumber * (copies * parameterCount(architecture) + sequenceLength * batchSize * position);
}

/** Bytes that this process may have: the machine's, or what its container leaves it. */
export function memoryThere(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/**
 * Refuses what can't be trained here, before anything of it is set up.
 * @throws TooLargeError
 */
export function requireMemory(sizes: Sizes, there = memoryThere()): void {
  const needed = memoryNeeded(sizes);
  if (needed <= most * there) return;
  const { layers, hiddenSize } = sizes.architecture;
  const model = `${plural(layers, 'layer')} of ${formatCount(hiddenSize)} units`;
  throw new TooLargeError(
    `To train ${model} takes about ${gigabytes(needed)}, and there are ${gigabytes(there)} here: take fewer or smaller layers, or a smaller batch.`,
  );
}

/** The smallest model that a wish leaves open, by which it can be refused before any text is read. */
export function leastArchitecture(
  wish: Partial<Pick<Architecture, 'hiddenSize' | 'layers' | 'embeddingSize'>>,
): Architecture {
  const { hiddenSize = 1, layers = 1, embeddingSize = 1 } = wish;
  return { vocabularySize: 2, embeddingSize, hiddenSize, layers, tied: false };
}

function gigabytes(bytes: number): string {
  const count = bytes / 2 ** 30;
  return `${count.toLocaleString('en', { maximumFractionDigits: count < 10 ? 1 : 0 })} GB`;
}
