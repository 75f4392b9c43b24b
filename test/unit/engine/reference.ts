import { dropoutKey, dropoutThreshold, isKept } from '../../../src/engine/dropout';
import type { Dropout } from '../../../src/engine/engine';
import type { Architecture, Batch } from '../../../src/model/model';

/** Parameters or gradients by name, row-major. */
export type Numbers = ReadonlyMap<string, Float64Array>;

/** What a pass begins with. */
export interface ReferencePass {
  readonly architecture: Architecture;
  readonly parameters: Numbers;
  readonly batch: Batch;
  /** [layers, 2, B, H] */
  readonly carried: ArrayLike<number>;
  readonly dropout: Dropout;
  readonly step: number;
}

/** What one position of one layer leaves for the backward pass. */
interface Moment {
  readonly input: Float64Array;
  readonly hiddenBefore: Float64Array;
  readonly cellBefore: Float64Array;
  /** Activated gates i, f, g, o, one after the other [4H]. */
  readonly gates: Float64Array;
  /** tanh of the cell state. */
  readonly squashed: Float64Array;
}

/**
 * The maths of a pass in float64, written for reading and not for speed: one stream, one time step, one unit after the
 * other. What the engines and PyTorch compute is held against it, and it against finite differences.
 */
export function referencePass(pass: ReferencePass): { readonly loss: number; readonly gradients: Numbers } {
  const { parameters, batch } = pass;
  const gradients = new Map([...parameters].map(([name, values]) => [name, new Float64Array(values.length)]));
  let loss = 0;
  for (let stream = 0; stream < batch.streams; stream++) loss += streamPass(pass, stream, gradients);
  return { loss, gradients };
}

/** Adds one stream's part of the gradients, and answers its part of the mean loss. */
function streamPass(pass: ReferencePass, stream: number, gradients: Numbers): number {
  const { architecture, batch } = pass;
  const { layers, hiddenSize: H } = architecture;
  const moments: Moment[][] = [];
  const outputGradients: Float64Array[] = [];
  let loss = 0;

  const state: Float64Array[] = Array.from({ length: 2 * layers }, (_, index) =>
    Float64Array.from({ length: H }, (_, unit) => pass.carried[(index * batch.streams + stream) * H + unit]!),
  );
  for (let t = 0; t < batch.length; t++) {
    const position = t * batch.streams + stream;
    if (batch.resets[position] === 1) for (const values of state) values.fill(0);
    let input = embed(pass, batch.inputs[position]!);
    moments[t] = [];
    for (let layer = 0; layer < layers; layer++) {
      const moment = cell(pass, layer, input, state[2 * layer]!, state[2 * layer + 1]!);
      moments[t]![layer] = moment.trace;
      state[2 * layer] = moment.hidden;
      state[2 * layer + 1] = moment.cell;
      input = moment.hidden.map((value, unit) => value * outputMask(pass, layer, position, unit));
    }
    const target = batch.targets[position]!;
    const head = headPass(pass, input, target, gradients);
    loss += head.loss;
    outputGradients[t] = head.byOutput;
  }

  const later: Float64Array[] = Array.from({ length: 2 * layers }, () => new Float64Array(H));
  for (let t = batch.length - 1; t >= 0; t--) {
    const position = t * batch.streams + stream;
    let byOutput = outputGradients[t]!;
    for (let layer = layers - 1; layer >= 0; layer--) {
      const byHidden = byOutput.map(
        (value, unit) => value * outputMask(pass, layer, position, unit) + later[2 * layer]![unit]!,
      );
      const back = cellBack(pass, layer, moments[t]![layer]!, byHidden, later[2 * layer + 1]!, gradients);
      later[2 * layer] = back.byHiddenBefore;
      later[2 * layer + 1] = back.byCellBefore;
      byOutput = back.byInput;
    }
    embedBack(pass, batch.inputs[position]!, byOutput, gradients);
    if (batch.resets[position] === 1) for (const values of later) values.fill(0);
  }
  return loss;
}

function embed(pass: ReferencePass, token: number): Float64Array {
  const { embeddingSize: E } = pass.architecture;
  const matrix = pass.parameters.get('embedding.weight')!;
  return Float64Array.from({ length: E }, (_, i) => matrix[token * E + i]! * embeddingMask(pass, token, i));
}

function embedBack(pass: ReferencePass, token: number, byInput: Float64Array, gradients: Numbers): void {
  const { embeddingSize: E } = pass.architecture;
  const gradient = gradients.get('embedding.weight')!;
  byInput.forEach((value, i) => (gradient[token * E + i]! += value * embeddingMask(pass, token, i)));
}

function cell(
  pass: ReferencePass,
  layer: number,
  input: Float64Array,
  hiddenBefore: Float64Array,
  cellBefore: Float64Array,
): { hidden: Float64Array; cell: Float64Array; trace: Moment } {
  const { hiddenSize: H } = pass.architecture;
  const byName = (name: string) => pass.parameters.get(`lstm.${name}_l${layer}`)!;
  const fromInput = product(byName('weight_ih'), input);
  const fromHidden = product(byName('weight_hh'), hiddenBefore);
  const [inputBias, hiddenBias] = [byName('bias_ih'), byName('bias_hh')];
  const gates = fromInput.map((value, row) => {
    const sum = value + fromHidden[row]! + inputBias[row]! + hiddenBias[row]!;
    return row >= 2 * H && row < 3 * H ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
  });
  const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates.subarray(gate * H, (gate + 1) * H));
  const after = cellBefore.map((value, unit) => f![unit]! * value + i![unit]! * g![unit]!);
  const squashed = after.map(Math.tanh);
  const hidden = squashed.map((value, unit) => o![unit]! * value);
  return { hidden, cell: after, trace: { input, hiddenBefore, cellBefore, gates, squashed } };
}

function cellBack(
  pass: ReferencePass,
  layer: number,
  { input, hiddenBefore, cellBefore, gates, squashed }: Moment,
  byHidden: Float64Array,
  byCellAfter: Float64Array,
  gradients: Numbers,
): { byInput: Float64Array; byHiddenBefore: Float64Array; byCellBefore: Float64Array } {
  const { hiddenSize: H } = pass.architecture;
  const byGates = new Float64Array(4 * H);
  const byCellBefore = new Float64Array(H);
  for (let unit = 0; unit < H; unit++) {
    const [i, f, g, o] = [gates[unit]!, gates[H + unit]!, gates[2 * H + unit]!, gates[3 * H + unit]!];
    const byCell = byCellAfter[unit]! + byHidden[unit]! * o * (1 - squashed[unit]! ** 2);
    byGates[unit] = byCell * g * i * (1 - i);
    byGates[H + unit] = byCell * cellBefore[unit]! * f * (1 - f);
    byGates[2 * H + unit] = byCell * i * (1 - g ** 2);
    byGates[3 * H + unit] = byHidden[unit]! * squashed[unit]! * o * (1 - o);
    byCellBefore[unit] = byCell * f;
  }
  const byName = (numbers: Numbers, name: string) => numbers.get(`lstm.${name}_l${layer}`)!;
  addOuterProduct(byName(gradients, 'weight_ih'), byGates, input);
  addOuterProduct(byName(gradients, 'weight_hh'), byGates, hiddenBefore);
  for (const bias of ['bias_ih', 'bias_hh']) byGates.forEach((value, row) => (byName(gradients, bias)[row]! += value));
  return {
    byInput: transposedProduct(byName(pass.parameters, 'weight_ih'), byGates),
    byHiddenBefore: transposedProduct(byName(pass.parameters, 'weight_hh'), byGates),
    byCellBefore,
  };
}

/** The head forward and back at one position. */
function headPass(
  { parameters, batch }: ReferencePass,
  output: Float64Array,
  target: number,
  gradients: Numbers,
): { loss: number; byOutput: Float64Array } {
  const projection = parameters.get('projection.weight');
  const features = projection === undefined ? output : product(projection, output);
  const matrixName = parameters.has('head.weight') ? 'head.weight' : 'embedding.weight';
  const bias = parameters.get('head.bias')!;
  const logits = product(parameters.get(matrixName)!, features).map((value, token) => value + bias[token]!);
  const highest = Math.max(...logits);
  const normaliser = highest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  const positions = batch.length * batch.streams;
  const byLogits = logits.map(
    (logit, token) => (Math.exp(logit - normaliser) - (token === target ? 1 : 0)) / positions,
  );
  addOuterProduct(gradients.get(matrixName)!, byLogits, features);
  byLogits.forEach((value, token) => (gradients.get('head.bias')![token]! += value));
  let byOutput = transposedProduct(parameters.get(matrixName)!, byLogits);
  if (projection !== undefined) {
    addOuterProduct(gradients.get('projection.weight')!, byOutput, output);
    byOutput = transposedProduct(projection, byOutput);
  }
  return { loss: (normaliser - logits[target]!) / positions, byOutput };
}

function embeddingMask({ architecture, dropout, step }: ReferencePass, token: number, index: number): number {
  return maskElement(dropout.embedding, dropoutKey(dropout.seed, step, 0), token * architecture.embeddingSize + index);
}

function outputMask({ architecture, dropout, step }: ReferencePass, layer: number, position: number, unit: number) {
  const key = dropoutKey(dropout.seed, step, 1 + layer);
  return maskElement(dropout.hidden, key, position * architecture.hiddenSize + unit);
}

function maskElement(rate: number, key: number, index: number): number {
  if (rate === 0) return 1;
  return isKept(key, index, dropoutThreshold(rate)) ? 1 / (1 - rate) : 0;
}

/** matrix . vector */
function product(matrix: Float64Array, vector: Float64Array): Float64Array {
  const width = vector.length;
  return Float64Array.from({ length: matrix.length / width }, (_, row) =>
    vector.reduce((sum, value, column) => sum + value * matrix[row * width + column]!, 0),
  );
}

/** matrix^T . vector */
function transposedProduct(matrix: Float64Array, vector: Float64Array): Float64Array {
  const width = matrix.length / vector.length;
  const result = new Float64Array(width);
  vector.forEach((value, row) => {
    for (let column = 0; column < width; column++) result[column]! += value * matrix[row * width + column]!;
  });
  return result;
}

/** Adds left . right^T. */
function addOuterProduct(sum: Float64Array, left: Float64Array, right: Float64Array): void {
  left.forEach((value, row) => right.forEach((other, column) => (sum[row * right.length + column]! += value * other)));
}
