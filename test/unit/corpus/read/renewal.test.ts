import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCorpusOptions, type Document } from '../../../../src/corpus/corpus';
import { renewedSource } from '../../../../src/corpus/read/renewal';
import { summarize, surveyCorpus } from '../../../../src/corpus/survey/survey';
import { corpusChange, currentDocuments } from '../../../../src/training/record/changes';
import { saveCorpusManifest } from '../../../../src/training/record/corpusManifest';
import { prose, sourceOf, textsOf, verdicts } from '../sources';
import { folderWith } from '../temporaryFolder';

const names = (documents: readonly Document[]) => documents.map(({ name, text }) => `${name}: ${text}`);

describe('a source that is read again', () => {
  it('lets files speak for themselves again, and keeps what is nowhere else', () => {
    const root = folderWith({ 'a.md': 'on disk' });
    const untitled = { name: 'Untitled-1', text: 'a draft' };
    const gone = { name: 'gone.md', text: 'its file has gone' };
    const source = sourceOf(root, { documents: [{ name: 'a.md', text: 'on screen' }, untitled, gone] });
    assert.deepEqual(renewedSource(source).documents, [untitled, gone]);
    const fresh = [{ name: 'a.md', text: 'on screen again' }];
    assert.deepEqual(names(renewedSource(source, { documents: fresh }).documents), [
      'Untitled-1: a draft',
      'gone.md: its file has gone',
      'a.md: on screen again',
    ]);
  });

  it('takes no picked text for a file of the same name that was not picked', () => {
    const root = folderWith({ 'a.md': 'on disk' });
    const source = textsOf(root, { name: 'a.md', text: 'from elsewhere' });
    assert.deepEqual(renewedSource(source).documents, source.documents);
  });

  it('has what only the editor can read as it is now, where that was handed over anew', () => {
    const source = { ...textsOf('/nowhere', { name: 'Untitled-1', text: 'a draft' }), spool: 'old' };
    assert.deepEqual(renewedSource(source), source);
    assert.deepEqual(renewedSource(source, { documents: [], spool: 'new' }), { ...source, spool: 'new' });
  });

  it('shows as changed what was saved since, though it was not saved when training began', async () => {
    const root = folderWith({ 'a.md': prose(3000), 'b.md': prose(3000, 5) });
    const model = folderWith({});
    const source = sourceOf(root, { documents: [{ name: 'a.md', text: prose(3000, 7) }] });
    const documents = currentDocuments(await surveyCorpus(source));
    await saveCorpusManifest(model, { source, options: defaultCorpusOptions, documents });
    writeFileSync(join(root, 'a.md'), prose(3000, 7));
    assert.deepEqual((await corpusChange(model))?.files, { added: 0, changed: 0, removed: 0, same: 2 });
    writeFileSync(join(root, 'a.md'), prose(4000, 9));
    assert.deepEqual((await corpusChange(model))?.files, { added: 0, changed: 1, removed: 0, same: 1 });
    const fresh = [{ name: 'a.md', text: prose(3000, 7) }];
    assert.deepEqual((await corpusChange(model, {}, { documents: fresh }))?.files, {
      added: 0,
      changed: 0,
      removed: 0,
      same: 2,
    });
  });
});

describe('texts of one name', () => {
  it('are all read, each under a name of its own', async () => {
    const root = folderWith({ 'notes.md': prose(3000) });
    const documents: Document[] = [1, 2, 3].map((seed) => ({ name: 'notes.md', text: prose(3000, seed) }));
    const survey = await surveyCorpus(sourceOf(root, { documents }));
    // The first stands in for the file.
    assert.deepEqual(Object.keys(verdicts(survey)), ['notes.md', 'notes (2).md', 'notes (3).md']);
    assert.equal(summarize(survey).files, 3);
  });
});
