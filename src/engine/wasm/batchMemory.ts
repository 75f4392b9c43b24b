import { type Architecture, hasProjection } from '../../model/model';
import { Allocator } from './allocator';
import { lineBytes, panelCount } from './parameterLayout';
import type { Address, Bytes, Rows, Times } from './units';

/** Floats of logits kept at a time: a batch with more is worked off in chunks of time steps. */
const logitsAtOnce = 1 << 22;

/** A run of time steps. */
export interface Chunk {
  readonly start: Times;
  readonly length: Times;
}

/** What the forward pass of one LSTM layer leaves, each [time][panel][stream][16]; see {@link ForwardMemory.kept}. */
interface LayerMemory {
  /** Gates: first their inputs, then activated, then (in the backward pass) the gradient of their inputs. */
  readonly gates: Address;
  /** States as each time reads them: zero where reset; one time more than are kept, for what is carried on. */
  readonly hidden: Address;
  readonly cell: Address;
  /** What goes up to the next layer, after dropout. */
  readonly output: Address;
  readonly cellTanh: Address;
}

/** Where everything of one batch lies that the forward pass reads and writes. */
export interface ForwardMemory {
  readonly length: Times;
  readonly streams: Rows;
  /** Times whose gates and states are kept: all for the backward pass; otherwise the times take turns in so many places. */
  readonly kept: Times;
  /** Bytes from panel to panel of activations: an odd number of lines, so that panels spread over a cache's sets. */
  readonly stride: Bytes;
  /** Bytes from panel to panel of rows of the vocabulary. */
  readonly tableStride: Bytes;
  /** The runs of time steps whose logits are in memory together: one, unless the vocabulary is large. */
  readonly chunks: readonly Chunk[];
  /** The distinct tokens of the batch, a 32-bit id each. */
  readonly used: Address;
  /** For each position, which of those it reads. */
  readonly slots: Address;
  readonly targets: Address;
  /** For each position, 32 bits of ones, or zeros where the state is reset before it; one row more, all ones. */
  readonly keep: Address;
  /** Embedding rows of the used tokens, and what the first layer's gates get from them. */
  readonly embedded: Address;
  readonly table: Address;
  readonly layers: readonly LayerMemory[];
  /** Output of the projection, where there is one; else the last layer's output. */
  readonly headInput: Address;
  readonly logits: Address;
  /** For each position, sum of exponentials and, first, distance of the target from the largest logit, then the loss. */
  readonly sums: Address;
  readonly losses: Address;
  readonly scratch: Address;
  readonly end: Address;
}

/** What the backward pass needs beside it. */
export interface BackwardMemory {
  readonly tableGradient: Address;
  readonly embeddedGradient: Address;
  /** Gradient by a layer's output, and by the head's input where that is another. */
  readonly outputGradient: Address;
  readonly headInputGradient: Address;
  /** Gradients by the state handed on, of one time. */
  readonly hiddenGradient: Address;
  readonly cellGradient: Address;
  readonly end: Address;
}

/** Bytes from panel to panel where each has this many rows. */
export function panelStride(rows: Rows): Bytes {
  return (rows | 1) * lineBytes;
}

/** Lays out a forward pass from address `start` on, of which `kept` times are kept. */
export function layOutForward(
  architecture: Architecture,
  length: Times,
  streams: Rows,
  kept: Times,
  start: Address,
): ForwardMemory {
  const { vocabularySize, embeddingSize, hiddenSize, layers } = architecture;
  const memory = new Allocator(start);
  const stride = panelStride(streams);
  const positions = length * streams;
  const usedAtMost = Math.min(vocabularySize, positions);
  const tableStride = panelStride(usedAtMost);
  const hidden = panelCount(hiddenSize);
  const vocabulary = panelCount(vocabularySize);
  const embedding = panelCount(embeddingSize);
  const chunk = Math.max(1, Math.min(length, Math.floor((logitsAtOnce * 4) / (vocabulary * stride))));
  const layer = (): LayerMemory => ({
    gates: memory.bytes(kept * 4 * hidden * stride),
    hidden: memory.bytes((kept + 1) * hidden * stride),
    cell: memory.bytes((kept + 1) * hidden * stride),
    output: memory.bytes(length * hidden * stride),
    cellTanh: memory.bytes(kept * hidden * stride),
  });
  const layerMemories = Array.from({ length: layers }, layer);
  const lastOutput = layerMemories.at(-1)?.output ?? 0;
  return {
    length,
    streams,
    kept,
    stride,
    tableStride,
    chunks: chunksOf(length, chunk),
    used: memory.floats(usedAtMost),
    slots: memory.floats(positions),
    targets: memory.floats(positions),
    keep: memory.floats(positions + streams),
    embedded: memory.bytes(embedding * tableStride),
    table: memory.bytes(4 * hidden * tableStride),
    layers: layerMemories,
    headInput: hasProjection(architecture) ? memory.bytes(length * embedding * stride) : lastOutput,
    logits: memory.bytes(chunk * vocabulary * stride),
    sums: memory.floats(positions),
    losses: memory.floats(positions),
    scratch: memory.bytes(streams * lineBytes),
    end: memory.end,
  };
}

function chunksOf(length: Times, chunk: Times): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = 0; start < length; start += chunk) chunks.push({ start, length: Math.min(chunk, length - start) });
  return chunks;
}

/** Lays out the backward pass of the same batch, after it. */
export function layOutBackward(architecture: Architecture, forward: ForwardMemory): BackwardMemory {
  const { embeddingSize, hiddenSize } = architecture;
  const { length, stride, tableStride } = forward;
  const memory = new Allocator(forward.end);
  const hidden = panelCount(hiddenSize);
  const embedding = panelCount(embeddingSize);
  const outputGradient = memory.bytes(length * hidden * stride);
  return {
    tableGradient: memory.bytes(4 * hidden * tableStride),
    embeddedGradient: memory.bytes(embedding * tableStride),
    outputGradient,
    headInputGradient: hasProjection(architecture) ? memory.bytes(length * embedding * stride) : outputGradient,
    hiddenGradient: memory.bytes(hidden * stride),
    cellGradient: memory.bytes(hidden * stride),
    end: memory.end,
  };
}
