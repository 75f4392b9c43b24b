import type { Architecture } from '../../model/model';
import type { Allocator } from './allocator';
import { lineBytes, type PanelCounts, panelWidth } from './parameterLayout';

/** How evaluations multiply with the layers' weights: as floats, or as 16-bit integers, with twice as much a cycle. */
export type Precision = 'single' | 'quantized';

/** A matrix of 16-bit integers, with a line of scales a panel of outputs: see kernels/quantized.ts. */
export interface QuantizedMatrix {
  readonly weights: number;
  readonly scales: number;
}

/** The layers' matrices; the first layer's input comes folded and needs none. */
export interface QuantizedWeights {
  readonly input: readonly (QuantizedMatrix | null)[];
  readonly recurrent: readonly QuantizedMatrix[];
}

/** Integers in the place of floats, in one pass. */
export interface QuantizedPass extends QuantizedWeights {
  /** Where a time's hidden states are put as integers. */
  readonly rows: number;
}

/** Pairs of panels that hold so many panels. */
export function pairs(panels: number): number {
  return Math.ceil(panels / 2);
}

/** Sets memory aside for a model's integers. */
export function layOutQuantized(
  { layers }: Architecture,
  { hidden, gates }: PanelCounts,
  memory: Allocator,
): QuantizedWeights {
  const matrix = (): QuantizedMatrix => ({
    weights: memory.bytes(gates * matrixPanelBytes(hidden)),
    scales: memory.bytes(gates * lineBytes),
  });
  return {
    input: Array.from({ length: layers }, (_, layer) => (layer === 0 ? null : matrix())),
    recurrent: Array.from({ length: layers }, matrix),
  };
}

/** Bytes of one panel of outputs. */
export function matrixPanelBytes(inputs: number): number {
  return pairs(inputs) * panelWidth * lineBytes;
}

/** Bytes of the hidden states of one time as integers, in panels `stride` bytes apart. */
export function quantizedRowBytes({ hidden }: PanelCounts, stride: number): number {
  return pairs(hidden) * stride;
}
