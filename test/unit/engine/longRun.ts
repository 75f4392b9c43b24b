import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Engine, Trainer } from '../../../src/engine/engine';
import { freshState } from '../../../src/engine/trainerState';
import type { Batch } from '../../../src/model/model';
import { readSafetensors } from '../../../src/model/safetensors';

/** The settings of the run, as test/fixtures/pytorch/make_long_run.py names them. */
interface Case {
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly layers: number;
  readonly length: number;
  readonly streams: number;
  readonly training: number;
  readonly validation: number;
  readonly steps: number;
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weight_decay: number;
  readonly clip: number;
}

/** Nats a token by which the ends of two long trainings may differ. */
const tolerance = 0.01;

/** A thousand steps end at the validation loss at which PyTorch's end that began with the same weights. */
export async function compareLongRun(engine: Engine): Promise<void> {
  const { tensors, metadata } = await readSafetensors(
    join(process.cwd(), 'test', 'fixtures', 'pytorch', 'long', 'run.safetensors'),
  );
  const settings = JSON.parse(metadata['case'] ?? '') as Case;
  const expected = JSON.parse(metadata['losses'] ?? '') as { before: number; after: number };
  const { vocabulary, embedding, hidden, layers, length, streams } = settings;
  const architecture = {
    vocabularySize: vocabulary,
    embeddingSize: embedding,
    hiddenSize: hidden,
    layers,
    tied: false,
  };
  const dropout = { embedding: 0, hidden: 0, seed: 0 };
  const trainer = engine.createTrainer(architecture, freshState(architecture, tensors, streams), {
    length,
    streams,
    dropout,
  });
  const text = tokensOf(settings);
  const heldOut = text.subarray(settings.training);
  assert.ok(Math.abs(validationLoss(trainer, heldOut, settings) - expected.before) < 1e-4);
  await train(trainer, text.subarray(0, settings.training), settings);
  const after = validationLoss(trainer, heldOut, settings);
  trainer.dispose();
  assert.ok(expected.after < expected.before - 1, 'it has learned');
  assert.ok(Math.abs(after - expected.after) < tolerance, `${after} where PyTorch ends at ${expected.after}`);
}

async function train(trainer: Trainer, text: Uint16Array, settings: Case): Promise<void> {
  const { length, streams } = settings;
  const update = {
    rate: settings.rate,
    beta1: settings.beta1,
    beta2: settings.beta2,
    epsilon: settings.epsilon,
    weightDecay: settings.weight_decay,
    clipNorm: settings.clip,
    averageDecay: 0,
  };
  const batches = Math.floor(partLength(text, streams) / length);
  for (let step = 0; step < settings.steps; step++) {
    trainer.train(batchAt(text, (step % batches) * length, length, streams), update);
    if (step % 50 === 0) await new Promise(setImmediate);
  }
}

function validationLoss(trainer: Trainer, text: Uint16Array, { length, streams }: Case): number {
  const end = partLength(text, streams);
  let sum = 0;
  for (let start = 0; start < end; start += length) {
    const losses = new Float32Array(Math.min(length, end - start) * streams);
    trainer.evaluate(batchAt(text, start, losses.length / streams, streams), 'current', losses);
    sum += losses.reduce((total, loss) => total + loss, 0);
  }
  return sum / (end * streams);
}

function partLength(text: Uint16Array, streams: number): number {
  return Math.floor((text.length - 1) / streams);
}

/** Stream b reads the b-th part of the text, from a state of zeros. */
function batchAt(text: Uint16Array, start: number, length: number, streams: number): Batch {
  const part = partLength(text, streams);
  const at = (cell: number): number => (cell % streams) * part + start + Math.floor(cell / streams);
  const cells = { length: length * streams };
  return {
    length,
    streams,
    inputs: Uint16Array.from(cells, (_, cell) => text[at(cell)]!),
    targets: Uint16Array.from(cells, (_, cell) => text[at(cell) + 1]!),
    resets: Uint8Array.from(cells, (_, cell) => (start === 0 && cell < streams ? 1 : 0)),
  };
}

/** The text of make_long_run.py. */
function tokensOf({ training, validation, vocabulary }: Case): Uint16Array {
  const text = new Uint16Array(training + validation);
  text[1] = 1;
  for (let place = 2, state = 1; place < text.length; place++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const drawn = state >>> 16;
    const ruled = (5 * text[place - 1]! + (text[place - 2]! % 3) + 1) % vocabulary;
    text[place] = drawn % 4 === 0 ? (drawn >>> 2) % vocabulary : ruled;
  }
  return text;
}
