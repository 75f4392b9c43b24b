import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { codePointCount } from '../../../../src/corpus/tokenizers/codeUnits';
import { type Part, partPieces } from '../../../../src/corpus/tokens/partPieces';
import { split, trainedCharacters } from '../../../../src/corpus/tokens/split';

/** A document's text by what becomes of it, and each piece of it in order. */
function partsOf(text: string, pieceLength: number, ...[options, share]: [Parameters<typeof partPieces>[2], number]) {
  const symbols = Array.from(text);
  const pieces = Array.from({ length: Math.ceil(symbols.length / pieceLength) }, (_, i) =>
    symbols.slice(i * pieceLength, (i + 1) * pieceLength).join(''),
  );
  const [plan] = split([{ name: 'a', characters: symbols.length }], share, 0);
  const parts: { part: Part; text: string }[] = [];
  for (const piece of partPieces(pieces, plan!, options)) {
    assert.equal(piece.characters, codePointCount(piece.text));
    const last = parts.at(-1);
    if (last?.part === piece.part) last.text += piece.text;
    else parts.push({ part: piece.part, text: piece.text });
  }
  const joined = (part: Part) => parts.flatMap((each) => (each.part === part ? [each.text] : [])).join('');
  return { parts, training: joined('training'), validation: joined('validation') };
}

/** Texts with lines of all lengths, blank lines and characters outside of the basic plane; from some characters to many blocks. */
const texts = fc
  .tuple(fc.array(fc.stringMatching(/^[ab 😀]{0,60}\n{0,2}$/u), { minLength: 1, maxLength: 40 }), fc.nat(90_000))
  .map(([lines, length]) => {
    const block = `${lines.join('')}x`;
    return Array.from(block.repeat(Math.ceil((length + 1) / block.length)))
      .slice(0, length + 1)
      .join('');
  });

describe('the split of a corpus', () => {
  it('keeps its share, leaves blocks apart and inside, and trains on the end of each large document', () => {
    const sizes = fc.array(fc.integer({ min: 20_000, max: 3_000_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.double({ min: 0.02, max: 0.2, noNaN: true }), fc.nat(), (lengths, share, seed) => {
        const documents = lengths.map((characters, i) => ({ name: `${i}`, characters }));
        const plans = split(documents, share, seed);
        assert.deepEqual(
          split(documents, share, seed + 1),
          plans,
          'large documents give blocks of their text, none by chance',
        );
        plans.forEach((plan, i) => {
          const { characters } = documents[i]!;
          let end = 0;
          for (const block of plan.heldOut) {
            assert.ok(block.start > end && block.end > block.start, JSON.stringify(plan));
            end = block.end;
          }
          const last = plan.heldOut.at(-1)!;
          // A quarter of a block is as far as its end may be moved.
          assert.ok(end + (last.end - last.start) / 4 < characters, `${end} of ${characters}`);
          const heldOut = (characters - trainedCharacters(documents[i]!, plan)) / characters;
          assert.ok(heldOut > share * 0.55 && heldOut < share * 1.4, `${heldOut} of ${characters} for ${share}`);
        });
      }),
    );
  });

  it("moves no block when text is added at a document's end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20_000, max: 1e6 }), fc.nat(1e6), (characters, more) => {
        const [before] = split([{ name: 'a', characters }], 0.1, 0);
        const [after] = split([{ name: 'a', characters: characters + more }], 0.1, 0);
        assert.deepEqual(after!.heldOut.slice(0, before!.heldOut.length), before!.heldOut);
        // What comes to be held out wasn't there before, but for a block at the old end.
        const known = after!.heldOut.slice(before!.heldOut.length).filter(({ start }) => start < characters);
        assert.ok(known.length <= 1);
      }),
    );
  });

  it('draws small documents whole where there are many, and takes a block from inside each of a few', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 19_999 }), { minLength: 1, maxLength: 300 }),
        fc.nat(),
        (lengths, seed) => {
          const documents = lengths.map((characters, i) => ({ name: `${i}`, characters }));
          const plans = split(documents, 0.1, seed);
          const total = lengths.reduce((sum, length) => sum + length, 0);
          const held = documents.map((document, i) => document.characters - trainedCharacters(document, plans[i]!));
          if (lengths.length >= 40) {
            assert.ok(held.every((count, i) => count === 0 || count === lengths[i]));
            const share = held.reduce((sum, count) => sum + count, 0) / total;
            assert.ok(share <= 0.1 && share > 0.1 - 20_000 / total, `${share}`);
          } else {
            held.forEach((count, i) => {
              assert.equal(count, lengths[i]! - Math.floor(lengths[i]! * 0.9));
              if (lengths[i]! > 1) assert.ok(plans[i]!.heldOut[0]!.end < lengths[i]!);
            });
          }
        },
      ),
    );
  });

  it('cuts a text without losing, doubling or breaking anything, wherever it comes in pieces', () => {
    fc.assert(
      fc.property(
        texts,
        fc.integer({ min: 40, max: 30_000 }),
        fc.double({ min: 0.05, max: 0.5, noNaN: true }),
        (text, pieceLength, share) => {
          const { parts, training } = partsOf(text, pieceLength, {}, share);
          assert.equal(parts.map((each) => each.text).join(''), text);
          for (const each of parts) assert.equal(Buffer.from(each.text).toString(), each.text, 'no pair is torn');
          assert.deepEqual(parts, partsOf(text, 1e9, {}, share).parts);
          if (Array.from(text).length > 1) assert.equal(parts.at(-1)!.part, 'training');
          // Again, of what is trained on so much, and nothing of what is held out.
          const symbols = Array.from(training);
          const most = Math.floor(symbols.length / 3);
          const again = partsOf(text, pieceLength, { most, isAgain: true }, share);
          assert.deepEqual([again.training, again.validation], [symbols.slice(0, most).join(''), '']);
          const once = partsOf(text, pieceLength, { most }, share);
          assert.equal(once.training, again.training);
          assert.equal(once.validation, partsOf(text, 1e9, {}, share).validation);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tears no letter from its marks, wherever they come in pieces', () => {
    const letters = ['a', 'é', 'ệ', '각', '가', 'が', '😀'].map((letter) => letter.normalize('NFD'));
    const lineless = fc
      .tuple(
        fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 400, max: 9000 }),
      )
      .map(([some, times]) => some.join('').repeat(times));
    fc.assert(
      fc.property(lineless, fc.integer({ min: 40, max: 30_000 }), (text, pieceLength) => {
        const { parts } = partsOf(text, pieceLength, {}, 0.1);
        assert.deepEqual(parts, partsOf(text, 1e9, {}, 0.1).parts);
        assert.equal(parts.map((each) => each.text.normalize('NFC')).join(''), text.normalize('NFC'));
      }),
      { numRuns: 40 },
    );
  });

  it('has blocks begin and end with paragraphs, else with lines, where these do nearby', () => {
    const line = `${'a line of a play, '.repeat(2)}\n`;
    const speech = `${line.repeat(4)}\n`;
    const { parts } = partsOf(speech.repeat(400), 5000, {}, 0.1);
    assert.ok(parts.length > 4);
    for (const { text } of parts.slice(0, -1)) assert.ok(text.endsWith('\n\n') && !text.startsWith('\n'));
    const lines = partsOf(line.repeat(2000), 5000, {}, 0.1).parts;
    for (const { text } of lines) assert.ok(text.startsWith('a line') && text.endsWith('\n'));
    const none = partsOf('x'.repeat(45_000), 5000, {}, 0.1);
    assert.deepEqual(
      none.parts.map(({ text }) => text.length),
      [9000, 2000, 18_000, 2000, 14_000],
    );
  });
});
