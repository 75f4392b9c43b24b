import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import type { Engine } from '../../../src/engine/engine';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { readModel } from '../../../src/model/modelFolder';
import { PartwiseScoring } from '../../../src/scoring/partwise';
import { type ScoringModel, type Surprisal, surprisal, surprisalAtOnce } from '../../../src/scoring/surprisal';
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
    const { characters, starts, total } = await surprisal(model, text);
    assert.ok(Math.abs(total - exact.total) < exact.total / 1000, `${total} against ${exact.total} nats`);
    const bits = characters.map((nats, i) => Math.abs(nats - exact.characters[i]!) / Math.LN2);
    const other = bits.filter((difference) => difference > 0.01).length;
    assert.ok(other < characters.length / 100, `${other} of ${characters.length} characters differ`);
    assert.deepEqual(starts, exact.starts);
  });

  it('is nearly the same in rounds of parts, whichever is read first', async () => {
    const scoring = new PartwiseScoring(model, text, [{ start: 0, end: text.length }], 9000);
    const scored = new Float32Array(text.length);
    await scoring.run(({ parts }) => {
      for (const { start, bits } of parts) scored.set(bits, start);
    });
    const bits = Array.from(text).flatMap((character, i) =>
      new Array<number>(character.length).fill(exact.characters[i]! / Math.LN2),
    );
    const other = bits.filter((each, i) => !(Math.abs(each - scored[i]!) < 0.01)).length;
    assert.ok(other < bits.length / 100, `${other} of ${bits.length} code units differ`);
    const sum = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((total, each) => total + each, 0);
    assert.ok(Math.abs(sum(scored) - sum(bits)) < sum(bits) / 1000);
  });

  it('is the same from a model that is ready to write', async () => {
    const predictor = engine.createPredictor(model.architecture, model.parameters);
    const { characters, total } = await surprisalAtOnce(predictor, model.tokenizer, text);
    assert.ok(Math.abs(total - exact.total) < exact.total * 1e-3, `${total} against ${exact.total} nats`);
    characters.forEach((nats, i) => assert.ok(Math.abs(nats - exact.characters[i]!) < 0.02, `character ${i}`));
    predictor.dispose();
  });

  it('can be given up', async () => {
    const predictor = engine.createPredictor(model.architecture, model.parameters);
    const giveUp = new AbortController();
    setTimeout(() => giveUp.abort());
    await assert.rejects(surprisalAtOnce(predictor, model.tokenizer, text.repeat(50), giveUp.signal), {
      name: 'AbortError',
    });
    predictor.dispose();
  });
});
