import { DataType } from './attributes';
import type { EagerAttribute, Native, TensorId } from './native';

let created = 0;

/** A float tensor inside TensorFlow that operations can update in place. */
export class Variable {
  private readonly native: Native;
  private readonly dtype: readonly EagerAttribute[];
  /** What an operation that updates the variable takes as its input. */
  readonly handle: TensorId;

  constructor(
    native: Native,
    readonly shape: readonly number[],
    values: Float32Array,
  ) {
    this.native = native;
    const { TF_ATTR_STRING, TF_ATTR_TYPE, TF_ATTR_SHAPE } = native.binding;
    const dtype = { name: 'dtype', type: TF_ATTR_TYPE, value: DataType.float };
    this.dtype = [dtype];
    this.handle = native.execute(
      'VarHandleOp',
      [
        { name: 'container', type: TF_ATTR_STRING, value: '' },
        { name: 'shared_name', type: TF_ATTR_STRING, value: `textloom/${created++}` },
        dtype,
        { name: 'shape', type: TF_ATTR_SHAPE, value: shape },
      ],
      [],
    );
    // A copy, because TensorFlow may keep using the memory that it is given.
    const initial = native.tensor(DataType.float, shape, values.slice());
    this.assign(initial);
    native.free(initial);
  }

  /** The present value: a tensor that must be freed before the variable is updated, lest it be copied. */
  read(): TensorId {
    return this.native.execute('ReadVariableOp', this.dtype, [this.handle]);
  }

  assign(value: TensorId): void {
    this.native.perform('AssignVariableOp', this.dtype, [this.handle, value]);
  }

  /** A copy of the present value. */
  values(): Float32Array {
    const tensor = this.read();
    try {
      return this.native.read(tensor);
    } finally {
      this.native.free(tensor);
    }
  }

  dispose(): void {
    const { TF_ATTR_BOOL } = this.native.binding;
    const tolerant = { name: 'ignore_lookup_error', type: TF_ATTR_BOOL, value: true };
    this.native.perform('DestroyResourceOp', [tolerant], [this.handle]);
    this.native.free(this.handle);
  }
}
