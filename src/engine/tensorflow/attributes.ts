import { bytesField, floatField, integerField, messageField } from './protobuf';

/** Element types, by their number in TensorFlow's `DataType`. */
export const DataType = { float: 1, int: 3, bool: 10 } as const;
export type DataType = (typeof DataType)[keyof typeof DataType];

/** The `_kernel` attribute by which TensorFlow finds oneDNN's kernels. */
export const oneDnnLabel = 'MklNameChangeOp';

/** The value of an operation's attribute: an encoded `AttrValue` message. */
export type Attribute = Uint8Array;

/** Encoders of the kinds of attribute that occur here. */
export const attribute = {
  int: (value: number): Attribute => integerField(3, value),
  float: (value: number): Attribute => floatField(4, value),
  bool: (value: boolean): Attribute => integerField(5, value ? 1 : 0),
  type: (value: DataType): Attribute => integerField(6, value),
  /** A size of -1 is one that is not known before the graph runs. */
  shape: (sizes: readonly number[]): Attribute => messageField(7, dimensions(sizes)),
  string: (value: string): Attribute => bytesField(2, value),
  /** A tensor of integers, row-major. */
  integers: (sizes: readonly number[], values: Int32Array): Attribute =>
    tensor(DataType.int, sizes, bytesField(4, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))),
  /** A tensor of floats that are all the same. */
  filled: (sizes: readonly number[], value: number): Attribute =>
    tensor(DataType.float, sizes, messageField(5, [floatField(0, value).subarray(1)])),
};

/** The fields of a `TensorShapeProto`. */
function dimensions(sizes: readonly number[]): Uint8Array[] {
  return sizes.map((size) => messageField(2, [integerField(1, size)]));
}

/** A `TensorProto` as an attribute: its contents are the field that holds the elements. */
function tensor(type: DataType, sizes: readonly number[], contents: Uint8Array): Attribute {
  return messageField(8, [integerField(1, type), messageField(2, dimensions(sizes)), contents]);
}
