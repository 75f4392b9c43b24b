import { DataType, oneDnnLabel } from './attributes';

/** A tensor inside TensorFlow. Whoever got it frees it. */
export type TensorId = number;

/** An attribute of an operation that is executed at once: `type` is one of the binding's TF_ATTR_ numbers. */
export interface EagerAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | string | boolean | readonly number[];
}

/** The native addon of @tensorflow/tfjs-node, below its JavaScript API: what is used of it (binding/tfjs_binding.cc). */
export interface NativeBinding {
  createTensor(shape: readonly number[], type: number, values: Float32Array | Int32Array | Uint8Array): TensorId;
  deleteTensor(id: TensorId): void;
  tensorDataSync(id: TensorId): Float32Array;
  executeOp(
    name: string,
    attributes: readonly EagerAttribute[],
    inputs: readonly TensorId[],
    outputs: number,
  ): { readonly id: TensorId }[];
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(
    session: number,
    inputs: readonly TensorId[],
    inputNames: string,
    outputNames: string,
  ): { readonly id: TensorId }[];
  deleteSavedModel(session: number): void;
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
  readonly TF_Version: string;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** Which operation multiplies matrices in graphs. */
export type MatMulOperation = 'MatMul' | '_MklMatMul';

/** TensorFlow's tensors and single operations, executed at once. */
export class Native {
  readonly matMulOperation: MatMulOperation;

  constructor(readonly binding: NativeBinding) {
    this.matMulOperation = this.hasOneDnn() ? '_MklMatMul' : 'MatMul';
  }

  /**
   * Whether oneDNN's matrix product is there, which on processors without AVX-512 is up to three times as fast as the one
   * that TensorFlow takes by itself. It is asked for by name, since the environment variable that would turn it on can't
   * be set from a worker thread.
   */
  private hasOneDnn(): boolean {
    const { TF_ATTR_TYPE, TF_ATTR_STRING } = this.binding;
    const one = this.tensor(DataType.float, [1, 1], Float32Array.of(1));
    try {
      const label = { name: '_kernel', type: TF_ATTR_STRING, value: oneDnnLabel };
      this.free(
        this.execute('_MklMatMul', [{ name: 'T', type: TF_ATTR_TYPE, value: DataType.float }, label], [one, one]),
      );
      return true;
    } catch {
      return false;
    } finally {
      this.free(one);
    }
  }

  /** A tensor that may share the memory of `values`: they must not change while it lives. */
  tensor(type: DataType, shape: readonly number[], values: Float32Array | Int32Array | Uint8Array): TensorId {
    return this.binding.createTensor(shape, type, values);
  }

  /** A copy of a tensor's floats. */
  read(id: TensorId): Float32Array {
    return this.binding.tensorDataSync(id);
  }

  /** Executes an operation with one output. */
  execute(name: string, attributes: readonly EagerAttribute[], inputs: readonly TensorId[]): TensorId {
    const [output] = this.binding.executeOp(name, attributes, inputs, 1);
    if (output === undefined) throw new Error(`TensorFlow's operation ${name} gave no output.`);
    return output.id;
  }

  /** Executes an operation for what it does to a variable. */
  perform(name: string, attributes: readonly EagerAttribute[], inputs: readonly TensorId[]): void {
    this.binding.executeOp(name, attributes, inputs, 0);
  }

  free(...ids: readonly TensorId[]): void {
    for (const id of ids) this.binding.deleteTensor(id);
  }
}
