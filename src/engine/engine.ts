/**
 * engine/: the maths of a model behind one small interface, at the level of the model and not of single operations.
 * Two implementations, tested equal: tensorflow/ (native TensorFlow through TensorFlow.js) and wasm/ (Textloom's own
 * kernels). Nothing here reads text, schedules a rate, decides when to stop or knows a process: ids in, losses out.
 */
import type { Architecture, Batch, Parameters } from '../model/model';
import type { EngineName } from './engineNames';

/** What one optimiser step does: AdamW (Loshchilov and Hutter, 2019) with a global-norm clip (Pascanu, 2013). */
export interface Update {
  /** Learning rate. */
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly epsilon: number;
  /** Decoupled decay, of matrices only: parameters with one dimension (biases) are not decayed. */
  readonly weightDecay: number;
  /** The gradient's global 2-norm is scaled down to this; Infinity for no clip. */
  readonly clipNorm: number;
  /** Decay of the averaged weights: average = d * average + (1 - d) * weights after the step. 0 keeps them equal. */
  readonly averageDecay: number;
}

/** Dropout rates in [0, 1), constant over a run. Masks are a pure function of (seed, step, place): see dropout.ts. */
export interface Dropout {
  /** Of the elements of the embedding matrix, one mask a step: so that a folded table stays exact. */
  readonly embedding: number;
  /** Of each LSTM layer's output, one mask a position. */
  readonly hidden: number;
  readonly seed: number;
}

/** What one training step tells. */
export interface StepResult {
  /** Mean cross-entropy over the batch, nats per token. NaN or Infinity when the run has diverged. */
  readonly loss: number;
  /** Global 2-norm of the gradient before it was clipped. */
  readonly gradientNorm: number;
}

/** Everything that a resumed run needs to go on bit for bit. */
export interface TrainerState {
  /** Optimiser steps taken. */
  readonly step: number;
  readonly parameters: Parameters;
  /** Exponential moving average of the parameters. */
  readonly averaged: Parameters;
  /** Adam's first moments. */
  readonly firstMoments: Parameters;
  /** Adam's second moments. */
  readonly secondMoments: Parameters;
  /** Hidden and cell state carried by each stream: [layers, 2, streams, H], hidden before cell. */
  readonly carried: Float32Array;
}

/** Which weights to use: those of the last step, or their moving average. */
export type WeightKind = 'current' | 'averaged';

/** What {@link Trainer.inspect} shows of one forward and backward pass, for verification. */
export interface InspectedPass {
  /** Mean cross-entropy, nats per token. */
  readonly loss: number;
  /** [T, B, V] */
  readonly logits: Float32Array;
  /** Gradient of the mean loss by each parameter, unclipped. */
  readonly gradients: Parameters;
}

/** Looks at what an evaluation foresees at some positions of a batch. */
export interface LogitsReader {
  /** 1 for each position that is looked at, time-major: as in `EvaluationBatch.counted`. */
  readonly positions: Uint8Array;
  /**
   * Called during the evaluation, by ascending position.
   * @param logits [V], up to what is the same for all; the reader's until it returns
   */
  read(position: number, logits: Float32Array): void;
}

/** A model inside an engine, being trained. Not re-entrant; the calling thread waits for each call. */
export interface Trainer {
  readonly architecture: Architecture;
  /** One step of truncated back-propagation from the carried state, and one optimiser update. */
  train(batch: Batch, update: Update): StepResult;
  /**
   * Writes the loss of each position (nats, time-major) to `losses`, without dropout. Evaluation carries a state of its
   * own from call to call; its first batch must reset every stream, and may differ from the training batch in size.
   */
  evaluate(batch: Batch, weights: WeightKind, losses: Float32Array, reader?: LogitsReader): void;
  /** One pass with the dropout of step `step`, from the carried state, which it leaves as it was. Changes nothing. */
  inspect(batch: Batch, step: number): InspectedPass;
  /** A copy of the weights. */
  weights(kind: WeightKind): Parameters;
  /** A copy of everything that a resume needs. */
  state(): TrainerState;
  /** Frees what the engine holds. */
  dispose(): void;
}

/** What a trainer is made for: sizes are fixed so that a step allocates nothing. */
export interface TrainerOptions {
  readonly length: number;
  readonly streams: number;
  readonly dropout: Dropout;
}

/** What a scorer is made for. */
export interface ScorerShape {
  readonly length: number;
  /** The most that a batch may have. */
  readonly streams: number;
}

/** A model inside an engine, reading long texts in parts side by side. Not re-entrant; the calling thread waits. */
export interface Scorer {
  /**
   * Writes the loss of each position, as {@link Trainer.evaluate} does, and carries the state from call to call as that
   * does. May be a little less precise, where that is faster: a loss by some thousandths of a nat at most.
   */
  score(batch: Batch, losses: Float32Array, reader?: LogitsReader): void;
  dispose(): void;
}

/**
 * A model inside an engine, predicting one token after another. Its state is the caller's plain array
 * [layers, 2, H] (hidden before cell), so that a state can be kept, copied and branched.
 */
export interface Predictor {
  readonly architecture: Architecture;
  /** Floats of one state: 2 * layers * H. A state of zeros is a fresh start. */
  readonly stateSize: number;
  /** Reads one token: advances `state` in place and writes the V logits of the next one. */
  next(state: Float32Array, token: number, logits: Float32Array): void;
  /** Reads tokens without computing logits. */
  prime(state: Float32Array, tokens: Uint16Array): void;
  dispose(): void;
}

/** A loaded implementation. */
export interface Engine {
  readonly name: EngineName;
  /** Threads that a training step is spread over. */
  readonly threads: number;
  /** One line for the log: versions, instruction set, threads. */
  readonly details: string;
  createTrainer(architecture: Architecture, state: TrainerState, options: TrainerOptions): Trainer;
  createPredictor(architecture: Architecture, parameters: Parameters): Predictor;
  createScorer(architecture: Architecture, parameters: Parameters, shape: ScorerShape): Scorer;
  /** Whether {@link resize} does anything. */
  readonly canResize: boolean;
  /**
   * Spreads the steps of trainers to come over so many threads, where this engine can. There must be no trainer
   * while it does. More or fewer threads never change what is computed.
   */
  resize(threads: number): Promise<void>;
  /** Ends the engine's threads. Its trainers and predictors are unusable after. */
  dispose(): void;
}

/** The engine can't run on this machine as it is. The message is one sentence; the remedy says what to do. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';
  constructor(
    readonly engine: EngineName,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}
