import fc from 'fast-check';
import assert from 'node:assert/strict';
import { BpeTokenizer } from '../../../src/corpus/tokenizers/bpe';
import { ByteTokenizer } from '../../../src/corpus/tokenizers/byte';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import type { CharacterRule } from '../../../src/generation/options';
import { isInside, utf8After, type Utf8State, whole } from '../../../src/generation/utf8';
import { WholeCharacters } from '../../../src/generation/wholeCharacters';

const firstByte = 2;

/** Follows bytes until one isn't permitted. */
function readAll(characters: WholeCharacters, bytes: Iterable<number>): Utf8State | null {
  let state = whole;
  for (const byte of bytes) {
    if (characters.permitted(state)[firstByte + byte] === 0) return null;
    state = characters.after(state, firstByte + byte);
  }
  return state;
}

/** The state after a first byte. */
function after(byte: number): Utf8State {
  return utf8After(whole, byte) ?? assert.fail();
}

function isUtf8(bytes: readonly number[]): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
    return true;
  } catch {
    return false;
  }
}

describe('whole characters', function () {
  this.timeout(30_000);
  const bytewise = new WholeCharacters(new ByteTokenizer());

  it('lets every code point through', () => {
    for (let point = 0; point <= 0x10ffff; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const state = readAll(bytewise, Buffer.from(String.fromCodePoint(point)));
      if (state === null || isInside(state)) assert.fail(`U+${point.toString(16)}`);
    }
  });

  it('ends whole exactly on what a strict UTF-8 decoder takes', () => {
    const edges = [
      0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...edges), { maxLength: 6 }), (bytes) => {
        const state = readAll(bytewise, bytes);
        assert.equal(state !== null && !isInside(state), isUtf8(bytes));
      }),
      { numRuns: 5000 },
    );
  });

  it('never ends a document inside a code point, and never permits the unknown token', () => {
    assert.equal(bytewise.permitted(whole)[0], 1);
    assert.equal(bytewise.permitted(after(0xc3))[0], 0);
    for (const state of [whole, after(0xe0)]) assert.equal(bytewise.permitted(state)[1], 0);
  });

  it('reads merged pairs byte by byte', () => {
    const [c3, a9] = [firstByte + 0xc3, firstByte + 0xa9];
    const pairs = new WholeCharacters(
      new BpeTokenizer({
        kind: 'bpe',
        merges: [
          [c3, a9],
          [a9, c3],
          [258, 258],
        ],
      }),
    );
    assert.deepEqual([...pairs.permitted(whole).subarray(258)], [1, 0, 1]);
    assert.deepEqual([...pairs.permitted(after(0xc3)).subarray(258)], [0, 1, 0]);
    assert.equal(pairs.after(after(0xc3), 259).form, after(0xc3).form);
  });

  it('keeps half a surrogate pair of a damaged corpus back', () => {
    const characters = new WholeCharacters(createTokenizer({ kind: 'char', symbols: ['a', '\ud83d', '😀'] }));
    assert.deepEqual([...characters.permitted(whole)], [1, 0, 1, 0, 1]);
  });

  describe('with a rule about characters', () => {
    const text = 'aZ9 ~\n\téÿ€中\ud7ff\ue000😀𝄞\u{10ffff}';
    const rules: readonly [CharacterRule, (character: string) => boolean][] = [
      [{ kind: 'ascii' }, (character) => /[\t\n\x20-\x7e]/.test(character)],
      [{ kind: 'only', characters: 'aé中😀' }, (character) => 'aé中😀'.includes(character)],
      [{ kind: 'never', characters: 'aé中😀' }, (character) => !'aé中😀'.includes(character)],
    ];
    for (const [rule, allows] of rules) {
      it(`${rule.kind}: lets exactly those characters through`, () => {
        const bytes = new WholeCharacters(new ByteTokenizer(), rule);
        const symbols = Array.from(text);
        const characters = new WholeCharacters(createTokenizer({ kind: 'char', symbols }), rule);
        for (const [i, symbol] of symbols.entries()) {
          assert.equal(readAll(bytes, Buffer.from(symbol)) !== null, allows(symbol), JSON.stringify(symbol));
          assert.equal(characters.permitted(whole)[i + 2] === 1, allows(symbol), JSON.stringify(symbol));
        }
      });
    }

    it('begins no code point that can become none of those allowed', () => {
      const only = new WholeCharacters(new ByteTokenizer(), { kind: 'only', characters: 'é中' });
      const permitted = (state: Utf8State) =>
        [...only.permitted(state).keys()].filter((id) => only.permitted(state)[id]);
      assert.deepEqual(permitted(whole), [0, firstByte + 0xc3, firstByte + 0xe4]);
      assert.deepEqual(permitted(after(0xc3)), [firstByte + 0xa9]);
      const all = Array.from({ length: 64 }, (_, i) => String.fromCodePoint(0xc0 + i)).join('');
      const never = new WholeCharacters(new ByteTokenizer(), { kind: 'never', characters: all });
      assert.equal(never.permitted(whole)[firstByte + 0xc3], 0);
    });

    it('permits a word where every character of it is allowed', () => {
      const words = new WholeCharacters(createTokenizer({ kind: 'word', words: ['ab', 'aé', 'é'] }), { kind: 'ascii' });
      assert.deepEqual([...words.permitted(whole)], [1, 0, 1, 0, 0]);
    });
  });

  describe('where a prompt has the beginning of a token', () => {
    const words = createTokenizer({ kind: 'word', words: [' ab', 'ab', ' é', ' ', '\n '] });

    it('permits what begins so, and the end', () => {
      assert.deepEqual([...new WholeCharacters(words).completing(' ')!], [1, 0, 1, 0, 1, 1, 0]);
    });

    it('goes by a rule for what comes after the beginning alone', () => {
      const only = new WholeCharacters(words, { kind: 'only', characters: 'ab' });
      assert.deepEqual([...only.completing(' ')!], [1, 0, 1, 0, 0, 1, 0]);
    });

    it('says where no token begins so', () => {
      assert.equal(new WholeCharacters(createTokenizer({ kind: 'word', words: ['ab'] })).completing(' '), null);
    });
  });
});
