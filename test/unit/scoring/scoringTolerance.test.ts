import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import type { Engine } from '../../../src/engine/engine';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { readModel } from '../../../src/model/modelFolder';
import { Scoring, type ScoringModel } from '../../../src/scoring/scoring';
import { type Surprisal, surprisal, surprisalAtOnce } from '../../../src/scoring/surprisal';
import { TrainingControls } from '../../../src/training/loop/controls';
import { train } from '../../../src/training/loop/train';
import { story } from '../training/story';
import { TrainingFixture } from '../training/trainingFixture';

const kernelFolder = join(process.cwd(), 'dist');

describe('a score by a trained model', () => {
  const text = `${story(20_000, 9)} Naïve? 😀 ${story(3000, 4)}`;
  let engine: Engine;
  let model: ScoringModel;
  let exact: Surprisal;

  before(async () => {
    const training = await loadWasmEngine({ kernelFolder, threads: 1 });
    const workshop = new TrainingFixture(() => training);
    try {
      const job = await workshop.prepare(200, { hiddenSize: 48, embeddingSize: 16, batchSize: 8, sequenceLength: 16 });
      await train(job, new TrainingControls());
      const { description, parameters } = await readModel(job.folder);
      engine = await loadWasmEngine({ kernelFolder, threads: 2 });
      const tokenizer = createTokenizer(description.tokenizer);
      model = { engine, architecture: description.architecture, parameters, tokenizer };
      exact = await surprisal(model, text, { streams: 1 });
    } finally {
      workshop.dispose();
    }
  });

  after(() => engine.dispose());

  it('is nearly the same in parts side by side as from end to end', async () => {
    const { bits: scored, starts, total } = await surprisal(model, text);
    assert.ok(Math.abs(total - exact.total) < exact.total / 1000, `${total} against ${exact.total} nats`);
    const other = scored.filter((bits, i) => !(Math.abs(bits - exact.bits[i]!) < 0.01)).length;
    assert.ok(other < scored.length / 100, `${other} of ${scored.length} code units differ`);
    assert.deepEqual(starts, exact.starts);
  });

  it('is nearly the same in rounds of parts, whichever is read first', async () => {
    const scoring = new Scoring(model, text, { from: 9000 });
    const scored = new Float32Array(text.length);
    const total = await scoring.run(({ parts }) => {
      for (const { start, bits } of parts) scored.set(bits, start);
    });
    const { bits } = exact;
    const other = bits.filter((each, i) => !(Math.abs(each - scored[i]!) < 0.01)).length;
    assert.ok(other < bits.length / 100, `${other} of ${bits.length} code units differ`);
    assert.ok(Math.abs(total - exact.total) < exact.total / 1000, `${total} against ${exact.total} nats`);
  });

  it('is the same from a model that is ready to write', async () => {
    const predictor = engine.createPredictor(model.architecture, model.parameters);
    const { parts, total } = await surprisalAtOnce({ ...model, predictor }, text);
    assert.ok(Math.abs(total - exact.total) < exact.total * 1e-3, `${total} against ${exact.total} nats`);
    assert.equal(parts.length, 1);
    parts[0]!.bits.forEach((bits, i) => assert.ok(Math.abs(bits - exact.bits[i]!) * Math.LN2 < 0.02, `unit ${i}`));
    predictor.dispose();
  });

  it('can be given up', async () => {
    const predictor = engine.createPredictor(model.architecture, model.parameters);
    const giveUp = new AbortController();
    setTimeout(() => giveUp.abort());
    await assert.rejects(surprisalAtOnce({ ...model, predictor }, text.repeat(50), {}, giveUp.signal), {
      name: 'AbortError',
    });
    predictor.dispose();
  });
});
