import fc from 'fast-check';
import assert from 'node:assert/strict';
import { CharTokenizer } from '../../../src/corpus/tokenizers/char';
import { endOfDocument } from '../../../src/corpus/tokenizers/tokenizer';
import { makePrompt } from '../../../src/generation/generation';

const tokenizer = new CharTokenizer({ kind: 'char', symbols: ['a', 'b', ' ', '\n', '😀'] });

describe('prompt', () => {
  it('starts with the end of a document where the document starts, and only there', () => {
    assert.deepEqual([...makePrompt(tokenizer, 'ab', true).tokens], [endOfDocument, 2, 3]);
    assert.deepEqual([...makePrompt(tokenizer, 'ab', false).tokens], [2, 3]);
    assert.deepEqual([...makePrompt(tokenizer, '', false).tokens], [endOfDocument]);
    assert.equal(makePrompt(tokenizer, 'ab '.repeat(100), true, 50).tokens.includes(endOfDocument), false);
  });

  it('names each character that the model has never seen once', () => {
    const { unknownCharacters, tokens } = makePrompt(tokenizer, 'aé√b é🚀', true);
    assert.deepEqual(unknownCharacters, ['é', '√', '🚀']);
    assert.equal(tokens.length, 8);
  });

  it('reads at least the limit and at most half as much again, from a line start where there is one', () => {
    const unit = fc.constantFrom('a', 'b', ' ', '\n', '😀');
    fc.assert(
      fc.property(fc.string({ unit, minLength: 0, maxLength: 300 }), (text) => {
        const { text: read } = makePrompt(tokenizer, text, true, 60);
        assert.ok(text.endsWith(read));
        assert.ok(read.length >= Math.min(text.length, 60) && read.length <= 90);
        assert.ok(!/\p{Surrogate}/u.test(read), 'never starts inside a pair');
        const window = text.slice(Math.max(0, text.length - 91), text.length - 60);
        if (text.length > 91 && window.slice(0, -1).includes('\n')) {
          assert.equal(text.at(text.length - read.length - 1), '\n');
        }
      }),
    );
  });

  it('starts at the same place for many keystrokes, wherever the text handed over was cut', () => {
    const words = Array.from({ length: 900 }, (_, i) => ['ab', 'ba', 'aab', 'b'][(i * i + (i >> 3)) % 4]!).join(' ');
    const starts = new Set<number>();
    for (let end = 1000; end < 1400; end++) {
      const { text } = makePrompt(tokenizer, words.slice(0, end), true, 200);
      starts.add(end - text.length);
      assert.equal(makePrompt(tokenizer, words.slice(end - 700, end), false, 200).text, text);
    }
    assert.ok(starts.size < 20, `${starts.size} starts in 400 keystrokes`);
  });
});
