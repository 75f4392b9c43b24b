import fc from 'fast-check';
import assert from 'node:assert/strict';
import { DocumentReader } from '../../../../src/corpus/read/document';
import { portions } from '../../../../src/corpus/read/textFile';
import { surveyCorpus } from '../../../../src/corpus/survey/survey';
import { piecesOf } from '../../../../src/corpus/tokenizers/pieces';
import { trainTokenizer } from '../../../../src/corpus/tokenizers/train';
import { prose, sourceOf } from '../sources';
import { folderWith } from '../temporaryFolder';

const block = 512 * 1024;
/** What may stand at a line's end or beginning, white space of all kinds and what looks like it in UTF-8. */
const joints = [
  '\n',
  ' ',
  '\t',
  '\r',
  '\u00a0',
  '\u2003',
  '\u3000',
  '\ufeff',
  'é',
  '«',
  '“',
  '語',
  'ら',
  '😀',
  '(',
  '7',
  "'",
];

/** About so much text: lines of words, with any of the joints around their ends. */
function lines(characters: number, ends: readonly string[]): string {
  const words = prose(characters).split(' ');
  return words.map((word, i) => (i % 5 === 0 ? `${word}\n${ends[i % ends.length]}` : `${word} `)).join('');
}

function pieces(text: string): string[] {
  return Array.from(piecesOf(text));
}

describe('portions of a block', () => {
  it('end where a tokeniser ends a piece, and are the block', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...joints), { minLength: 1, maxLength: 7 }), fc.boolean(), (ends, first) => {
        const text = lines(200_000, ends);
        const parts = [...portions(Buffer.from(text), first)].map((portion) => portion.toString());
        assert.ok(parts.join('') === text);
        assert.deepEqual(parts.flatMap(pieces), pieces(text));
      }),
      { numRuns: 40 },
    );
  });

  it('are small, but for the first of a text', () => {
    const bytes = Buffer.from(prose(block));
    assert.ok([...portions(bytes, false)].every(({ length }) => length <= 64 * 1024));
    const [first, ...others] = portions(bytes, true);
    assert.ok(first!.length >= 3 * 64 * 1024 && first!.length < block);
    assert.ok(others.length > 0 && others.every(({ length }) => length <= 64 * 1024));
  });

  it('are the whole block where it has no place to cut', () => {
    for (const text of ['x'.repeat(block), 'x\n '.repeat(block / 4), '\n'.repeat(block)]) {
      assert.deepEqual(
        [...portions(Buffer.from(text), false)].map(({ length }) => length),
        [text.length],
      );
    }
  });

  it('leave the tokens of a file as they are of its text at once', async () => {
    const text = lines(block - 100_000, ['\n', 'é', ' ', '“', '']);
    assert.ok(Buffer.byteLength(text) < block);
    const root = folderWith({ 'text.md': text });
    const { files } = await surveyCorpus(sourceOf(root));
    const { verdict } = files[0]!;
    assert.ok(verdict.kind === 'included');
    const read = [...new DocumentReader().pieces(verdict.origin, 'md')];
    assert.ok(read.length > 3 && read.join('') === text);
    for (const kind of ['char', 'byte', 'bpe', 'word'] as const) {
      const options = { maximumVocabulary: 400, minimumCount: 1 };
      const tokenizer = trainTokenizer(kind, read, options);
      assert.deepEqual(tokenizer.description, trainTokenizer(kind, [text], options).description);
      const tokens = read.flatMap((piece) => [...tokenizer.encode(piece)]);
      assert.deepEqual(tokens, [...tokenizer.encode(text)]);
    }
  });
});
