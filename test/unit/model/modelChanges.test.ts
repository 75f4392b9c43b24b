import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setAside } from '../../../src/model/deletedModels';
import { folderSize } from '../../../src/model/footprint';
import { duplicateModel, moveModel, renameModel } from '../../../src/model/modelChanges';
import { createModelFolder, modelFiles, readDescription, readModel, saveModel } from '../../../src/model/modelFolder';
import { NameError } from '../../../src/model/modelName';
import { sampleDescription, sampleParameters, withBest } from './sampleModel';

describe('a model', () => {
  let root: string;
  let models: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'textloom-changes-'));
    models = join(root, 'models');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  async function saved(name: string): Promise<string> {
    const { folder, description } = await createModelFolder(models, sampleDescription(name));
    await saveModel(folder, withBest(description, 10), sampleParameters(10));
    return folder;
  }
  const names = () => readdirSync(models).sort();

  describe('that is renamed', () => {
    it('has the name in its folder, its description and its card, and is the same model', async () => {
      const folder = await saved('one');
      const { id } = await readDescription(folder);
      const renamed = await renameModel(folder, '  two   words ');
      assert.equal(renamed.folder, join(models, 'two words'));
      assert.deepEqual(names(), ['two words']);
      const model = await readModel(renamed.folder);
      assert.equal(model.description.name, 'two words');
      assert.equal(model.description.id, id);
      assert.deepEqual(model.parameters, sampleParameters(10));
      assert.match(readFileSync(join(renamed.folder, modelFiles.card), 'utf8'), /^# two words\n/);
    });

    it('may be renamed to other cases of its letters', async () => {
      const { folder } = await renameModel(await saved('one'), 'One');
      assert.equal(basename(folder), 'One');
      assert.deepEqual(names(), ['One']);
    });

    it('keeps its name where the new one cannot be: taken, empty, or none that a folder can have', async () => {
      const folder = await saved('one');
      await saved('two');
      mkdirSync(join(models, 'three'));
      writeFileSync(join(models, 'three', 'mine.txt'), 'mine');
      for (const wrong of ['two', 'TWO', 'three', '', ' ', '..', '../up', 'a/b', 'con', 'x'.repeat(61)]) {
        await assert.rejects(renameModel(folder, wrong), NameError, wrong);
      }
      assert.deepEqual(names(), ['one', 'three', 'two']);
      assert.equal((await readDescription(folder)).name, 'one');
    });
  });

  describe('that is duplicated', () => {
    it('is equal in everything but name and identity, and both go their ways', async () => {
      const folder = await saved('one');
      writeFileSync(join(folder, modelFiles.metrics), '{"step":1}\n');
      writeFileSync(join(folder, modelFiles.checkpoint), 'checkpoint');
      for (const name of [modelFiles.memory, modelFiles.copies]) writeFileSync(join(folder, name), name);
      writeFileSync(join(folder, 'training.lock'), '{}');
      writeFileSync(join(folder, '.model.json.1.tmp'), 'torn');
      const copy = await duplicateModel(folder);
      assert.equal(copy.folder, join(models, 'one 2'));
      const [one, two] = [await readModel(folder), await readModel(copy.folder)];
      assert.notEqual(two.description.id, one.description.id);
      assert.deepEqual({ ...two.description, id: '', name: '' }, { ...one.description, id: '', name: '' });
      assert.deepEqual(two.parameters, one.parameters);
      assert.equal(readFileSync(join(copy.folder, modelFiles.checkpoint), 'utf8'), 'checkpoint');
      for (const name of [modelFiles.memory, modelFiles.copies]) {
        assert.equal(readFileSync(join(copy.folder, name), 'utf8'), name);
      }
      assert.deepEqual(
        ['training.lock', '.model.json.1.tmp'].filter((name) => existsSync(join(copy.folder, name))),
        [],
      );
      await saveModel(copy.folder, withBest(two.description, 20), sampleParameters(20));
      assert.deepEqual((await readModel(folder)).parameters, sampleParameters(10));
      assert.deepEqual((await readModel(copy.folder)).parameters, sampleParameters(20));
    });

    it('gets the name that is asked for, or says why not', async () => {
      const folder = await saved('one');
      assert.equal((await duplicateModel(folder, 'other')).folder, join(models, 'other'));
      await assert.rejects(duplicateModel(folder, 'Other'), /a model named "Other" already/);
      assert.deepEqual(names(), ['one', 'other']);
    });
  });

  describe('that is moved', () => {
    it('is in the other folder, which ignores itself, and nowhere else', async () => {
      const folder = await saved('one');
      const shelf = join(root, 'work', '.textloom', 'models');
      assert.equal(await moveModel(folder, shelf), join(shelf, 'one'));
      assert.deepEqual(names(), []);
      assert.deepEqual((await readModel(join(shelf, 'one'))).parameters, sampleParameters(10));
      assert.ok(existsSync(join(shelf, '..', '.gitignore')));
    });

    it('stays where its name is taken there', async () => {
      const folder = await saved('one');
      const shelf = join(root, 'other');
      mkdirSync(join(shelf, 'one'), { recursive: true });
      await assert.rejects(moveModel(folder, shelf), NameError);
      assert.deepEqual(names(), ['one']);
      assert.deepEqual(readdirSync(join(shelf, 'one')), []);
    });

    it('stays where it is when it is moved there', async () => {
      const folder = await saved('one');
      assert.equal(await moveModel(folder, models), folder);
    });
  });

  it('takes its memory along, whatever it is called and wherever it goes', async () => {
    const folder = await saved('one');
    writeFileSync(join(folder, modelFiles.memory), 'memory');
    const renamed = await renameModel(folder, 'two');
    const moved = await moveModel(renamed.folder, join(root, 'other'));
    assert.equal(readFileSync(join(moved, modelFiles.memory), 'utf8'), 'memory');
  });

  it('says in its card that its memory holds pieces of the text', async () => {
    const card = readFileSync(join(await saved('one'), modelFiles.card), 'utf8');
    assert.match(card, /`memory\.bin`, where there is one, .*holds pieces of the text itself/);
    assert.match(card, /Without it, the model writes by its weights alone/);
  });

  it('is what may be moved and deleted, and no other folder', async () => {
    mkdirSync(join(root, 'photos'));
    await assert.rejects(setAside(join(root, 'photos')), /no model in/);
    await assert.rejects(moveModel(join(root, 'photos'), models), /no model in/);
    assert.ok(existsSync(join(root, 'photos')));
  });

  it('has the size of its files', async () => {
    const folder = await saved('one');
    const before = await folderSize(folder);
    writeFileSync(join(folder, 'notes.txt'), 'x'.repeat(1000));
    assert.equal(await folderSize(folder), before + 1000);
    assert.equal(await folderSize(join(root, 'nowhere')), 0);
  });
});
