import assert from 'node:assert/strict';
import { unknownText } from '../../../src/generation/unknownText';

describe('what a model has never seen', () => {
  it('is named with what it was mapped to', () => {
    assert.equal(
      unknownText(['Ω', '\u200b']),
      'The model has never seen Ω U+200B: it reads each of them as \ufffd, its one sign for all that it does not know.',
    );
    assert.match(unknownText([' ', '\n', '\t']), /never seen the space the line break the tab: /);
    assert.match(unknownText(Array.from('abcdefghijkl')), /j and 2 more: it reads each/);
  });
});
