import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { copyFile, readCopyIndex } from '../../../../src/generation/copies/copyFile';
import { copiesOfModel, indexCopies, locateCopies } from '../../../../src/training/record/copiesOfModel';
import { saveCorpusManifest } from '../../../../src/training/record/corpusManifest';
import { story } from '../story';

describe('what a model has copied', () => {
  let root: string;
  let model: string;
  const passage = 'The keeper of the light had counted every wave of that long and quarrelsome winter twice.';

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'textloom-copies-'));
    model = join(root, 'model');
    mkdirSync(model);
    mkdirSync(join(root, 'tales'));
    writeFileSync(join(root, 'tales', 'one.md'), story(3000, 1));
    writeFileSync(join(root, 'tales', 'two.md'), `${story(2000, 2)}\n\r\n${passage}\r\n${story(500, 3)}`);
    const source = {
      paths: [join(root, 'tales')],
      root,
      documents: [
        {
          name: 'Untitled-1',
          text: `${story(1000, 5)}Nobody else ever wrote this very sentence, so it is a good one to look for.`,
        },
      ],
      filters: { include: [], exclude: [], respectGitignore: true, maximumFileSize: 1e6 },
    };
    await saveCorpusManifest(model, { source, options: defaultCorpusOptions });
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('is found by the index of its corpus, and its line in the file that it stands in', async () => {
    await indexCopies(model);
    const index = await readCopyIndex(model);
    assert.ok(index);
    const written = `And then he said: ${passage} And that was all.`;
    const [copy, ...others] = await copiesOfModel(model, index, written, 50);
    assert.ok(copy);
    assert.deepEqual(others, []);
    assert.equal(copy.document, 'tales/two.md');
    const text = written.slice(copy.start, copy.start + copy.length);
    assert.equal(text.trim(), passage, 'all of it');
    const [place] = await locateCopies(model, [{ document: copy.document, offset: copy.offset, text }]);
    const lines = `${story(2000, 2)}\n\n`.split('\n').length;
    assert.deepEqual(place, { path: join(root, 'tales', 'two.md'), line: lines });
  });

  it('is found from its least length on, and counted to its ends, wherever it begins', async () => {
    await indexCopies(model);
    const index = (await readCopyIndex(model))!;
    for (let start = 0; start + 50 <= passage.length; start++) {
      const copied = passage.slice(start, start + 50);
      const [copy, ...others] = await copiesOfModel(model, index, `~${copied}~`, 50);
      assert.deepEqual([copy?.start, copy?.length, others.length], [1, 50, 0], `from ${start} on`);
      assert.deepEqual(await copiesOfModel(model, index, `~${copied.slice(1)}~`, 50), []);
    }
  });

  it('is counted as far as the index vouches for where its file has changed or is not known', async () => {
    await indexCopies(model);
    const index = (await readCopyIndex(model))!;
    writeFileSync(join(root, 'tales', 'two.md'), 'Gone.');
    for (const folder of [model, join(root, 'imported')]) {
      const [copy] = await copiesOfModel(folder, index, `~${passage}~`, 50);
      assert.ok(copy !== undefined && copy.length > passage.length - 32 && copy.length <= passage.length);
    }
  });

  it('is still named where its file has changed, and where it was no file', async () => {
    writeFileSync(join(root, 'tales', 'two.md'), 'Gone.');
    const places = await locateCopies(model, [
      { document: 'tales/two.md', offset: 2000, text: passage },
      { document: 'Untitled-1', offset: 0, text: 'Nobody else' },
    ]);
    assert.deepEqual(places, [{ path: join(root, 'tales', 'two.md'), line: null }, null]);
  });

  it('is told of the place nearest to where it was found', async () => {
    writeFileSync(join(root, 'tales', 'one.md'), 'again\n'.repeat(100));
    const [place] = await locateCopies(model, [{ document: 'tales/one.md', offset: 6 * 40 + 1, text: 'again' }]);
    assert.equal(place?.line, 41);
  });

  it('is not known of a model from elsewhere', async () => {
    await assert.rejects(indexCopies(join(root, 'tales')), { name: 'ModelError' });
  });

  it('is told without a place where the model came without the folders of its text', async () => {
    await indexCopies(model);
    const imported = join(root, 'imported');
    mkdirSync(imported);
    cpSync(join(model, copyFile), join(imported, copyFile));
    assert.ok(await readCopyIndex(imported));
    const passages = [{ document: 'tales/two.md', offset: 2000, text: passage }];
    assert.deepEqual(await locateCopies(imported, passages), [null]);
  });
});
