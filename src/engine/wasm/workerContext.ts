import type { Architecture } from '../../model/model';
import type { Dropout } from '../engine';
import {
  type BackwardMemory,
  type Chunk,
  type ForwardMemory,
  layOutBackward,
  layOutForward,
  panelStride,
} from './batchMemory';
import { instantiate, type KernelBuild } from './kernelBuild';
import type { Kernels } from './kernels';
import { MemoryView } from './memoryView';
import { layOutModel, type ModelMemory } from './modelMemory';
import { panelCount } from './parameterLayout';
import { type Precision, quantizedRowBytes } from './quantized';
import type { ThreadGroup } from './threadGroup';
import type { Address, Bytes, Rows, Times } from './units';
import type { WasmMemory } from './webAssembly';

/** What fixes the memory of a trainer: every thread lays it out for itself from this, and comes to the same. */
export interface TrainerShape {
  readonly architecture: Architecture;
  readonly length: Times;
  readonly streams: Rows;
  readonly dropout: Dropout;
  /** Of evaluations with the current weights. */
  readonly precision: Precision;
}

/** One thread's hold on a trainer: its kernels over the one memory, where everything lies, and the group it works in. */
export interface WorkerContext {
  readonly kernels: Kernels;
  readonly view: MemoryView;
  readonly group: ThreadGroup;
  readonly model: ModelMemory;
  readonly dropout: Dropout;
  readonly batch: BatchSpace;
  /** The last evaluation's, kept so that it is laid out once. */
  evaluation: EvaluationSpace | null;
  /** Told, during an inspection or an evaluation that is looked at, when all logits of a chunk are in memory. */
  onLogits: (chunk: Chunk) => void;
}

/** Memory of the batches of training: fixed, after the model's. */
export interface BatchSpace {
  readonly forward: ForwardMemory;
  readonly backward: BackwardMemory;
  /** Carried state, [layer][hidden, cell][panel][stream][16]. */
  readonly carried: Address;
  readonly end: Address;
}

/** Memory of the batches of an evaluation. Its state outlives training steps; the rest lies in training's memory where it fits. */
export interface EvaluationSpace {
  readonly forward: ForwardMemory;
  readonly carried: Address;
  /** Hidden states of one time as integers, where the model is quantized. */
  readonly quantizedRows: Address;
  readonly end: Address;
}

/** Lays out training's memory after the model's. */
export function layOutBatches(shape: TrainerShape, model: ModelMemory): BatchSpace {
  const { architecture, length, streams } = shape;
  const forward = layOutForward(architecture, length, streams, length, model.end);
  const backward = layOutBackward(architecture, forward);
  const carried = backward.end;
  return { forward, backward, carried, end: carried + carriedBytes(architecture, forward.stride) };
}

/** Where a batch of this size is evaluated: in training's memory if it fits there, else above it. */
export function evaluationSpace(context: WorkerContext, length: Times, streams: Rows): EvaluationSpace {
  const { model, batch, evaluation } = context;
  if (evaluation?.forward.length === length && evaluation.forward.streams === streams) return evaluation;
  const carried = batch.end;
  const stride = panelStride(streams);
  const quantizedRows = carried + carriedBytes(model.architecture, stride);
  const above = quantizedRows + (model.quantized === null ? 0 : quantizedRowBytes(model.panels, stride));
  const within = layOutForward(model.architecture, length, streams, 1, model.end);
  const fits = within.end <= batch.carried;
  const forward = fits ? within : layOutForward(model.architecture, length, streams, 1, above);
  context.evaluation = { forward, carried, quantizedRows, end: Math.max(above, forward.end) };
  return context.evaluation;
}

/** Bytes of the carried state of streams in panels `stride` bytes apart. */
function carriedBytes({ layers, hiddenSize }: Architecture, stride: Bytes): Bytes {
  return layers * 2 * panelCount(hiddenSize) * stride;
}

/** One thread's context of a trainer whose memory exists. */
export function createWorkerContext(
  build: KernelBuild,
  memory: WasmMemory,
  group: ThreadGroup,
  shape: TrainerShape,
): WorkerContext {
  const model = layOutModel(shape.architecture, shape.precision);
  return {
    kernels: instantiate(build, memory),
    view: new MemoryView(memory),
    group,
    model,
    dropout: shape.dropout,
    batch: layOutBatches(shape, model),
    evaluation: null,
    onLogits: () => undefined,
  };
}
