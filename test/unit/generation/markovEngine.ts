import assert from 'node:assert/strict';
import type { Tokenizer } from '../../../src/corpus/tokenizers/tokenizer';
import type { Engine, Trainer } from '../../../src/engine/engine';
import { EvaluatingScorer } from '../../../src/engine/scorer';
import type { Architecture, Batch } from '../../../src/model/model';
import type { ScoringModel } from '../../../src/scoring/scoring';

/** What a token costs after another. */
export function cost(before: number, token: number): number {
  return 1 + ((before * 31 + token * 17) % 97) / 32;
}

/** An engine whose model looks one token back, and whose other powers a score has no use for. */
export function markovEngine(onBatch: () => void = () => undefined): {
  readonly engine: Engine;
  readonly disposed: () => number;
} {
  let disposed = 0;
  const unused = (): never => assert.fail('A score needs none of this.');
  const createTrainer = (architecture: Architecture): Trainer => ({
    architecture,
    evaluate({ inputs, targets }: Batch, _, losses, reader) {
      targets.forEach((target, i) => {
        losses[i] = cost(inputs[i]!, target);
        if (reader?.positions[i] !== 1) return;
        reader.read(
          i,
          Float32Array.from({ length: architecture.vocabularySize }, (__, token) => -cost(inputs[i]!, token)),
        );
      });
      onBatch();
    },
    train: unused,
    inspect: unused,
    weights: unused,
    state: unused,
    dispose: () => {
      disposed++;
    },
  });
  const engine: Engine = {
    name: 'wasm',
    threads: 1,
    details: '',
    createTrainer,
    createPredictor: unused,
    createScorer: (architecture, parameters, shape) =>
      new EvaluatingScorer({ createTrainer }, architecture, parameters, shape),
    canResize: false,
    resize: unused,
    dispose: unused,
  };
  return { engine, disposed: () => disposed };
}

/** A model of that engine. */
export function modelOf(tokenizer: Tokenizer, engine = markovEngine().engine): ScoringModel {
  const architecture = {
    vocabularySize: tokenizer.vocabularySize,
    embeddingSize: 1,
    hiddenSize: 1,
    layers: 1,
    tied: false,
  };
  return { tokenizer, engine, architecture, parameters: new Map() };
}
