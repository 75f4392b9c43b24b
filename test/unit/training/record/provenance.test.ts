import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CorpusSource, defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { duplicateModel, moveModel, renameModel } from '../../../../src/model/modelChanges';
import { createModelFolder } from '../../../../src/model/modelFolder';
import { corpusChange } from '../../../../src/training/record/changes';
import { locateCopies } from '../../../../src/training/record/copiesOfModel';
import {
  acceptCorpus,
  outsideText,
  readCorpusManifest,
  saveCorpusManifest,
} from '../../../../src/training/record/corpusManifest';
import { sourceOf } from '../../corpus/sources';
import { sampleDescription } from '../../model/sampleModel';

describe('text outside of the workspace of a model', () => {
  let root: string;
  let work: string;
  let outside: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'textloom-provenance-'));
    work = join(root, 'work');
    outside = join(root, 'outside');
    for (const folder of [work, outside]) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'a.md'), 'Once upon a time there was a text.');
    }
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** A model as training leaves it. */
  async function trainedOn(source: CorpusSource, name = 'one'): Promise<string> {
    const models = join(work, '.textloom', 'models');
    const save = (folder: string) =>
      saveCorpusManifest(folder, { source, options: defaultCorpusOptions, documents: [] });
    return (await createModelFolder(models, sampleDescription(name), save)).folder;
  }

  /** The same model as somebody else would have made it: it names other places. */
  function forge(folder: string, source: Partial<CorpusSource>, signature?: string): void {
    const path = join(folder, 'corpus.json');
    const recipe = JSON.parse(readFileSync(path, 'utf8')) as { source: CorpusSource; signature?: string };
    const whose = { source: { ...recipe.source, ...source }, signature: signature ?? recipe.signature };
    const forged = { ...recipe, ...whose, checksum: undefined };
    writeFileSync(path, JSON.stringify(forged));
  }

  it('is read again where this user has picked it, whatever has become of the model since', async () => {
    const source = sourceOf(outside);
    let folder = await trainedOn(source);
    assert.deepEqual((await readCorpusManifest(folder)).source, source);
    folder = (await renameModel(folder, 'two')).folder;
    folder = (await duplicateModel(folder, 'three')).folder;
    folder = await moveModel(folder, join(root, 'elsewhere'));
    cpSync(folder, join(root, 'copied'), { recursive: true });
    for (const place of [folder, join(root, 'copied')]) {
      assert.deepEqual((await readCorpusManifest(place)).source, source);
      assert.equal(await outsideText(place), undefined);
    }
  });

  it('is not read where somebody else named it, until the user says so', async () => {
    const link = join(work, 'link');
    symlinkSync(outside, link);
    const forged: readonly (readonly [string, Partial<CorpusSource>])[] = [
      [outside, { paths: [outside], root: outside }],
      [outside, { paths: [work, outside] }],
      [join(outside, 'a.md'), { paths: [join(outside, 'a.md')] }],
      [link, { paths: [link] }],
      [join(work, '..'), { root: join(work, '..') }],
      [join(root, 'not there yet'), { paths: [join(root, 'not there yet')] }],
      ['/', { paths: ['/'] }],
    ];
    for (const [index, [named, source]] of forged.entries()) {
      for (const signature of [undefined, '', '0'.repeat(64)]) {
        const folder = await trainedOn(sourceOf(work), `model ${index}`);
        forge(folder, source, signature);
        await assert.rejects(readCorpusManifest(folder), /came from elsewhere and names text outside of its folder: /);
        await assert.rejects(corpusChange(folder), /came from elsewhere/);
        assert.equal(await outsideText(folder), named);
        await acceptCorpus(folder);
        assert.deepEqual((await readCorpusManifest(folder)).source.paths, source.paths ?? [work]);
      }
    }
  });

  it('is all that is asked about: what lies in the workspace is read, whoever named it', async () => {
    const folder = await trainedOn(sourceOf(outside));
    forge(folder, { paths: [join(work, 'a.md'), work], root: work }, '');
    assert.deepEqual((await readCorpusManifest(folder)).source.paths, [join(work, 'a.md'), work]);
    assert.equal(await outsideText(folder), undefined);
  });

  it('is not looked into for copies, though an index names it', async () => {
    const folder = await trainedOn(sourceOf(work));
    symlinkSync(join(outside, 'a.md'), join(work, 'linked.md'));
    const passage = (document: string) => ({ document, text: 'Once upon a time', offset: 0 });
    const names = ['a.md', '../outside/a.md', join(outside, 'a.md'), 'linked.md'];
    const places = await locateCopies(folder, names.map(passage));
    assert.deepEqual(
      places.map((place) => place?.line),
      [1, undefined, undefined, undefined],
    );
  });
});
