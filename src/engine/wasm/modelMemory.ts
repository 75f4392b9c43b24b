import { type Architecture, hasProjection } from '../../model/model';
import { Allocator } from './allocator';
import {
  countPanels,
  layOutParameters,
  lineBytes,
  padded,
  type PanelCounts,
  type ParameterLayout,
} from './parameterLayout';
import { layOutQuantized, type Precision, type QuantizedWeights } from './quantized';
import type { Address } from './units';

/** The arenas, in the order in which they lie in memory. */
export type ArenaName = 'weights' | 'averaged' | 'gradients' | 'first' | 'second';

/** Address of every parameter in one arena; one number a layer where there are several, 0 for one that is not there. */
interface ParameterAddresses {
  readonly embedding: Address;
  readonly input: readonly Address[];
  readonly recurrent: readonly Address[];
  readonly inputBias: readonly Address[];
  readonly recurrentBias: readonly Address[];
  readonly projection: Address;
  readonly head: Address;
  readonly headBias: Address;
}

/** Addresses of the weights as the forward pass reads them; one number a layer where there are several. */
export interface ForwardWeights {
  /** The parameters that all of this is, or is derived from. */
  readonly parameters: ParameterAddresses;
  /** [V, E], row-major. */
  readonly embedding: Address;
  readonly input: readonly Address[];
  readonly recurrent: readonly Address[];
  /** Sum of both biases. */
  readonly bias: readonly Address[];
  /** Panels of the projection of a tied model whose E differs from its H; else 0. */
  readonly projection: Address;
  /** Panels of the head's weight. */
  readonly head: Address;
  /** The head's bias, with minus infinity for the padding. */
  readonly headBias: Address;
}

/** Addresses of the weights in the other order, for the backward pass. */
interface BackwardWeights {
  readonly input: readonly Address[];
  readonly recurrent: readonly Address[];
  readonly projection: Address;
  readonly head: Address;
}

/**
 * Where everything of a model lies in memory that does not depend on the batch. A pure function of the architecture and
 * the precision, so that every thread works it out for itself.
 */
export interface ModelMemory {
  readonly architecture: Architecture;
  readonly layout: ParameterLayout;
  readonly panels: PanelCounts;
  readonly arenas: Readonly<Record<ArenaName, Address>>;
  /** Weights of the last step, and their average. */
  readonly current: ForwardWeights;
  readonly averaged: ForwardWeights;
  readonly backward: BackwardWeights;
  readonly gradients: ParameterAddresses;
  /** The current weights once more, for evaluations that do with less precision. */
  readonly quantized: QuantizedWeights | null;
  /** A line of zeros: what a product without a bias starts from. */
  readonly zeros: Address;
  /** A 32-bit mask of ones: what keeps a state. */
  readonly ones: Address;
  /** Partial sums of squares, one float64 a block of {@link blockFloats}. */
  readonly partialSums: Address;
  /** First byte after all of this. */
  readonly end: Address;
}

/** Floats of an arena that a thread takes at a time: partial sums over them do not depend on the number of threads. */
export const blockFloats = 1 << 14;

/** First byte that the engine lays anything out in: the page below is the kernels' own, for their constants. */
export const firstByte: Address = 1 << 16;

/** Lays out a model's arenas and what is derived from them. */
export function layOutModel(architecture: Architecture, precision: Precision): ModelMemory {
  const layout = layOutParameters(architecture);
  const memory = new Allocator(firstByte);
  const arena = (): Address => memory.floats(layout.floats);
  const arenas = { weights: arena(), averaged: arena(), gradients: arena(), first: arena(), second: arena() };
  const panels = countPanels(architecture);
  return {
    architecture,
    layout,
    panels,
    arenas,
    current: layOutForwardWeights(architecture, layout, arenas.weights, memory),
    averaged: layOutForwardWeights(architecture, layout, arenas.averaged, memory),
    backward: backwardWeights(architecture, memory),
    gradients: parameterAddresses(architecture, layout, arenas.gradients),
    quantized: precision === 'quantized' ? layOutQuantized(architecture, panels, memory) : null,
    zeros: memory.bytes(lineBytes),
    ones: memory.bytes(lineBytes),
    partialSums: memory.bytes(8 * Math.ceil(layout.floats / blockFloats)),
    end: memory.end,
  };
}

function parameterAddresses({ layers }: Architecture, layout: ParameterLayout, arena: Address): ParameterAddresses {
  const at = (name: string): Address => {
    const placement = layout.placements.get(name);
    return placement === undefined ? 0 : arena + 4 * placement.offset;
  };
  const each = (name: string): Address[] => Array.from({ length: layers }, (_, layer) => at(`${name}${layer}`));
  return {
    embedding: at('embedding.weight'),
    input: each('lstm.weight_ih_l'),
    recurrent: each('lstm.weight_hh_l'),
    inputBias: each('lstm.bias_ih_l'),
    recurrentBias: each('lstm.bias_hh_l'),
    projection: at('projection.weight'),
    head: at('head.weight'),
    headBias: at('head.bias'),
  };
}

/** Addresses of the weights in an arena, and of what is derived from them for the forward pass. */
export function layOutForwardWeights(
  architecture: Architecture,
  layout: ParameterLayout,
  arena: Address,
  memory: Allocator,
): ForwardWeights {
  const { vocabularySize, embeddingSize, hiddenSize, layers, tied } = architecture;
  const parameters = parameterAddresses(architecture, layout, arena);
  const { embedding, input, recurrent, projection, head } = parameters;
  return {
    parameters,
    embedding,
    input,
    recurrent,
    bias: Array.from({ length: layers }, () => memory.floats(4 * padded(hiddenSize))),
    projection,
    head: tied ? memory.floats(padded(vocabularySize) * padded(embeddingSize)) : head,
    headBias: memory.floats(padded(vocabularySize)),
  };
}

function backwardWeights(architecture: Architecture, memory: Allocator): BackwardWeights {
  const { vocabularySize, embeddingSize, hiddenSize, layers, tied } = architecture;
  const gates = 4 * padded(hiddenSize);
  const layerInput = (layer: number): number => padded(layer === 0 ? embeddingSize : hiddenSize);
  const each = (size: (layer: number) => number): Address[] =>
    Array.from({ length: layers }, (_, layer) => memory.floats(size(layer)));
  const headInput = padded(tied ? embeddingSize : hiddenSize);
  return {
    input: each((layer) => gates * layerInput(layer)),
    recurrent: each(() => gates * padded(hiddenSize)),
    projection: hasProjection(architecture) ? memory.floats(padded(embeddingSize) * padded(hiddenSize)) : 0,
    head: memory.floats(padded(vocabularySize) * headInput),
  };
}
