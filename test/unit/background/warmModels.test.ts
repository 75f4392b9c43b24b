import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WarmModels } from '../../../src/background/warmModels';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import type { Engine } from '../../../src/engine/engine';
import { Memory } from '../../../src/memory/memory';
import { memoryFile, saveMemory } from '../../../src/memory/memoryFile';
import { createModelFolder, modelFiles, saveModel } from '../../../src/model/modelFolder';
import { whileOpeningFails } from '../memory/openingFails';
import { sampleDescription, sampleParameters } from '../model/sampleModel';

describe('the cache of warm models', () => {
  let root: string;
  let made: number;
  let disposed: number;
  let models: WarmModels;
  let told: string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'textloom-warm-'));
    made = 0;
    disposed = 0;
    const unused = (): never => assert.fail('Nothing is written here.');
    const engine: Engine = {
      name: 'wasm',
      threads: 1,
      details: '',
      createTrainer: unused,
      createPredictor: (architecture) => {
        made++;
        const dispose = () => {
          disposed++;
        };
        return { architecture, stateSize: 1, next: unused, prime: unused, dispose };
      },
      createScorer: unused,
      canResize: false,
      resize: unused,
      dispose: unused,
    };
    told = [];
    models = new WarmModels(
      () => Promise.resolve(engine),
      2,
      (line) => void told.push(line),
    );
  });

  afterEach(() => rmSync(root, { recursive: true }));

  async function save(name: string): Promise<string> {
    const { folder, description } = await createModelFolder(root, sampleDescription(name));
    await saveModel(folder, description, sampleParameters());
    return folder;
  }

  const touch = (folder: string) => models.use(folder, () => Promise.resolve());

  it('reads a model once, also for requests that come together', async () => {
    const folder = await save('a');
    await Promise.all([touch(folder), touch(folder)]);
    await touch(folder);
    assert.deepEqual([made, disposed], [1, 0]);
  });

  it('reads it again when it was saved again, and lets a request that uses the old one finish', async () => {
    const { folder, description } = await createModelFolder(root, sampleDescription('a'));
    const saved = await saveModel(folder, description, sampleParameters(1));
    await models.use(folder, async () => {
      await saveModel(folder, saved, sampleParameters(2));
      await touch(folder);
      assert.deepEqual([made, disposed], [2, 0]);
    });
    await new Promise(setImmediate);
    assert.deepEqual([made, disposed], [2, 1]);
  });

  it('frees the model used longest ago', async () => {
    const [a, b, c] = [await save('a'), await save('b'), await save('c')];
    for (const folder of [a, b, a, c]) await touch(folder);
    await new Promise(setImmediate);
    assert.deepEqual([made, disposed], [3, 1]);
    await touch(a);
    assert.equal(made, 3, 'still there');
  });

  it('loads a model anew after a load that failed', async () => {
    await assert.rejects(touch(join(root, 'later')), { name: 'ModelError' });
    const folder = await save('later');
    await touch(folder);
    assert.equal(made, 1);
  });

  it('tells of damage that a model is used in spite of, once', async () => {
    const { folder, description } = await createModelFolder(root, sampleDescription('a'));
    await saveModel(folder, description, sampleParameters());
    await touch(folder);
    assert.equal(told.length, 0);
    writeFileSync(join(folder, memoryFile), 'damaged');
    await touch(folder);
    await touch(folder);
    assert.deepEqual(told, ['a: memory.bin is damaged or of another model: the model does without its memory.']);
    writeFileSync(join(folder, modelFiles.description), '{');
    rmSync(join(folder, memoryFile));
    await touch(folder);
    assert.match(String(told[1]), /^a: model\.json is damaged/);
    assert.equal(told.length, 2);
  });

  it('makes nothing that nobody frees where a memory cannot be read, and reads it the next time', async () => {
    const { folder, description } = await createModelFolder(root, sampleDescription('a'));
    await saveModel(folder, description, sampleParameters());
    await saveMemory(folder, new Memory(createTokenizer(description.tokenizer)));
    await whileOpeningFails('EBUSY', () => assert.rejects(touch(folder), { name: 'StorageError' }));
    assert.equal(made, 0);
    assert.ok(await models.use(folder, ({ memory }) => Promise.resolve(memory !== null)));
    assert.equal(made, 1);
  });
});
