import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Utf8State, WholeCharacters } from '../../../src/generation/wholeCharacters';

const firstByte = 2;

/** Follows bytes until one isn't permitted. */
function readAll(characters: WholeCharacters, bytes: Iterable<number>): Utf8State {
  let state = Utf8State.Whole;
  for (const byte of bytes) {
    if (characters.permitted(state)[firstByte + byte] === 0) return Utf8State.Invalid;
    state = characters.after(state, firstByte + byte);
  }
  return state;
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
  const bytewise = new WholeCharacters({ kind: 'byte' });

  it('lets every code point through', () => {
    for (let point = 0; point <= 0x10ffff; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const state = readAll(bytewise, Buffer.from(String.fromCodePoint(point)));
      if (state !== Utf8State.Whole) assert.fail(`U+${point.toString(16)}`);
    }
  });

  it('ends whole exactly on what a strict UTF-8 decoder takes', () => {
    const edges = [
      0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...edges), { maxLength: 6 }), (bytes) => {
        assert.equal(readAll(bytewise, bytes) === Utf8State.Whole, isUtf8(bytes));
      }),
      { numRuns: 5000 },
    );
  });

  it('never ends a document inside a code point, and never permits the unknown token', () => {
    assert.equal(bytewise.permitted(Utf8State.Whole)[0], 1);
    assert.equal(bytewise.permitted(Utf8State.OneLeft)[0], 0);
    for (const state of [Utf8State.Whole, Utf8State.AfterE0]) assert.equal(bytewise.permitted(state)[1], 0);
  });

  it('reads merged pairs byte by byte', () => {
    const [c3, a9] = [firstByte + 0xc3, firstByte + 0xa9];
    const pairs = new WholeCharacters({
      kind: 'bpe',
      merges: [
        [c3, a9],
        [a9, c3],
        [258, 258],
      ],
    });
    assert.deepEqual([...pairs.permitted(Utf8State.Whole).subarray(258)], [1, 0, 1]);
    assert.deepEqual([...pairs.permitted(Utf8State.OneLeft).subarray(258)], [0, 1, 0]);
    assert.equal(pairs.after(Utf8State.OneLeft, 259), Utf8State.OneLeft);
  });

  it('keeps half a surrogate pair of a damaged corpus back', () => {
    const characters = new WholeCharacters({ kind: 'char', symbols: ['a', '\ud83d', '😀'] });
    assert.deepEqual([...characters.permitted(Utf8State.Whole)], [1, 0, 1, 0, 1]);
  });
});
