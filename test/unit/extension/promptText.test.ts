import fc from 'fast-check';
import assert from 'node:assert/strict';
import { promptStart, promptText } from '../../../src/extension/generation/promptText';

describe('a prompt', () => {
  it('is the last code points of the text, none of them cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(20), (text, characters) => {
        const plain = text.replace(/\r\n?/g, '\n');
        const expected = Array.from(plain).slice(Math.max(0, Array.from(plain).length - characters));
        assert.equal(promptText(text, characters), expected.join(''));
      }),
    );
  });

  it('reads a CR LF as one line end', () => {
    assert.equal(promptText('one\r\ntwo\rthree', 9), 'two\nthree');
  });

  it('starts no earlier than the text', () => {
    assert.equal(promptStart('abc', 3, 10), 0);
    assert.equal(promptStart('a😀', 3, 1), 1);
  });
});
