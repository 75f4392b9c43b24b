import fc from 'fast-check';
import assert from 'node:assert/strict';
import { BpeTokenizer } from '../../../../src/corpus/tokenizers/bpe';
import { chooseKind, largeCorpus } from '../../../../src/corpus/tokenizers/chooseKind';
import { codeUnits } from '../../../../src/corpus/tokenizers/codeUnits';
import { createTokenizer } from '../../../../src/corpus/tokenizers/create';
import { longestPiece } from '../../../../src/model/tokenizerDescription';
import { pieceHash, PieceScanner, piecesOf } from '../../../../src/corpus/tokenizers/pieces';
import { PieceTable } from '../../../../src/corpus/tokenizers/pieceTable';
import { ScratchArray } from '../../../../src/corpus/tokenizers/scratchArray';
import {
  endOfDocument,
  type Tokenizer,
  type TokenizerKind,
  unknown,
} from '../../../../src/corpus/tokenizers/tokenizer';
import { tokenizerTrainer, trainTokenizer } from '../../../../src/corpus/tokenizers/train';
import { vocabularySizeOf } from '../../../../src/model/tokenizerDescription';
import { tokenizerKinds } from '../../../../src/model/tokenizerKinds';
import { prose } from '../sources';

const kinds = Object.keys(tokenizerKinds) as TokenizerKind[];
const options = { maximumVocabulary: 400, minimumCount: 1 };
const sample = `${prose(5000)}\n\tif (a[10] === 'b') return "naïve café, 語 and 😀👩‍👩‍👧";\n    don't\n`;
const anyText = fc.string({ unit: 'binary' });
/** Strings of code units: halves of pairs stand alone in them. */
const anyUnits = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

/** Every code point there is, surrogates apart. */
function* everyCodePoint(): Generator<number> {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (codePoint < 0xd800 || codePoint > 0xdfff) yield codePoint;
  }
}

function streamed(tokenizer: Tokenizer, tokens: ArrayLike<number>): string {
  const decoder = tokenizer.decoder();
  const pieces = Array.from(tokens, (token) => decoder.push(token));
  for (const piece of pieces) assert.ok(!/\p{Surrogate}/u.test(piece), 'half a code point was given out');
  return pieces.join('') + decoder.end();
}

for (const kind of kinds) {
  describe(`the ${kind} tokeniser`, () => {
    const tokenizer = trainTokenizer(kind, [sample], options);

    it('gives back the text it was made from', () => {
      assert.equal(tokenizer.decode(tokenizer.encode(sample)), sample);
      assert.equal(streamed(tokenizer, tokenizer.encode(sample)), sample);
    });

    it('is the same again after it was saved and loaded', () => {
      const loaded = createTokenizer(JSON.parse(JSON.stringify(tokenizer.description)) as typeof tokenizer.description);
      assert.deepEqual(loaded.encode(sample), tokenizer.encode(sample));
      assert.equal(loaded.vocabularySize, tokenizer.vocabularySize);
    });

    it('uses the ids that its description promises, and never the end of a document', () => {
      assert.equal(tokenizer.vocabularySize, vocabularySizeOf(tokenizer.description));
      assert.ok(tokenizer.vocabularySize <= options.maximumVocabulary);
      fc.assert(
        fc.property(fc.oneof(anyText, anyUnits), (text) => {
          for (const token of tokenizer.encode(text)) {
            assert.ok(token !== endOfDocument && token < tokenizer.vocabularySize);
          }
        }),
      );
    });

    it('decodes piece by piece what it decodes at once, whatever the ids', () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 0, max: tokenizer.vocabularySize + 3 })), (tokens) => {
          assert.equal(streamed(tokenizer, tokens), tokenizer.decode(tokens));
        }),
      );
    });

    it('decodes the unknown token as the replacement character, the end of a document as nothing', () => {
      assert.equal(tokenizer.decode([endOfDocument, unknown, endOfDocument]), '\ufffd');
      assert.equal(streamed(tokenizer, [endOfDocument, unknown, endOfDocument]), '\ufffd');
    });

    it('puts the same ids into a scratch array, however large the text is', () => {
      const room = new ScratchArray();
      for (const length of [3, 100, 8192, 10_001, 70_000, 1_200_000]) {
        for (const text of [prose(length, length), `${prose(length, 1)}語😀é`]) {
          assert.deepEqual(tokenizer.encode(text, room), tokenizer.encode(text));
        }
      }
    });

    it('encodes nothing as nothing', () => {
      assert.equal(tokenizer.encode('').length, 0);
      assert.equal(tokenizer.decode([]), '');
    });
  });
}

for (const kind of ['byte', 'bpe'] as const) {
  describe(`the ${kind} tokeniser, on what it has never seen`, () => {
    const tokenizer = trainTokenizer(kind, [sample], options);

    it('loses nothing of any text', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          assert.equal(tokenizer.decode(tokenizer.encode(text)), text);
          assert.equal(streamed(tokenizer, tokenizer.encode(text)), text);
        }),
      );
    });

    it('reads a surrogate without its other half as the replacement character', () => {
      fc.assert(
        fc.property(anyUnits, (text) => {
          assert.equal(tokenizer.decode(tokenizer.encode(text)), text.replace(/\p{Surrogate}/gu, '\ufffd'));
        }),
      );
    });

    it('loses none of the code points of Unicode', function () {
      this.timeout(20_000);
      const all = Array.from(everyCodePoint(), (codePoint) => String.fromCodePoint(codePoint)).join('');
      assert.ok(tokenizer.decode(tokenizer.encode(all)) === all);
    });
  });
}

describe('the char tokeniser, over all of Unicode', () => {
  it('gives each code point a token of its own and gets it back', function () {
    this.timeout(20_000);
    let symbols: string[] = [];
    let checked = 0;
    const check = () => {
      const tokenizer = createTokenizer({ kind: 'char', symbols });
      const text = symbols.join('');
      const tokens = tokenizer.encode(text);
      assert.equal(tokens.length, symbols.length);
      assert.ok(tokens.every((token, index) => token === index + 2));
      assert.ok(tokenizer.decode(tokens) === text);
      checked += symbols.length;
      symbols = [];
    };
    for (const codePoint of everyCodePoint()) {
      symbols.push(String.fromCodePoint(codePoint));
      if (symbols.length === 0x10000 - 2) check();
    }
    check();
    assert.equal(checked, 0x110000 - 0x800);
  });

  it('makes one unknown token of each code point it lacks', () => {
    const tokenizer = createTokenizer({ kind: 'char', symbols: ['a', '😀'] });
    assert.deepEqual([...tokenizer.encode('a😀b😁語\ud800a\udc00')], [2, 3, 1, 1, 1, 1, 2, 1]);
  });

  it('reads half a pair as the replacement character where it knows that', () => {
    const tokenizer = createTokenizer({ kind: 'char', symbols: ['a', '\ufffd'] });
    assert.deepEqual([...tokenizer.encode('a\ud83da')], [2, 3, 2]);
  });

  it('knows what was seen often enough, in the order of code points', () => {
    const tokenizer = trainTokenizer('char', ['zzyé', 'yz😀😀'], { maximumVocabulary: 100, minimumCount: 2 });
    assert.deepEqual(tokenizer.description, { kind: 'char', symbols: ['y', 'z', '😀'] });
  });

  it('keeps the most frequent where there is no room for all', () => {
    const tokenizer = trainTokenizer('char', ['aaabbccccd'], { maximumVocabulary: 4, minimumCount: 1 });
    assert.deepEqual(tokenizer.description, { kind: 'char', symbols: ['a', 'c'] });
  });
});

describe('the char tokeniser, on large texts', () => {
  // Of ASCII alone, where units go two by two, of an even and an odd number, and of more.
  const texts = [prose(20_000), prose(20_001, 1), `${prose(20_000, 2)}é`, `${prose(9_999, 3)}😀 ${prose(9_999, 4)}`];

  it('makes the token of each character that it makes of the character alone', () => {
    const tokenizer = createTokenizer({ kind: 'char', symbols: [...Array.from('\n abcdefghijklmno'), 'é'] });
    for (const text of texts) {
      const alone = Array.from(text, (character) => tokenizer.encode(character)[0]);
      assert.deepEqual([...tokenizer.encode(text)], alone);
      assert.deepEqual([...tokenizer.encode(text, new ScratchArray())], alone);
    }
  });

  it('counts each character of a text of many blocks', () => {
    const counts = new Map<string, number>();
    for (const character of texts.join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
    const least = Math.min(...counts.values());
    for (const minimumCount of [1, least + 1, ...[...counts.values()].map((count) => count + 1)]) {
      const { description } = trainTokenizer('char', texts, { maximumVocabulary: 400, minimumCount });
      const expected = [...counts].filter(([, count]) => count >= minimumCount).map(([character]) => character);
      assert.deepEqual(description, { kind: 'char', symbols: expected.sort() });
    }
  });
});

describe('the word tokeniser', () => {
  it('knows the most frequent words, and a word it lacks is one unknown token', () => {
    const tokenizer = trainTokenizer('word', ['the cat the dog the cat'], { maximumVocabulary: 5, minimumCount: 2 });
    assert.deepEqual(tokenizer.description, { kind: 'word', words: [' cat', ' the'] });
    assert.deepEqual([...tokenizer.encode(' the fish the')], [3, 1, 3]);
  });
});

function pieces(text: string): string[] {
  return Array.from(piecesOf(text));
}

describe('splitting text into pieces', () => {
  it('puts a space with its word, and keeps apostrophes inside words', () => {
    assert.deepEqual(pieces("Don't stop,  now"), ["Don't", ' stop', ',', ' ', ' now']);
    assert.deepEqual(pieces('if (a) {\n    return 12345;'), [
      'if',
      ' (',
      'a',
      ')',
      ' {',
      '\n   ',
      ' return',
      ' 123',
      '45',
      ';',
    ]);
  });

  it('loses nothing, keeps pairs whole and pieces short', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, fc.constantFrom('😀'.repeat(100), `a${'😀'.repeat(100)}`, ' '.repeat(200))),
        (text) => {
          const result = pieces(text);
          assert.equal(result.join(''), text);
          for (const piece of result) {
            assert.ok(piece.length > 0 && piece.length <= longestPiece);
            assert.ok(!/\p{Surrogate}/u.test(piece));
          }
        },
      ),
    );
  });
});

describe('PieceScanner', () => {
  it('tells the hash of each piece', () => {
    const texts = fc.oneof(anyUnits, anyText, fc.stringMatching(/^[a \n'1]{1,90}$/), fc.constant('😀'.repeat(90)));
    fc.assert(
      fc.property(texts, (text) => {
        const units = codeUnits(text);
        const scanner = new PieceScanner(units);
        for (let start = 0; start < units.length;) {
          const end = scanner.end(start);
          assert.equal(scanner.hash, pieceHash(units, start, end));
          start = end;
        }
      }),
    );
  });
});

describe('PieceTable', () => {
  it('numbers pieces as a Map would', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 6 })), (texts) => {
        const table = new PieceTable();
        const map = new Map<string, number>();
        for (const text of texts) {
          const units = codeUnits(`<${text}>`);
          assert.equal(table.find(units, 1, units.length - 1), map.get(text) ?? -1);
          if (!map.has(text)) map.set(text, map.size);
          assert.equal(table.add(units, 1, units.length - 1), map.get(text));
        }
        for (const [text, number] of map) assert.equal(table.text(number), text);
        assert.equal(table.size, map.size);
      }),
    );
  });

  it('keeps its numbers when its table grows', () => {
    const table = new PieceTable();
    for (let i = 0; i < 100_000; i++) assert.equal(table.add(codeUnits(`${i}`), 0, `${i}`.length), i);
    for (let i = 0; i < 100_000; i += 7) assert.equal(table.find(codeUnits(`x${i}`), 1, `${i}`.length + 1), i);
    assert.equal(table.text(99_999), '99999');
  });
});

describe('byte-pair encoding', () => {
  it('learns the most frequent pairs first, and joins them in that order', () => {
    const { description } = trainTokenizer('bpe', ['aaab aaab aaab'], { maximumVocabulary: 262, minimumCount: 1 });
    const id = (character: string) => character.charCodeAt(0) + 2;
    assert.ok(description.kind === 'bpe');
    assert.deepEqual(description.merges.slice(0, 1), [[id('a'), id('a')]]);
    const tokenizer = createTokenizer(description);
    assert.deepEqual([...tokenizer.encode('aa')], [258]);
    assert.ok(tokenizer.encode(' aaab').length < 5);
  });

  it('counts pairs exactly: learns what recounting from scratch after each join would', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[abc ]{1,12}$/), { minLength: 1, maxLength: 20 }), (lines) => {
        const { description } = trainTokenizer('bpe', lines, { maximumVocabulary: 270, minimumCount: 1 });
        assert.ok(description.kind === 'bpe');
        assert.deepEqual(description.merges, naiveMerges(lines, 12));
      }),
      { numRuns: 60 },
    );
  });

  it('lets others go first at every join, so that it can be given up', () => {
    const trainer = tokenizerTrainer('bpe', { maximumVocabulary: 400, minimumCount: 1 });
    trainer.add(sample.repeat(20));
    const finishing = trainer.finish();
    let breaths = 0;
    let step = finishing.next();
    for (; !step.done; step = finishing.next()) breaths++;
    const { description } = step.value;
    assert.ok(description.kind === 'bpe' && description.merges.length > 20);
    assert.ok(breaths >= description.merges.length, `${breaths}`);
  });

  it('stops where no pair comes twice, and makes do with no pairs', () => {
    const { description } = trainTokenizer('bpe', ['abcdef'], { maximumVocabulary: 1000, minimumCount: 1 });
    assert.deepEqual(description, { kind: 'bpe', merges: [] });
  });

  it('refuses merges of tokens that are not there', () => {
    assert.throws(() => new BpeTokenizer({ kind: 'bpe', merges: [[99, 9999]] }), RangeError);
  });
});

/** The textbook algorithm, slow and plain. */
function naiveMerges(lines: readonly string[], most: number): [number, number][] {
  const words: number[][] = [];
  for (const line of lines)
    for (const piece of pieces(line)) words.push(Array.from(Buffer.from(piece), (byte) => byte + 2));
  const merges: [number, number][] = [];
  while (merges.length < most) {
    const counts = new Map<number, number>();
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = word[i]! * 0x10000 + word[i + 1]!;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const [best] = [...counts].sort(([a, x], [b, y]) => y - x || a - b);
    if (!best || best[1] < 2) break;
    const pair: [number, number] = [Math.floor(best[0] / 0x10000), best[0] % 0x10000];
    const id = 258 + merges.push(pair) - 1;
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        if (word[i] === pair[0] && word[i + 1] === pair[1]) word.splice(i, 2, id);
      }
    }
  }
  return merges;
}

describe('choosing a tokeniser', () => {
  it('takes characters for small texts and byte pairs for large ones, and says why', () => {
    const small = chooseKind('auto', 50_000);
    const large = chooseKind('auto', largeCorpus);
    assert.equal(small.kind, 'char');
    assert.equal(large.kind, 'bpe');
    assert.match(small.reason, /50,000/);
    assert.match(large.reason, /20,000,000/);
  });

  it('takes the kind that is asked for, whatever the size of the text', () => {
    for (const kind of kinds) assert.equal(chooseKind(kind, 10).kind, kind);
  });
});
