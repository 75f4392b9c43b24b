/**
 * An engine of a hundred lines of plain arithmetic: slow, on one thread, and real. Tests of the loop train with it, so that
 * they need neither a native library nor compiled kernels. Sums are in double precision, what is kept is float32.
 */
import { dropoutKey, dropoutThreshold, isKept } from '../../../src/engine/dropout';
import type {
  Engine,
  InspectedPass,
  LogitsReader,
  Predictor,
  StepResult,
  Trainer,
  TrainerOptions,
  TrainerState,
  Update,
  WeightKind,
} from '../../../src/engine/engine';
import { EvaluatingScorer } from '../../../src/engine/scorer';
import { type Architecture, type Batch, parameter, type Parameters, zeroParameters } from '../../../src/model/model';

/** What one position leaves behind for the backward pass. */
interface Moment {
  readonly token: number;
  readonly keep: Float64Array;
  readonly input: Float64Array;
  readonly hiddenBefore: Float64Array;
  readonly cellBefore: Float64Array;
  readonly gates: Float64Array;
  readonly cell: Float64Array;
  readonly probabilities: Float64Array;
}

/** One layer, untied, embedding dropout only: enough to try a loop on. */
export function referenceEngine(): Engine {
  const createTrainer: Engine['createTrainer'] = (architecture, state, options) =>
    new ReferenceTrainer(architecture, state, options);
  return {
    name: 'wasm',
    threads: 1,
    details: 'reference engine of the tests',
    createTrainer,
    createPredictor: (architecture, parameters) => new ReferencePredictor(architecture, parameters),
    createScorer: (architecture, parameters, shape) =>
      new EvaluatingScorer({ createTrainer }, architecture, parameters, shape),
    canResize: false,
    resize: () => Promise.resolve(),
    dispose: () => undefined,
  };
}

class ReferenceTrainer implements Trainer {
  private step: number;
  private readonly current: Parameters;
  private readonly averaged: Parameters;
  private readonly firstMoments: Parameters;
  private readonly secondMoments: Parameters;
  private carried: Float32Array;
  private evaluationCarried = new Float32Array(0);

  constructor(
    readonly architecture: Architecture,
    state: TrainerState,
    private readonly options: TrainerOptions,
  ) {
    this.step = state.step;
    this.current = copied(state.parameters);
    this.averaged = copied(state.averaged);
    this.firstMoments = copied(state.firstMoments);
    this.secondMoments = copied(state.secondMoments);
    this.carried = state.carried.slice();
  }

  train(batch: Batch, update: Update): StepResult {
    const { loss, gradients, carried } = this.backward(batch, this.step);
    this.carried = carried;
    let squares = 0;
    for (const { data } of gradients.values()) for (const value of data) squares += value * value;
    const gradientNorm = Math.sqrt(squares);
    this.step++;
    this.apply(gradients, update, gradientNorm > update.clipNorm ? update.clipNorm / gradientNorm : 1);
    return { loss, gradientNorm };
  }

  evaluate(batch: Batch, weights: WeightKind, losses: Float32Array, reader?: LogitsReader): void {
    const size = 2 * batch.streams * this.architecture.hiddenSize;
    if (this.evaluationCarried.length !== size) this.evaluationCarried = new Float32Array(size);
    const { moments, carried } = this.forward(batch, this.pick(weights), this.evaluationCarried, null);
    this.evaluationCarried = carried;
    moments.forEach(({ probabilities }, i) => {
      losses[i] = -Math.log(probabilities[batch.targets[i]!]!);
      if (reader?.positions[i] === 1) reader.read(i, Float32Array.from(probabilities, Math.log));
    });
  }

  inspect(batch: Batch, step: number): InspectedPass {
    return { logits: new Float32Array(0), ...this.backward(batch, step) };
  }

  weights(kind: WeightKind): Parameters {
    return copied(this.pick(kind));
  }

  state(): TrainerState {
    const { step, firstMoments, secondMoments } = this;
    return {
      step,
      parameters: copied(this.current),
      averaged: copied(this.averaged),
      firstMoments: copied(firstMoments),
      secondMoments: copied(secondMoments),
      carried: this.carried.slice(),
    };
  }

  dispose(): void {
    this.carried = new Float32Array(0);
  }

  private pick(kind: WeightKind): Parameters {
    return kind === 'current' ? this.current : this.averaged;
  }

  private forward(batch: Batch, weights: Parameters, from: Float32Array, key: number | null) {
    const { hiddenSize: H, embeddingSize: E } = this.architecture;
    const { rate, threshold } = { rate: this.options.dropout.embedding, threshold: this.threshold() };
    const carried = from.slice();
    const cells = batch.streams * H;
    const embedding = parameter(weights, 'embedding.weight').data;
    const moments: Moment[] = [];
    for (let i = 0; i < batch.inputs.length; i++) {
      const stream = i % batch.streams;
      const [h, c] = [stream * H, cells + stream * H];
      if (batch.resets[i] === 1) carried.fill(0, h, h + H).fill(0, c, c + H);
      const token = batch.inputs[i]!;
      const keep = Float64Array.from({ length: E }, (_, e) =>
        key === null || rate === 0 ? 1 : isKept(key, token * E + e, threshold) ? 1 / (1 - rate) : 0,
      );
      const input = keep.map((k, e) => k * embedding[token * E + e]!);
      const hiddenBefore = Float64Array.from(carried.subarray(h, h + H));
      const cellBefore = Float64Array.from(carried.subarray(c, c + H));
      const { gates, cell, hidden, probabilities } = advance(weights, H, input, hiddenBefore, cellBefore);
      carried.set(hidden, h);
      carried.set(cell, c);
      moments.push({ token, keep, input, hiddenBefore, cellBefore, gates, cell, probabilities });
    }
    return { moments, carried };
  }

  private backward(batch: Batch, step: number) {
    const { hiddenSize: H, embeddingSize: E, vocabularySize: V } = this.architecture;
    const key = dropoutKey(this.options.dropout.seed, step, 0);
    const { moments, carried } = this.forward(batch, this.current, this.carried, key);
    const gradients = zeroParameters(this.architecture);
    const weights = named(this.current);
    const into = named(gradients);
    const dHidden = Array.from({ length: batch.streams }, () => new Float64Array(H));
    const dCell = Array.from({ length: batch.streams }, () => new Float64Array(H));
    let loss = 0;
    for (let i = moments.length - 1; i >= 0; i--) {
      const { token, keep, input, hiddenBefore, cellBefore, gates, cell, probabilities } = moments[i]!;
      const stream = i % batch.streams;
      const [dh, dc] = [dHidden[stream]!, dCell[stream]!];
      const target = batch.targets[i]!;
      const hidden = cell.map((c, j) => gates[3 * H + j]! * Math.tanh(c));
      loss -= Math.log(probabilities[target]!) / moments.length;
      const dGates = new Float64Array(4 * H);
      for (let v = 0; v < V; v++) {
        const d = (probabilities[v]! - (v === target ? 1 : 0)) / moments.length;
        into.headBias[v]! += d;
        for (let j = 0; j < H; j++) {
          into.head[v * H + j]! += d * hidden[j]!;
          dh[j]! += d * weights.head[v * H + j]!;
        }
      }
      for (let j = 0; j < H; j++) {
        const [a, f, g, o] = [gates[j]!, gates[H + j]!, gates[2 * H + j]!, gates[3 * H + j]!];
        const t = Math.tanh(cell[j]!);
        const d = dc[j]! + dh[j]! * o * (1 - t * t);
        dGates[j] = d * g * a * (1 - a);
        dGates[H + j] = d * cellBefore[j]! * f * (1 - f);
        dGates[2 * H + j] = d * a * (1 - g * g);
        dGates[3 * H + j] = dh[j]! * t * o * (1 - o);
        dc[j] = d * f;
        dh[j] = 0;
      }
      for (let r = 0; r < 4 * H; r++) {
        const d = dGates[r]!;
        into.biasIn[r]! += d;
        into.biasHidden[r]! += d;
        for (let j = 0; j < H; j++) {
          into.hidden[r * H + j]! += d * hiddenBefore[j]!;
          dh[j]! += d * weights.hidden[r * H + j]!;
        }
        for (let e = 0; e < E; e++) {
          into.input[r * E + e]! += d * input[e]!;
          into.embedding[token * E + e]! += d * weights.input[r * E + e]! * keep[e]!;
        }
      }
      if (batch.resets[i] === 1) {
        dh.fill(0);
        dc.fill(0);
      }
    }
    return { loss, gradients, carried };
  }

  private apply(gradients: Parameters, update: Update, scale: number): void {
    const { rate, beta1, beta2, epsilon, weightDecay, averageDecay } = update;
    for (const [name, { shape, data: weights }] of this.current) {
      const average = parameter(this.averaged, name).data;
      const gradient = parameter(gradients, name).data;
      const first = parameter(this.firstMoments, name).data;
      const second = parameter(this.secondMoments, name).data;
      const decay = shape.length > 1 ? weightDecay : 0;
      for (let k = 0; k < weights.length; k++) {
        const g = gradient[k]! * scale;
        first[k] = beta1 * first[k]! + (1 - beta1) * g;
        second[k] = beta2 * second[k]! + (1 - beta2) * g * g;
        const m = first[k]! / (1 - beta1 ** this.step);
        const n = second[k]! / (1 - beta2 ** this.step);
        weights[k] = weights[k]! * (1 - rate * decay) - (rate * m) / (Math.sqrt(n) + epsilon);
        average[k] = averageDecay * average[k]! + (1 - averageDecay) * weights[k]!;
      }
    }
  }

  private threshold(): number {
    return dropoutThreshold(this.options.dropout.embedding);
  }
}

class ReferencePredictor implements Predictor {
  readonly stateSize: number;

  constructor(
    readonly architecture: Architecture,
    private readonly parameters: Parameters,
  ) {
    this.stateSize = 2 * architecture.hiddenSize;
  }

  next(state: Float32Array, token: number, logits: Float32Array): void {
    const { hiddenSize: H, embeddingSize: E } = this.architecture;
    const row = parameter(this.parameters, 'embedding.weight').data.subarray(token * E, (token + 1) * E);
    const [hiddenBefore, cellBefore] = [Float64Array.from(state.subarray(0, H)), Float64Array.from(state.subarray(H))];
    const { hidden, cell, probabilities } = advance(
      this.parameters,
      H,
      Float64Array.from(row),
      hiddenBefore,
      cellBefore,
    );
    state.set(hidden);
    state.set(cell, H);
    logits.set(probabilities.map(Math.log));
  }

  prime(state: Float32Array, tokens: Uint16Array): void {
    const logits = new Float32Array(this.architecture.vocabularySize);
    for (const token of tokens) this.next(state, token, logits);
  }

  dispose(): void {
    // Holds plain arrays only.
  }
}

function advance(weights: Parameters, H: number, input: Float64Array, hidden: Float64Array, cell: Float64Array) {
  const { input: wIn, biasIn, hidden: wHidden, biasHidden, head, headBias } = named(weights);
  const gates = product(wIn, input, biasIn);
  const recurrent = product(wHidden, hidden, biasHidden);
  for (let r = 0; r < 4 * H; r++) {
    const sum = gates[r]! + recurrent[r]!;
    gates[r] = r >= 2 * H && r < 3 * H ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
  }
  const next = cell.map((c, j) => gates[H + j]! * c + gates[j]! * gates[2 * H + j]!);
  const output = next.map((c, j) => gates[3 * H + j]! * Math.tanh(c));
  const logits = product(head, output, headBias);
  const largest = logits.reduce((one, other) => Math.max(one, other), -Infinity);
  const exponentials = logits.map((value) => Math.exp(value - largest));
  const total = exponentials.reduce((one, other) => one + other, 0);
  return { gates, cell: next, hidden: output, probabilities: exponentials.map((value) => value / total) };
}

/** The arrays of a one-layer model. */
function named(parameters: Parameters) {
  const of = (name: string) => parameter(parameters, name).data;
  return {
    embedding: of('embedding.weight'),
    input: of('lstm.weight_ih_l0'),
    hidden: of('lstm.weight_hh_l0'),
    biasIn: of('lstm.bias_ih_l0'),
    biasHidden: of('lstm.bias_hh_l0'),
    head: of('head.weight'),
    headBias: of('head.bias'),
  };
}

function product(matrix: Float32Array, vector: Float64Array, bias: Float32Array): Float64Array {
  const result = new Float64Array(bias.length);
  for (let row = 0, k = 0; row < result.length; row++) {
    let sum = bias[row]!;
    for (let j = 0; j < vector.length; j++, k++) sum += matrix[k]! * vector[j]!;
    result[row] = sum;
  }
  return result;
}

function copied(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}
