import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import { Memory } from '../../../src/memory/memory';
import { memoryFile, saveMemory } from '../../../src/memory/memoryFile';
import { createModelFolder, readModel, saveModel } from '../../../src/model/modelFolder';
import { sampleDescription, sampleParameters, withBest } from '../model/sampleModel';
import { jsonLines, run } from './run';

describe('textloom models', () => {
  let root: string;
  let models: string;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'textloom-cli-models-'));
    models = join(root, '.textloom', 'models');
    const { folder, description } = await createModelFolder(models, sampleDescription('one'));
    await saveModel(folder, withBest(description, 10), sampleParameters(10));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  async function succeeds(...args: string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await run(root, ['models', ...args, '--json']);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    return jsonLines(stdout)[0]!;
  }
  async function fails(code: number, message: RegExp, ...args: string[]): Promise<void> {
    const finished = await run(root, ['models', ...args]);
    assert.equal(finished.code, code, finished.stderr);
    assert.match(finished.stderr, message);
    assert.match(finished.stderr, /^textloom: [^\n]+\n$/);
    assert.equal(finished.stdout, '');
  }

  it('takes a model to another place in one file', async () => {
    const { file, bytes } = await succeeds('export', 'one');
    assert.equal(file, join(root, 'one.textloom'));
    assert.equal(readFileSync(join(root, 'one.textloom')).length, bytes);
    const imported = await succeeds('import', 'one.textloom', '--out', 'elsewhere', '--name', 'guest');
    assert.equal(imported['model'], join(root, 'elsewhere', 'guest'));
    assert.deepEqual((await readModel(join(root, 'elsewhere', 'guest'))).parameters, sampleParameters(10));
    assert.equal((await succeeds('import', 'one.textloom'))['name'], 'one 2');
  });

  it('leaves the memory out of the file unless it is asked for, and says so', async () => {
    const { description } = await readModel(join(models, 'one'));
    const memory = new Memory(createTokenizer(description.tokenizer));
    memory.learn([2, 3, 2, 3, 2, 0]);
    await saveMemory(join(models, 'one'), memory);
    const memoryIn = (folder: string) => existsSync(join(root, folder, memoryFile));

    assert.equal((await succeeds('export', 'one'))['memory'], false);
    const { stdout } = await run(root, ['models', 'export', 'one']);
    assert.match(stdout, /without its memory, which holds pieces of the text: --with-memory packs it too\n$/);
    assert.equal((await succeeds('import', 'one.textloom', '--out', 'a'))['memory'], 'none');
    assert.ok(!memoryIn('a/one'));

    assert.equal((await succeeds('export', 'one', '--with-memory'))['memory'], true);
    assert.equal((await succeeds('import', 'one.textloom', '--out', 'b'))['memory'], 'whole');
    assert.deepEqual(readFileSync(join(root, 'b/one', memoryFile)), readFileSync(join(models, 'one', memoryFile)));

    // As it was packed, and yet no memory of this model.
    writeFileSync(join(models, 'one', memoryFile), 'A letter to my mother.');
    await succeeds('export', 'one', '--with-memory');
    const imported = await run(root, ['models', 'import', 'one.textloom', '--out', 'c']);
    assert.match(imported.stdout, /^Imported as "one" in .*, without its memory: that was damaged\n$/);
    assert.equal(imported.code, 0);
    assert.ok(!memoryIn('c/one'));
    assert.deepEqual((await readModel(join(root, 'c', 'one'))).parameters, sampleParameters(10));
  });

  it('renames, copies, moves and deletes', async () => {
    assert.equal((await succeeds('rename', 'one', 'two'))['model'], join(models, 'two'));
    assert.equal((await succeeds('duplicate', 'two', 'three'))['model'], join(models, 'three'));
    assert.equal((await succeeds('move', 'three', 'elsewhere'))['model'], join(root, 'elsewhere', 'three'));
    const { kept } = await succeeds('delete', 'two');
    assert.ok(existsSync(join(String(kept), 'model.safetensors')));
    assert.ok(!existsSync(join(models, 'two')));
    await succeeds('delete', 'elsewhere/three', '--for-good');
    assert.ok(!existsSync(join(root, 'elsewhere', '.deleted')));
  });

  it('checks the files of a model, and names those that are damaged', async () => {
    assert.deepEqual((await succeeds('check', 'one'))['damaged'], []);
    const path = join(models, 'one', 'model.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"seed": 1', '"seed": 3'));
    const { code, stdout, stderr } = await run(root, ['models', 'check', 'one']);
    assert.deepEqual([code, stderr], [1, '']);
    assert.equal(stdout, 'model.json is damaged: the copy of it in another file of the model is used.\n');
    const written = await run(root, ['generate', '--model', 'one', '--prompt', 'a', '--length', '5']);
    assert.match(written.stderr, /^textloom: one: model\.json is damaged: the copy/);
    rmSync(join(models, 'one', 'model.safetensors'));
    const lost = await run(root, ['models', 'check', 'one']);
    assert.equal(lost.code, 1);
    assert.match(lost.stderr, /changed since it was saved.*remove its last line, "checksum"/);
  });

  it('says in one sentence what cannot be', async () => {
    writeFileSync(join(root, 'letter.textloom'), 'Dear all');
    await fails(1, /no ZIP archive/, 'import', 'letter.textloom');
    await fails(2, /Leave out/, 'rename', 'one', 'a/b');
    await fails(2, /no model in/, 'rename', 'nobody', 'two');
    await fails(2, /^textloom: \. holds models and is none: name \.textloom\/models\/one\.$/m, 'delete', '.');
    await fails(2, /its new name/, 'rename', 'one');
    await fails(2, /which model/, 'delete');
    await fails(2, /which file/, 'import');
  });

  it('leaves a model alone that is being trained', async () => {
    const lock = { process: process.pid, parent: process.pid, host: hostname() };
    writeFileSync(join(models, 'one', 'training.lock'), JSON.stringify(lock));
    for (const args of [
      ['rename', 'one', 'two'],
      ['move', 'one', 'elsewhere'],
      ['delete', 'one'],
    ]) {
      await fails(1, /"one" is being trained: stop its training first/, ...args);
    }
    assert.equal((await succeeds('duplicate', 'one'))['name'], 'one 2');
  });
});
