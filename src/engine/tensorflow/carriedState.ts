import { DataType } from './attributes';
import type { EagerAttribute, Native, TensorId } from './native';

/** The state that streams carry from batch to batch: for each layer hidden, then cell, each a tensor [B, H]. */
export class CarriedState {
  private readonly native: Native;
  private readonly select: readonly EagerAttribute[];
  private current: TensorId[];

  /** @param values [layers, 2, B, H] */
  constructor(
    native: Native,
    readonly streams: number,
    readonly hiddenSize: number,
    values: Float32Array,
  ) {
    this.native = native;
    this.select = [{ name: 'T', type: native.binding.TF_ATTR_TYPE, value: DataType.float }];
    const size = streams * hiddenSize;
    this.current = Array.from({ length: values.length / size }, (_, index) =>
      native.tensor(DataType.float, [streams, hiddenSize], values.slice(index * size, (index + 1) * size)),
    );
  }

  /** The present tensors, which stay this object's. */
  get tensors(): readonly TensorId[] {
    return this.current;
  }

  /** New tensors, zero in the streams whose reset is 1: the caller's to free. A NaN is zeroed as well. */
  reset(resets: Uint8Array): TensorId[] {
    const condition = this.native.tensor(DataType.bool, [this.streams, 1], resets.slice(0, this.streams));
    const zero = this.native.tensor(DataType.float, [], Float32Array.of(0));
    const tensors = this.current.map((tensor) =>
      this.native.execute('SelectV2', this.select, [condition, zero, tensor]),
    );
    this.native.free(condition, zero);
    return tensors;
  }

  /** Takes over the tensors that a pass left. */
  replace(tensors: readonly TensorId[]): void {
    this.native.free(...this.current);
    this.current = [...tensors];
  }

  /** A copy [layers, 2, B, H]. */
  values(): Float32Array {
    const size = this.streams * this.hiddenSize;
    const values = new Float32Array(this.current.length * size);
    this.current.forEach((tensor, index) => values.set(this.native.read(tensor), index * size));
    return values;
  }

  dispose(): void {
    this.replace([]);
  }
}
