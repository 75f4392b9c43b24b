/** The numbers that fix the shape of every parameter of a language model: Embedding -> LSTM -> Linear. */
export interface Architecture {
  /** Number of token ids, V. */
  readonly vocabularySize: number;
  /** Width of one embedding row, E. */
  readonly embeddingSize: number;
  /** Units of each LSTM layer, H. */
  readonly hiddenSize: number;
  /** Stacked LSTM layers, at least one. */
  readonly layers: number;
  /** The head reuses the embedding matrix as its weight; through a projection where E differs from H. */
  readonly tied: boolean;
}

/** Whether a projection stands between the last layer and the shared matrix. */
export function hasProjection({ tied, embeddingSize, hiddenSize }: Architecture): boolean {
  return tied && embeddingSize !== hiddenSize;
}

/** A dense row-major float32 array with its shape. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Every parameter of a model (or its gradients, or its moments), in the order of {@link parameterShapes}. */
export type Parameters = ReadonlyMap<string, Tensor>;

/**
 * Names and shapes of the parameters, as PyTorch's `nn.Embedding`, `nn.LSTM` and `nn.Linear` have them, so that weight
 * files interchange. Gates stand in the order input, forget, cell, output.
 * A tied model has no `head.weight`; if E differs from H it has `projection.weight [E, H]` before the shared matrix.
 */
export function parameterShapes(architecture: Architecture): ReadonlyMap<string, readonly number[]> {
  const { vocabularySize: V, embeddingSize: E, hiddenSize: H, layers, tied } = architecture;
  const shapes = new Map<string, readonly number[]>([['embedding.weight', [V, E]]]);
  for (let layer = 0; layer < layers; layer++) {
    shapes.set(`lstm.weight_ih_l${layer}`, [4 * H, layer === 0 ? E : H]);
    shapes.set(`lstm.weight_hh_l${layer}`, [4 * H, H]);
    shapes.set(`lstm.bias_ih_l${layer}`, [4 * H]);
    shapes.set(`lstm.bias_hh_l${layer}`, [4 * H]);
  }
  if (!tied) shapes.set('head.weight', [V, H]);
  if (hasProjection(architecture)) shapes.set('projection.weight', [E, H]);
  shapes.set('head.bias', [V]);
  return shapes;
}

/** Number of elements of a tensor of this shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Number of trainable floats of a model. */
export function parameterCount(architecture: Architecture): number {
  let count = 0;
  for (const shape of parameterShapes(architecture).values()) count += elementCount(shape);
  return count;
}

/** A tensor of zeros for every parameter: fresh gradients or moments. */
export function zeroParameters(architecture: Architecture): Parameters {
  const zeros = new Map<string, Tensor>();
  for (const [name, shape] of parameterShapes(architecture)) {
    zeros.set(name, { shape, data: new Float32Array(elementCount(shape)) });
  }
  return zeros;
}

/**
 * The named parameter.
 * @throws RangeError when the map lacks it, which is a fault of the caller.
 */
export function parameter(parameters: Parameters, name: string): Tensor {
  const tensor = parameters.get(name);
  if (tensor === undefined) throw new RangeError(`There is no parameter named "${name}".`);
  return tensor;
}
