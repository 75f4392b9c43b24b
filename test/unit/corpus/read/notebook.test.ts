import assert from 'node:assert/strict';
import { notebookText } from '../../../../src/corpus/read/notebook';
import { UnreadableError } from '../../../../src/corpus/read/textFile';
import { surveyCorpus } from '../../../../src/corpus/survey/survey';
import { sourceOf, verdictsIn } from '../sources';
import { folderWith } from '../temporaryFolder';

const notebook = {
  nbformat: 4,
  cells: [
    { cell_type: 'markdown', source: ['# Whales\n', 'A study.'] },
    { cell_type: 'code', source: 'count = 3\n', outputs: [{ data: { 'image/png': 'iVBORw0KGgo'.repeat(1000) } }] },
    { cell_type: 'code', source: [] },
    { cell_type: 'raw', source: 'end' },
  ],
};
const text = '# Whales\nA study.\n\ncount = 3\n\nend\n';

describe('notebooks', () => {
  it('are read as the sources of their cells', () => {
    assert.equal(notebookText([JSON.stringify(notebook)]), text);
  });

  it('are read in their older form, with worksheets', () => {
    const older = { worksheets: [{ cells: [{ cell_type: 'code', input: ['a = 1\n', 'b'] }] }] };
    assert.equal(notebookText([JSON.stringify(older)]), 'a = 1\nb\n');
  });

  it('may hold their text in pieces, and cells of unknown kinds', () => {
    const json = JSON.stringify({ cells: [null, 7, {}, { source: 5 }, { source: ['a', 1, 'b'] }] });
    assert.equal(notebookText([json.slice(0, 20), json.slice(20)]), 'ab\n');
    assert.equal(notebookText(['{}']), '');
    assert.equal(notebookText(['null']), '');
  });

  it('that are no JSON are unreadable', () => {
    assert.throws(() => notebookText(['{"cells": [']), UnreadableError);
  });

  it('in a folder count by their sources; damaged ones are left out', async () => {
    const root = folderWith({ 'a.ipynb': JSON.stringify(notebook), 'b.ipynb': '{"cells":', 'c.ipynb': '{"cells":[]}' });
    assert.deepEqual(await verdictsIn(root), { 'a.ipynb': 'included', 'b.ipynb': 'unreadable', 'c.ipynb': 'empty' });
    const { files } = await surveyCorpus(sourceOf(root));
    assert.ok(files[0]!.verdict.kind === 'included');
    assert.equal(files[0]!.verdict.characters, text.length);
  });
});
