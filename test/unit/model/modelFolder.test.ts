import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import type { ModelDescription } from '../../../src/model/description';
import { StorageError } from '../../../src/model/disk';
import { ModelError, type ModelFault } from '../../../src/model/modelError';
import {
  createModelFolder,
  listModels,
  modelFiles,
  readDescription,
  readModel,
  saveModel,
} from '../../../src/model/modelFolder';
import { folderNameOf } from '../../../src/model/modelName';
import { encodeSafetensors } from '../../../src/model/safetensors';
import { FailingDisk, type Failure } from './failingDisk';
import { sampleDescription, sampleParameters, withBest } from './sampleModel';

describe('a model folder', () => {
  let root: string;
  let modelsFolder: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'textloom-models-'));
    modelsFolder = join(root, '.textloom', 'models');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const saved = async (name = 'sample', step = 10) => {
    const { folder, description } = await createModelFolder(modelsFolder, sampleDescription(name));
    return { folder, description: await saveModel(folder, withBest(description, step), sampleParameters(step)) };
  };
  const edit = (folder: string, change: (description: Record<string, unknown>) => void) => {
    const path = join(folder, modelFiles.description);
    const content = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    change(content);
    delete content['checksum'];
    writeFileSync(path, JSON.stringify(content));
  };
  const fails = (reading: Promise<unknown>, fault: ModelFault, message: RegExp) =>
    assert.rejects(reading, (error) => {
      assert.ok(error instanceof ModelError, String(error));
      assert.equal(error.fault, fault);
      assert.match(error.message, message);
      return true;
    });

  it('gives back the model that was saved', async () => {
    const { folder, description } = await saved();
    const model = await readModel(folder);
    assert.deepEqual(model.description, description);
    assert.deepEqual(model.parameters, sampleParameters(10));
    assert.deepEqual(await readDescription(folder), description);
  });

  it('has a .gitignore and a card, without the text that it was trained on', async () => {
    const { folder } = await saved();
    assert.equal(readFileSync(join(root, '.textloom', '.gitignore'), 'utf8'), '*\n');
    const card = readFileSync(join(folder, 'README.md'), 'utf8');
    assert.match(card, /notes\/one\.md \(120 characters\)/);
    assert.match(card, /1 \(private key\)/);
  });

  it('leaves a .gitignore that is there as it is', async () => {
    mkdirSync(join(root, '.textloom'));
    writeFileSync(join(root, '.textloom', '.gitignore'), 'models/\n');
    await saved();
    assert.equal(readFileSync(join(root, '.textloom', '.gitignore'), 'utf8'), 'models/\n');
  });

  it('writes no .gitignore into a folder that is not its own', async () => {
    await createModelFolder(join(root, 'mine', 'models'), sampleDescription());
    assert.equal(existsSync(join(root, 'mine', '.gitignore')), false);
  });

  it('keeps every name inside of the models folder, and every model in a folder of its own', async () => {
    const names = [
      '../../escape',
      '/etc/passwd',
      'C:\\x',
      '..',
      '.',
      '',
      ' ',
      'con',
      'a\0b',
      'x'.repeat(300),
      'é',
      'é',
    ];
    for (const name of [...names, ...names]) {
      const { folder } = await createModelFolder(modelsFolder, sampleDescription(name));
      assert.equal(dirname(folder), modelsFolder);
    }
    assert.equal(readdirSync(modelsFolder).length, 2 * names.length);
  });

  it('makes folder names that any file system takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const safe = folderNameOf(name);
        assert.ok(safe.length > 0 && Buffer.byteLength(safe) <= 250);
        assert.equal(basename(safe), safe);
        assert.ok(!safe.includes(sep) && !/[<>:"/\\|?*\p{Cc}]|^[. ]|[. ]$/u.test(safe), JSON.stringify(safe));
      }),
    );
  });

  it('says that a model has no weights yet', async () => {
    const { folder } = await createModelFolder(modelsFolder, sampleDescription());
    await fails(readModel(folder), 'no weights', /"sample" has no weights yet/);
    assert.equal((await readDescription(folder)).best, null);
  });

  it('says that there is no model', async () => {
    await fails(readModel(join(root, 'nowhere')), 'missing', /no model in/);
  });

  it('says that a model was made by a newer version, and what to do', async () => {
    const { folder } = await saved();
    edit(folder, (description) => Object.assign(description, { formatVersion: 7, architecture: 'of another kind' }));
    await fails(readModel(folder), 'newer', /newer Textloom \(format 7\)\. Update/);
  });

  const damages: readonly (readonly [string, (folder: string) => void])[] = [
    [
      'model.json that is not JSON',
      (folder) => writeFileSync(join(folder, modelFiles.description), '{"formatVersion": 1'),
    ],
    ['no format version', (folder) => edit(folder, (description) => delete description['formatVersion'])],
    ['a format version that is no number', (folder) => edit(folder, (it) => Object.assign(it, { formatVersion: '1' }))],
    [
      'a tokeniser of another size',
      (folder) => edit(folder, (it) => Object.assign(it, { tokenizer: { kind: 'byte' } })),
    ],
    [
      'an architecture beyond all bounds',
      (folder) => edit(folder, (it) => Object.assign(it['architecture'] as object, { hiddenSize: 1e9 })),
    ],
    [
      'a recipe for another architecture',
      (folder) => edit(folder, (it) => Object.assign(it['architecture'] as object, { hiddenSize: 5 })),
    ],
  ];
  for (const [what, damage] of damages) {
    it(`refuses ${what} without weights, lists the model with the reason, and takes the copy that weights carry`, async () => {
      const { folder, description } = await saved();
      damage(folder);
      const model = await readModel(folder);
      assert.deepEqual([model.description, model.parameters], [description, sampleParameters(10)]);
      assert.match(model.notice ?? '', /^model\.json is damaged: the copy/);
      assert.deepEqual(await readDescription(folder), description);
      rmSync(join(folder, modelFiles.weights));
      await fails(readModel(folder), 'damaged', /damaged/);
      const [listed] = await listModels(modelsFolder);
      assert.equal(listed!.kind, 'damaged');
    });
  }

  const spoilt: typeof damages = [
    ['weights that are cut off', (folder) => cut(join(folder, modelFiles.weights), 0.7)],
    ['empty weights', (folder) => cut(join(folder, modelFiles.weights), 0)],
    [
      'weights of another shape',
      (folder) => {
        const bytes = encodeSafetensors({ tensors: new Map([...sampleParameters()].slice(1)), metadata: {} });
        writeFileSync(join(folder, modelFiles.weights), Buffer.concat(bytes));
      },
    ],
  ];
  for (const [what, damage] of spoilt) {
    it(`refuses ${what}, and lists the model with the reason`, async () => {
      const { folder } = await saved();
      damage(folder);
      await fails(readModel(folder), 'damaged', /damaged/);
      const [listed] = await listModels(modelsFolder);
      assert.equal(listed!.kind, 'damaged');
    });
  }

  it('refuses weights that belong to another model', async () => {
    const { folder } = await saved('one');
    const other = await createModelFolder(modelsFolder, { ...sampleDescription('two'), id: 'another' });
    await saveModel(other.folder, withBest(other.description, 3), sampleParameters(3));
    cpSync(join(other.folder, modelFiles.weights), join(folder, modelFiles.weights));
    await fails(readModel(folder), 'damaged', /belong to another model, "two"/);
  });

  it("takes weights without Textloom's own metadata, as PyTorch writes them", async () => {
    const { folder, description } = await saved();
    const bytes = encodeSafetensors({ tensors: sampleParameters(99), metadata: { format: 'pt' } });
    writeFileSync(join(folder, modelFiles.weights), Buffer.concat(bytes));
    const model = await readModel(folder);
    assert.deepEqual(model.parameters, sampleParameters(99));
    assert.deepEqual(model.description, description);
  });

  it('lists models by name, damaged ones with the reason, and leaves out what is none', async () => {
    const { folder } = await saved('b');
    await saved('a');
    const damaged = (await saved('c')).folder;
    writeFileSync(join(damaged, modelFiles.description), 'nonsense');
    rmSync(join(damaged, modelFiles.weights));
    mkdirSync(join(modelsFolder, 'something else'));
    writeFileSync(join(modelsFolder, 'a file'), '');
    const listed = await listModels(modelsFolder);
    assert.deepEqual(
      listed.map((model) => [basename(model.folder), model.kind]),
      [
        ['a', 'model'],
        ['b', 'model'],
        ['c', 'damaged'],
      ],
    );
    assert.match(listed[2]!.kind === 'damaged' ? listed[2]!.reason : '', /model\.json is not JSON/);
    assert.equal(listed[1]!.folder, folder);
    assert.deepEqual(await listModels(join(root, 'nowhere')), []);
  });

  for (const failure of ['killed', 'full'] as const) {
    it(`holds the old or the new model, whole, wherever a save is ${failure === 'full' ? 'out of space' : 'cut short'}`, async () => {
      const seen = new Set<number>();
      for (let step = 0; ; step++) {
        rmSync(root, { recursive: true, force: true });
        const { folder, description } = await saved('sample', 10);
        const finished = await interruptedSave(folder, description, step, failure);
        const model = await readModel(folder);
        const reached = model.description.best!.step;
        seen.add(reached);
        assert.ok(reached === 10 || reached === 20, `step ${reached}`);
        assert.deepEqual(model.parameters, sampleParameters(reached), `weights and description differ at ${step}`);
        assert.deepEqual(await readDescription(folder), model.description);
        if (failure === 'full')
          assert.deepEqual(
            readdirSync(folder).filter((name) => name.endsWith('.tmp')),
            [],
          );
        // And it can be saved again.
        await saveModel(folder, withBest(model.description, 30), sampleParameters(30));
        assert.deepEqual((await readModel(folder)).parameters, sampleParameters(30));
        if (finished) break;
      }
      assert.deepEqual([...seen].sort(), [10, 20]);
    });
  }

  /** Saves step 20 on a disk that fails at some step. @returns whether it came through. */
  async function interruptedSave(
    folder: string,
    description: ModelDescription,
    failsAt: number,
    failure: Failure,
  ): Promise<boolean> {
    const disk = new FailingDisk(failsAt, failure);
    try {
      await saveModel(folder, withBest(description, 20), sampleParameters(20), disk);
      return true;
    } catch (error) {
      if (failure === 'full') assert.ok(error instanceof StorageError && error.fault === 'full', String(error));
      return false;
    }
  }
});

function cut(path: string, share: number): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
}
