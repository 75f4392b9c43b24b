import fc from 'fast-check';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tokenizer } from '../../../src/corpus/tokenizers/tokenizer';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import { Memory } from '../../../src/memory/memory';
import { readMemory, saveMemory } from '../../../src/memory/memoryFile';
import { readCopyIndex } from '../../../src/generation/copies/copyFile';
import { readCheckpoint, saveCheckpoint } from '../../../src/model/checkpoint';
import { readJsonLines } from '../../../src/model/jsonLines';
import { ModelError } from '../../../src/model/modelError';
import { modelFiles, readDescription, readModel } from '../../../src/model/modelFolder';
import { damagedParts } from '../../../src/model/modelParts';
import { TrainingControls } from '../../../src/training/loop/controls';
import { train } from '../../../src/training/loop/train';
import { mendModel } from '../../../src/training/prepare/mending';
import { indexCopies } from '../../../src/training/record/copiesOfModel';
import { readCorpusManifest } from '../../../src/training/record/corpusManifest';
import { readRun } from '../../../src/training/record/record';
import { TrainingFixture } from './trainingFixture';

/** Files of a model that show when they have changed. */
const parts = Object.values(modelFiles).filter((name) => name !== modelFiles.card);

describe('a model of which a file is damaged', () => {
  const whole = new TrainingFixture();
  let template: string;
  let tokenizer: Tokenizer;
  let workshop: TrainingFixture;
  let folder: string;

  before(async () => {
    const job = await whole.prepare(30);
    await train(job, new TrainingControls());
    await indexCopies(job.folder);
    template = job.folder;
    tokenizer = createTokenizer((await readDescription(template)).tokenizer);
    await saveMemory(template, new Memory(tokenizer));
  });
  after(() => whole.dispose());
  beforeEach(() => {
    workshop = new TrainingFixture();
    folder = join(workshop.modelsFolder, 'tale');
    renew();
  });
  afterEach(() => workshop.dispose());

  function renew(): void {
    rmSync(folder, { recursive: true, force: true });
    cpSync(template, folder, { recursive: true });
  }

  /** Turns a bit of a file over. @param place share of the file that is before it */
  function flip(name: string, place: number, bit: number): void {
    const path = join(folder, name);
    const bytes = readFileSync(path);
    const at = Math.min(bytes.length - 1, Math.floor(place * bytes.length));
    bytes[at]! ^= 1 << bit;
    writeFileSync(path, bytes);
  }

  /** What readers make of a file. */
  async function content(name: string): Promise<unknown> {
    switch (name) {
      case modelFiles.description:
        return readDescription(folder);
      case modelFiles.weights:
        return readModel(folder);
      case modelFiles.checkpoint:
        return readCheckpoint(folder);
      case modelFiles.corpus:
        return readCorpusManifest(folder);
      case modelFiles.run:
        return readRun(folder);
      case modelFiles.copies:
        return readCopyIndex(folder);
      case modelFiles.memory:
        return (await readMemory(folder, tokenizer))?.parts;
      default:
        return readJsonLines(join(folder, name));
    }
  }

  it('is told from one that is as it was saved', async () => {
    assert.deepEqual(await damagedParts(folder), []);
  });

  it('shows any bit that is turned over in any file, or reads as if none were', async function () {
    this.timeout(60_000);
    const expected = new Map<string, unknown>();
    for (const name of parts) expected.set(name, await content(name));
    let noticed = 0;
    const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...parts), place, fc.nat(7), async (name, at, bit) => {
        renew();
        flip(name, at, bit);
        const damaged = await damagedParts(folder);
        noticed += damaged.length;
        // A checksum's own name may be hit: then the file reads as one that never had any.
        if (damaged.length === 0) assert.deepEqual(await content(name), expected.get(name), name);
        else assert.deepEqual([damaged.length, damaged[0]!.file], [1, name]);
      }),
      { numRuns: 150 },
    );
    assert.ok(noticed > 130, `${noticed} of 150`);
  });

  it('is never read as what it is not, whichever file is damaged and however', async function () {
    this.timeout(60_000);
    const { description, parameters } = await readModel(folder);
    const spare = (await readCheckpoint(folder))!;
    const other = spare.scored ?? (description.best!.weights === 'averaged' ? spare.averaged : spare.parameters);
    const unfinished = { ...description };
    delete unfinished.finishing;
    const hurt = fc.record({
      name: fc.constantFrom(modelFiles.description, modelFiles.weights),
      how: fc.constantFrom('flip', 'cut', 'remove'),
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      bit: fc.nat(7),
    });
    await fc.assert(
      fc.asyncProperty(hurt, async ({ name, how, at, bit }) => {
        renew();
        const path = join(folder, name);
        if (how === 'flip') flip(name, at, bit);
        else if (how === 'remove') rmSync(path);
        else writeFileSync(path, readFileSync(path).subarray(0, Math.floor(at * readFileSync(path).length)));
        const model = await readModel(folder);
        const isReplaced = model.notice?.startsWith(modelFiles.weights) === true;
        assert.deepEqual(model.description, isReplaced ? unfinished : description);
        assert.deepEqual(await readDescription(folder), description);
        assert.deepEqual(model.parameters, isReplaced ? other : parameters);
        if (name === modelFiles.description) assert.ok(!isReplaced);
        // The last line may be without its end.
        if (how === 'remove' || (how === 'cut' && at < 0.99)) assert.ok(model.notice !== undefined);
      }),
      { numRuns: 60 },
    );
  });

  for (const name of parts.filter((each) => each !== modelFiles.corpus && each !== modelFiles.memory)) {
    for (const how of ['flipped', 'gone'] as const) {
      if (how === 'gone' && [modelFiles.metrics, modelFiles.samples, modelFiles.copies].includes(name as never))
        continue;
      it(`is trained further when ${name} is ${how}, which is said, and is whole then`, async () => {
        // Not in a checksum's own name, for which there is the test above.
        if (how === 'flipped') flip(name, name.includes('json') ? 0.002 : 0.6, 1);
        else rmSync(join(folder, name));
        const end = await train(await workshop.continue(folder, 0.01), new TrainingControls());
        assert.equal(end.kind, 'completed');
        const opening = workshop.told('note').find(({ kind }) => kind === 'restarted')!.message;
        const isSaid = how === 'flipped' || [modelFiles.weights, modelFiles.description].includes(name as never);
        assert.equal(opening.includes(name), isSaid, opening);
        await indexCopies(folder);
        assert.deepEqual(await damagedParts(folder), []);
        assert.equal((await readModel(folder)).notice, undefined);
        assert.equal((await readDescription(folder)).id, (await readDescription(template)).id);
      });
    }
  }

  it('cannot be trained further without knowing its text, and says what can be done', async () => {
    flip(modelFiles.corpus, 0.5, 1);
    await assert.rejects(workshop.continue(folder, 0.01), (error) => {
      assert.ok(
        error instanceof ModelError && error.message.includes('Train a new model from this one'),
        String(error),
      );
      return true;
    });
    assert.ok(!existsSync(join(folder, 'training.lock')));
    assert.equal((await readModel(folder)).notice, undefined);
  });

  it('is trained further by the weights of a checkpoint that does not say where the run stood', async () => {
    const checkpoint = (await readCheckpoint(folder))!;
    await saveCheckpoint(folder, { ...checkpoint, progress: {} });
    rmSync(join(folder, modelFiles.weights));
    const { standIn, parameters } = await readModel(folder);
    assert.equal(standIn, 'weights');
    assert.deepEqual(await mendModel(folder), {
      sentences: [`${modelFiles.weights} is missing: the weights of the checkpoint are used.`],
      hasOtherWeights: true,
    });
    const mended = await readModel(folder);
    assert.deepEqual([mended.standIn, mended.parameters], [undefined, parameters]);
    renew();
    await saveCheckpoint(folder, { ...checkpoint, progress: {} });
    rmSync(join(folder, modelFiles.weights));
    assert.equal((await train(await workshop.continue(folder, 0.01), new TrainingControls())).kind, 'completed');
  });

  it('says which part another one stands in for', async () => {
    assert.equal((await readModel(folder)).standIn, undefined);
    writeFileSync(join(folder, modelFiles.description), '{');
    assert.equal((await readModel(folder)).standIn, 'description');
    const { sentences, hasOtherWeights } = await mendModel(folder);
    assert.deepEqual([sentences.length, hasOtherWeights], [1, false]);
  });

  it('goes on to the end of its budget when it was interrupted and its checkpoint is damaged', async () => {
    const controls = new TrainingControls();
    const job = await workshop.prepare(200, {}, 'interrupted', {
      ...workshop.surroundings,
      report: (event) => {
        if (event.type === 'evaluation' && event.step > 20) void controls.send({ type: 'suspend' });
      },
    });
    assert.equal((await train(job, controls)).kind, 'suspended');
    const path = join(job.folder, modelFiles.checkpoint);
    writeFileSync(path, readFileSync(path).subarray(0, 1000));
    assert.equal((await train(await workshop.continue(job.folder), new TrainingControls())).kind, 'completed');
    assert.equal((await readDescription(job.folder)).trained.steps, 200);
    assert.match(workshop.told('note')[0]!.message, /training goes on from the best weights, with a fresh optimiser/);
  });

  it('is opened as before where an older version saved it, without checksums', async () => {
    for (const name of [modelFiles.description, modelFiles.corpus, modelFiles.run]) {
      const path = join(folder, name);
      const { checksum, ...content } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
      assert.match(String(checksum), /^[0-9a-f]{64}$/);
      writeFileSync(path, JSON.stringify(content));
    }
    const model = await readModel(folder);
    assert.equal(model.notice, undefined);
    assert.deepEqual(model.description, (await readModel(template)).description);
    assert.deepEqual(await damagedParts(folder), []);
    assert.equal((await train(await workshop.continue(folder, 0.01), new TrainingControls())).kind, 'completed');
  });
});
