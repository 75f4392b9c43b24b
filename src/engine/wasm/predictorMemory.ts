import { type Architecture, hasProjection } from '../../model/model';
import { Allocator } from './allocator';
import { FoldedInputs } from './foldedInputs';
import { firstByte, type ForwardWeights, layOutForwardWeights } from './modelMemory';
import {
  countPanels,
  layOutParameters,
  lineBytes,
  padded,
  type PanelCounts,
  type ParameterLayout,
} from './parameterLayout';
import { RowMatrix } from './rowMatrix';
import type { Address } from './units';

/** Weights of more bytes than this have outgrown the nearer caches, and are quantized. */
const nearbyBytes = 1 << 20;

/** One layer: its state, and what it is multiplied with. */
interface PredictorLayer {
  readonly hidden: Address;
  readonly cell: Address;
  readonly bias: Address;
  /** Null for the first layer, whose input comes folded. */
  readonly input: RowMatrix | null;
  readonly recurrent: RowMatrix;
}

/** Where everything of a predictor lies. */
export interface PredictorMemory {
  readonly layout: ParameterLayout;
  readonly panels: PanelCounts;
  readonly arena: Address;
  readonly weights: ForwardWeights;
  readonly layers: readonly PredictorLayer[];
  readonly projection: RowMatrix | null;
  readonly head: RowMatrix;
  /** All of these that every token is multiplied with. */
  readonly matrices: readonly RowMatrix[];
  readonly gates: Address;
  readonly cellTanh: Address;
  readonly projected: Address;
  readonly logits: Address;
  readonly zeros: Address;
  /** A mask that keeps a state. */
  readonly ones: Address;
  readonly folded: FoldedInputs;
  readonly end: Address;
}

/** Lays out a predictor. */
export function layOutPredictor(architecture: Architecture): PredictorMemory {
  const { vocabularySize, embeddingSize, hiddenSize } = architecture;
  const memory = new Allocator(firstByte);
  const layout = layOutParameters(architecture);
  const panels = countPanels(architecture);
  const arena = memory.floats(layout.floats);
  const weights = layOutForwardWeights(architecture, layout, arena, memory);
  const layers = layOutLayers(architecture, weights, panels, memory);
  const projects = hasProjection(architecture);
  const projection = projects ? new RowMatrix(weights.projection, panels.hidden, panels.embedding) : null;
  const headInputs = projects ? panels.embedding : panels.hidden;
  const head = new RowMatrix(weights.head, headInputs, panels.vocabulary);
  const matrices = [...layers.flatMap(({ recurrent, input }) => [recurrent, input ?? []].flat()), head];
  const bytes = matrices.reduce((sum, matrix) => sum + matrix.bytes, 0);
  if (bytes > nearbyBytes) for (const matrix of matrices) matrix.makeRoom(memory);
  const { embedding, input, bias } = weights;
  const foldedWeights = { embedding, input: input[0] ?? 0, bias: bias[0] ?? 0 };
  return {
    layout,
    panels,
    arena,
    weights,
    layers,
    projection,
    head,
    matrices,
    gates: memory.bytes(panels.gates * lineBytes),
    cellTanh: memory.bytes(panels.hidden * lineBytes),
    projected: memory.bytes(panels.embedding * lineBytes),
    logits: memory.bytes(panels.vocabulary * lineBytes),
    zeros: memory.floats(padded(Math.max(embeddingSize, hiddenSize))),
    ones: memory.bytes(lineBytes),
    folded: new FoldedInputs(vocabularySize, panels, foldedWeights, memory),
    end: memory.end,
  };
}

function layOutLayers(
  architecture: Architecture,
  weights: ForwardWeights,
  panels: PanelCounts,
  memory: Allocator,
): PredictorLayer[] {
  return Array.from({ length: architecture.layers }, (_, layer) => ({
    hidden: memory.bytes(panels.hidden * lineBytes),
    cell: memory.bytes(panels.hidden * lineBytes),
    bias: weights.bias[layer] ?? 0,
    input: layer === 0 ? null : new RowMatrix(weights.input[layer] ?? 0, panels.hidden, panels.gates),
    recurrent: new RowMatrix(weights.recurrent[layer] ?? 0, panels.hidden, panels.gates),
  }));
}
