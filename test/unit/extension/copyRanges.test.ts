import assert from 'node:assert/strict';
import { copyRanges, copyText } from '../../../src/extension/novelty/copyRanges';

describe('a copied passage in a document', () => {
  const copy = { start: 4, length: 7, document: 'chapter-3.md', offset: 900 };

  it('is found where the document has other line ends than the model', () => {
    const written = 'ab\r\ncdef\r\nghij';
    const [range] = copyRanges(written, 100, [copy]);
    assert.deepEqual(range, { copy, start: 105, end: 113, text: 'def\nghi' });
  });

  it('is described by its characters, its document and its line, where that is known', () => {
    const [range] = copyRanges('abcd😀fghijk', 0, [copy]);
    assert.ok(range);
    assert.equal(copyText(range, 120), '6 characters as in chapter-3.md:120');
    assert.equal(copyText(range, null), '6 characters as in chapter-3.md');
  });
});
