import fc from 'fast-check';
import assert from 'node:assert/strict';
import { createTokenizer } from '../../../../src/corpus/tokenizers/create';
import { type Tokenizer, type TokenizerKind, unknown } from '../../../../src/corpus/tokenizers/tokenizer';
import { trainTokenizer } from '../../../../src/corpus/tokenizers/train';
import { tokenizerKinds } from '../../../../src/model/tokenizerKinds';

const kinds = Object.keys(tokenizerKinds) as TokenizerKind[];
const sample = 'The captain said: the sea, the captain. 我们喜欢编程，我们写。 ab ab\n\n';
const anyText = fc
  .array(fc.constantFrom(...Array.from(sample), ' the', 'zebra', '😀', 'é', '们', '\n\n\n', '  '))
  .map((pieces) => pieces.join(''));

for (const kind of kinds) {
  describe(`what a ${kind} tokeniser answers`, () => {
    const tokenizer = trainTokenizer(kind, [sample], { maximumVocabulary: 400, minimumCount: 1 });

    it('has a piece for each unknown token, and a name for none but those', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const unknowns = tokenizer.encode(text).filter((token) => token === unknown).length;
          const pieces = tokenizer.unknownPieces(text);
          assert.equal(pieces.length, unknowns);
          const symbols = tokenizer.unknownSymbols(text);
          assert.equal(new Set(symbols).size, symbols.length);
          for (const symbol of symbols) assert.ok(pieces.some((piece) => piece.trim() === symbol || piece === symbol));
        }),
      );
    });

    it('says which characters each token completes', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const tokens = tokenizer.encode(text);
          const counts = tokenizer.charactersOf(text, tokens);
          assert.equal(counts.length, tokens.length);
          assert.equal(
            counts.reduce((sum, count) => sum + count, 0),
            Array.from(text).length,
          );
        }),
      );
    });

    it('has the bytes of each token that it writes', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const known = tokenizer.encode(text).filter((token) => token !== unknown);
          const bytes = Buffer.concat(Array.from(known, (token) => tokenizer.bytesOf(token)!));
          assert.equal(bytes.toString('utf8'), tokenizer.decode(known));
        }),
      );
    });

    it('knows a text that its vocabulary was extended by, and keeps its ids', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const extended = createTokenizer(tokenizer.extendedBy(tokenizer.unknownPieces(text)));
          assert.deepEqual(extended.unknownPieces(text), []);
          assert.deepEqual(extended.encode(sample), tokenizer.encode(sample));
          assert.equal(extended.symbols === null, tokenizer.symbols === null);
        }),
      );
    });

    it('reads a prompt as the same text but for an end that a token to come begins with', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const { tokens, begun } = tokenizer.encodePrompt(text);
          assert.ok(text.endsWith(begun));
          const before = text.slice(0, text.length - begun.length);
          const exactly = tokenizer.encode(before);
          assert.equal(tokens.length, exactly.length);
          exactly.forEach((token, i) => {
            if (token !== unknown) assert.equal(tokens[i], token);
          });
        }),
      );
    });
  });
}

describe('extending a vocabulary', () => {
  it('adds what is new at the end, cut up as a text is', () => {
    const word = createTokenizer({ kind: 'word', words: ['b', 'a'] });
    assert.deepEqual(word.extendedBy(['a', 'c d']), { kind: 'word', words: ['b', 'a', 'c', ' d'] });
    const char = createTokenizer({ kind: 'char', symbols: ['a'], normalization: 'nfc' });
    assert.deepEqual(char.extendedBy(['ab', 'e\u0301']), {
      kind: 'char',
      symbols: ['a', 'b', 'é'],
      normalization: 'nfc',
    });
    assert.deepEqual(createTokenizer({ kind: 'byte' }).extendedBy(['x']), { kind: 'byte' });
  });

  it('ends at the last id that there is', () => {
    const points = Array.from({ length: 65_600 }, (_, i) => String.fromCodePoint(0x20000 + i));
    assert.equal(
      createTokenizer(createTokenizer({ kind: 'char', symbols: ['a'] }).extendedBy(points)).vocabularySize,
      65_536,
    );
  });
});

describe('what a word tokeniser takes for unknown in a prompt', () => {
  const word = createTokenizer({ kind: 'word', words: [' captain', 'The', ' said', '.', '\n', '\n\n'] });

  it('is no word that it knows, with a space or without', () => {
    assert.deepEqual(word.unknownSymbols('captain The captain'), []);
    assert.deepEqual([...word.encodePrompt('captain said The').tokens], [2, 4, 3]);
    assert.deepEqual([...word.encodePrompt('. The').tokens], [5, 3]);
  });

  it('is the one word that it lacks, and none of the others', () => {
    assert.deepEqual(word.unknownSymbols('The damp captain said damp.'), ['damp']);
    assert.deepEqual([...word.encodePrompt('The damp captain').tokens], [3, unknown, 2]);
  });

  it('is not the space at the end, nor a blank line more', () => {
    assert.deepEqual(word.encodePrompt('The captain said '), { tokens: Uint16Array.of(3, 2, 4), begun: ' ' });
    assert.deepEqual([...word.encodePrompt('The\n\n\n').tokens], [3, 7]);
  });

  it('still costs what it costs to spell out, exactly', () => {
    assert.deepEqual(word.unknownPieces('captain The'), ['captain', ' The']);
    assert.deepEqual([...word.encode('captain The')], [unknown, unknown]);
  });
});

describe('words of scripts without spaces', () => {
  const text = '我们喜欢朋友，我们写。 ภาษาไทยง่าย words don’t';
  const tokenizer = trainTokenizer('word', [text], { maximumVocabulary: 400, minimumCount: 1 });
  const pieces = (of: Tokenizer, read: string) => Array.from(of.encode(read), (token) => of.decode([token]));

  it('are those of Unicode, and others are cut as ever', () => {
    assert.deepEqual(pieces(tokenizer, text), [
      ...['我们', '喜欢', '朋友', '，', '我们', '写', '。'],
      ...[' ภาษา', 'ไทย', 'ง่าย', ' words', ' don', '’', 't'],
    ]);
    assert.ok(tokenizer.description.kind === 'word' && tokenizer.description.segmented === true);
  });

  it('are not torn where a long run is cut', () => {
    const long = '我们喜欢朋友'.repeat(200);
    for (let offset = 0; offset < 12; offset++) {
      const shifted = '写'.repeat(offset) + long;
      assert.equal(pieces(tokenizer, shifted).join(''), shifted);
      assert.equal(tokenizer.unknownPieces(shifted.slice(offset)).length, 0);
    }
  });

  it('give back any text, whatever is between them', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('我们朋友写 a1ไทยง่า。\n𠀀\u0301ー々')) }), (read) => {
        const known = trainTokenizer('word', [read], { maximumVocabulary: 4000, minimumCount: 1 });
        assert.equal(known.decode(known.encode(read)), read);
        assert.deepEqual(known.unknownPieces(read), []);
      }),
    );
  });

  it('leave a description as it was where there are none', () => {
    const { description } = trainTokenizer('word', ['the sea the sea'], { maximumVocabulary: 9, minimumCount: 1 });
    assert.deepEqual(description, { kind: 'word', words: [' sea', ' the', 'the'] });
  });
});

/** As models of before have them. */
describe('a tokeniser that was saved before words were segmented', () => {
  const text =
    "The captain said: “we sail”, and we'll sail. 我们喜欢编程，我们写。 ภาษาไทย 12345\n\n\tif (a) {} captain ";
  const word = createTokenizer({
    kind: 'word',
    words: Array.from(
      ' captain| sail| the| we|\n\n| said| ภาษาไทย| 写| 我们喜欢编程|,|.|The|。|我们|我们写|，'.split('|'),
    ),
  });
  const bpe = createTokenizer({
    kind: 'bpe',
    // prettier-ignore
    merges: [[226, 186], [99, 107], [34, 117], [106, 103], [138, 147], [189, 174], [230, 263], [232, 262], [260, 259], [265, 264]],
  });

  it('makes the ids of a text that it made', () => {
    assert.deepEqual(
      [...word.encode(text)],
      [13, 2, 7, 1, 1, 1, 3, 1, 1, 1, 3, 12, 10, 17, 16, 14, 8, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1],
    );
    // prettier-ignore
    assert.deepEqual([...bpe.encode('the sail 我们 ภา ')], [118,261,266,110,34,267,34,258,162,258,180,34]);
  });

  it('is saved as it was', () => {
    assert.deepEqual(Object.keys(word.description), ['kind', 'words']);
  });
});
