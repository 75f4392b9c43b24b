import type { Architecture, Batch } from '../../model/model';
import { dropoutKey } from '../dropout';
import type { Dropout } from '../engine';
import { DataType } from './attributes';
import type { CarriedState } from './carriedState';
import { fillDropoutMask } from './dropoutMask';
import type { Native, TensorId } from './native';
import type { PassValues } from './pass';
import type { PassShape } from './passInputs';
import { RowsInUse } from './rowsInUse';

/** Dropout as one step draws it. */
export interface StepDropout extends Dropout {
  /** Optimiser steps taken before. */
  readonly step: number;
}

/** Turns batches of one size into what a pass is fed. Its arrays serve every batch, so that a step allocates little. */
export class BatchFeed {
  private readonly native: Native;
  private readonly architecture: Architecture;
  private readonly rows: RowsInUse;
  private readonly targets: Int32Array;
  private readonly keep: Float32Array;
  private embeddingMask = new Float32Array(0);
  private outputMasks: readonly Float32Array[] = [];
  /** What is freed after the pass. */
  private temporary: TensorId[] = [];

  constructor(
    native: Native,
    architecture: Architecture,
    readonly length: number,
    readonly streams: number,
  ) {
    const positions = length * streams;
    this.native = native;
    this.architecture = architecture;
    this.rows = new RowsInUse(architecture.vocabularySize, positions);
    this.targets = new Int32Array(positions);
    this.keep = new Float32Array(positions);
  }

  /**
   * Runs a pass on a batch, and frees what it was fed.
   * @param parameters are freed as well
   * @param dropout absent: no mask
   */
  run<Result>(
    batch: Batch,
    parameters: readonly TensorId[],
    carried: CarriedState,
    dropout: StepDropout | undefined,
    pass: (values: PassValues, shape: PassShape) => Result,
  ): Result {
    this.temporary = [...parameters];
    try {
      const { rows, positions } = this.rows.find(batch.inputs);
      this.targets.set(batch.targets);
      const keep = this.keepTensor(batch);
      const embeddingMask = dropout?.embedding ? this.embeddingMaskTensor(dropout, rows) : undefined;
      const outputMasks = dropout?.hidden ? this.outputMaskTensors(dropout) : [];
      const values: PassValues = {
        parameters,
        rows: this.tensor(DataType.int, [rows.length], rows),
        positions: this.tensor(DataType.int, [positions.length], positions),
        targets: this.tensor(DataType.int, [positions.length], this.targets),
        carried: this.carriedTensors(batch, carried),
        keep,
        embeddingMask,
        outputMasks,
      };
      return pass(values, {
        length: this.length,
        streams: this.streams,
        masksEmbedding: embeddingMask !== undefined,
        masksOutputs: outputMasks.length > 0,
        resetsInside: keep !== undefined,
      });
    } finally {
      this.native.free(...this.temporary);
      this.temporary = [];
    }
  }

  private tensor(type: DataType, shape: readonly number[], values: Float32Array | Int32Array): TensorId {
    const tensor = this.native.tensor(type, shape, values);
    this.temporary.push(tensor);
    return tensor;
  }

  /** Resets before the first step change the state that the pass begins from; those after it are the pass's. */
  private carriedTensors({ resets }: Batch, carried: CarriedState): readonly TensorId[] {
    if (!resets.subarray(0, this.streams).includes(1)) return carried.tensors;
    const tensors = carried.reset(resets);
    this.temporary.push(...tensors);
    return tensors;
  }

  private keepTensor({ resets }: Batch): TensorId | undefined {
    if (!resets.includes(1, this.streams)) return undefined;
    resets.forEach((reset, position) => (this.keep[position] = reset === 1 ? 0 : 1));
    return this.tensor(DataType.float, [this.keep.length, 1], this.keep);
  }

  private embeddingMaskTensor({ seed, step, embedding }: StepDropout, rows: Int32Array): TensorId {
    const width = this.architecture.embeddingSize;
    const size = rows.length * width;
    if (this.embeddingMask.length < size) this.embeddingMask = new Float32Array(size);
    const mask = this.embeddingMask.subarray(0, size);
    fillDropoutMask(mask, dropoutKey(seed, step, 0), embedding, { indices: rows, width });
    return this.tensor(DataType.float, [rows.length, width], mask);
  }

  private outputMaskTensors({ seed, step, hidden }: StepDropout): TensorId[] {
    const { layers, hiddenSize } = this.architecture;
    const positions = this.length * this.streams;
    if (this.outputMasks.length === 0) {
      this.outputMasks = Array.from({ length: layers }, () => new Float32Array(positions * hiddenSize));
    }
    return this.outputMasks.map((mask, layer) => {
      fillDropoutMask(mask, dropoutKey(seed, step, 1 + layer), hidden);
      return this.tensor(DataType.float, [positions, hiddenSize], mask);
    });
  }
}
