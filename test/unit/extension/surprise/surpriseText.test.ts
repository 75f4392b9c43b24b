import fc from 'fast-check';
import assert from 'node:assert/strict';
import { type Score, SurpriseText } from '../../../../src/extension/surprise/surpriseText';

/** A model that remembers `memory` characters: what it finds of one depends on those and on nothing else. */
function scorer(memory: number): { readonly score: Score; readonly lengths: number[] } {
  const lengths: number[] = [];
  const score: Score = (text) => {
    const characters = text.match(/\r\n|[\s\S]/gu) ?? [];
    lengths.push(characters.length);
    const codes = characters.map((character) => (character === '\r\n' ? 10 : character.codePointAt(0)!));
    const costs = codes.map((_, i) => codes.slice(Math.max(0, i - memory), i + 1).reduce(mix, 7) % 11);
    const bits = characters.flatMap(({ length }, i) => new Array<number>(length).fill(costs[i]!));
    const starts = characters.flatMap(({ length }) => [1, 0].slice(0, length));
    return Promise.resolve({ start: 0, bits: Float32Array.from(bits), starts: Uint8Array.from(starts) });
  };
  return { score, lengths };
}

function mix(sum: number, code: number): number {
  return (sum * 31 + code) % 65_521;
}

/** Scored in one go. */
async function whole(text: string, score: Score): Promise<SurpriseText> {
  const read = new SurpriseText(text.length);
  await read.readAll(text, score);
  return read;
}

function replaced(text: string, offset: number, removed: number, inserted: string): string {
  return text.slice(0, offset) + inserted + text.slice(offset + removed);
}

const longText = Array.from({ length: 9000 }, (_, i) => 'abc de\n'[(i * i + (i >> 3)) % 7]).join('');

describe('the surprise of a document', () => {
  it('is the same after an edit as if all of it were scored again', async () => {
    const { score } = scorer(20);
    const unit = fc.constantFrom('a', 'b', ' ', '\n', '\r\n', 'é', '😀');
    const edit = fc.tuple(fc.nat(9000), fc.nat(40), fc.array(unit, { maxLength: 30 }));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let text = longText;
        const surprise = await whole(text, score);
        for (const [place, removed, inserted] of edits) {
          const offset = Math.min(place, text.length);
          const count = Math.min(removed, text.length - offset);
          text = replaced(text, offset, count, inserted.join(''));
          surprise.edit(offset, count, inserted.join('').length);
        }
        await surprise.refresh(text, score, () => undefined);
        assert.ok(!surprise.isStale);
        assert.deepEqual(surprise.surprise, (await whole(text, score)).surprise);
      }),
      { numRuns: 40 },
    );
  });

  it('is scored again from the change on, and only as far as the change is felt', async () => {
    const { score, lengths } = scorer(20);
    const surprise = await whole(longText, score);
    lengths.length = 0;
    surprise.edit(4000, 0, 3);
    const text = replaced(longText, 4000, 0, 'xyz');
    await surprise.refresh(text, score, () => undefined);
    assert.equal(lengths.length, 1);
    assert.ok(lengths[0]! < 2000, `${lengths[0]} characters were read again`);
  });

  it('is followed to the end of the text where a change is felt that far', async () => {
    const { score, lengths } = scorer(100_000);
    const surprise = await whole(longText, score);
    lengths.length = 0;
    let goes = 0;
    surprise.edit(100, 1, 1);
    await surprise.refresh(replaced(longText, 100, 1, 'Q'), score, () => goes++);
    assert.ok(!surprise.isStale);
    assert.equal(goes, lengths.length);
    assert.ok(goes > 2 && goes < 6, `${goes} goes`);
  });

  it('comes a part at a time, of what is not known alone, and stays where an edit overtakes it', async () => {
    const { score } = scorer(3);
    const scored = (text: string, start: number, end: number) => {
      const { surprise } = known.get(text)!;
      return { start, bits: surprise.slice(start, end), starts: new Uint8Array(end - start).fill(1) };
    };
    const edited = replaced(longText, 7000, 0, 'xyz');
    const known = new Map([
      [longText, await whole(longText, score)],
      [edited, await whole(edited, score)],
    ]);
    const surprise = new SurpriseText(longText.length);
    const first = surprise.readMissing(
      (wanted, tell) => {
        assert.deepEqual(wanted, [{ start: 0, end: longText.length }]);
        tell([scored(longText, 0, 1000), scored(longText, 5000, 6000)]);
        surprise.edit(7000, 0, 3);
        tell([scored(longText, 2000, 3000)]);
        return Promise.resolve();
      },
      () => undefined,
    );
    await assert.rejects(first, { name: 'CancelledError' });
    assert.ok(!surprise.lacks({ start: 0, end: 1000 }));
    assert.ok(surprise.lacks({ start: 999, end: 1001 }));
    let goes = 0;
    await surprise.refresh(edited, score, () => goes++);
    assert.equal(goes, 1, 'what stands behind the edit is not known, and left to others');
    let told = 0;
    await surprise.readMissing(
      (wanted, tell) => {
        assert.deepEqual(wanted.slice(0, 2), [
          { start: 1000, end: 5000 },
          { start: 6000, end: 7000 - 32 },
        ]);
        for (const { start, end } of wanted) tell([scored(edited, start, end)]);
        return Promise.resolve();
      },
      () => told++,
    );
    assert.ok(told > 2);
    assert.deepEqual(surprise.surprise, known.get(edited)!.surprise);
    await surprise.readMissing(
      () => assert.fail('All is known.'),
      () => undefined,
    );
  });

  it('is unknown where something was typed, until it is scored, and moves with its text', async () => {
    const { score } = scorer(3);
    const surprise = await whole('abcdef', score);
    const [a, b, c, d] = surprise.surprise;
    surprise.edit(2, 1, 2);
    const [a2, b2, x, y, d2] = surprise.surprise;
    assert.deepEqual([a2, b2, d2], [a, b, d]);
    assert.ok(Number.isNaN(x) && Number.isNaN(y) && !Number.isNaN(c));
    assert.ok(surprise.isStale);
  });

  it('keeps the numbers of what is not edited, however much it grows and shrinks', async () => {
    const { score } = scorer(3);
    const edit = fc.tuple(fc.nat(), fc.nat(), fc.oneof(fc.nat(9), fc.nat(20_000)));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 12 }), async (edits) => {
        const surprise = await whole(longText.slice(0, 500), score);
        let expected = Array.from(surprise.surprise);
        for (const [place, some, inserted] of edits) {
          const offset = place % (expected.length + 1);
          const removed = some % (expected.length - offset + 1);
          expected = [
            ...expected.slice(0, offset),
            ...new Array<number>(inserted).fill(NaN),
            ...expected.slice(offset + removed),
          ];
          surprise.edit(offset, removed, inserted);
        }
        assert.equal(surprise.surprise.length, expected.length);
        assert.ok(surprise.surprise.every((bits, i) => Object.is(bits, expected[i])));
      }),
      { numRuns: 60 },
    );
  });

  it('hands over what stands before a part that is scored again', async () => {
    const { score } = scorer(3);
    const surprise = await whole(longText, score);
    surprise.edit(5000, 0, 1);
    const edited = replaced(longText, 5000, 0, 'Q');
    const parts: string[] = [];
    const noting: Score = (text, before) => {
      parts.push(before + text);
      return score(text, before);
    };
    await surprise.refresh(edited, noting, () => undefined);
    assert.ok(parts.length > 0 && parts.every((part) => part.length > 5000 && edited.startsWith(part)));
  });

  it('gives up a score that an edit has overtaken', async () => {
    const surprise = new SurpriseText(6);
    const { score } = scorer(3);
    const reading = surprise.readAll('abcdef', async (text, before) => {
      const result = await score(text, before);
      surprise.edit(0, 0, 1);
      return result;
    });
    await assert.rejects(reading, { name: 'CancelledError' });
    assert.ok(surprise.surprise.every(Number.isNaN));
  });

  it('counts a CR LF and a pair of surrogates as the one character that the model reads', async () => {
    const { score } = scorer(0);
    const surprise = await whole('a\r\n😀b', score);
    const [, cr, lf, high, low] = surprise.surprise;
    assert.equal(cr, lf);
    assert.equal(high, low);
    const plain = await whole('a\n😀b', score);
    const { mean } = await surprise.summarize('a\r\n😀b');
    assert.ok(Math.abs(mean - (await plain.summarize('a\n😀b')).mean) < 1e-6);
  });

  it('knows the token that a place belongs to, and what all of it costs', async () => {
    const surprise = await whole('abcdef', () =>
      Promise.resolve({
        start: 0,
        bits: new Float32Array(6).fill(1),
        starts: Uint8Array.of(1, 0, 0, 1, 0, 1),
      }),
    );
    assert.deepEqual(surprise.tokenAt(1), { start: 0, end: 3 });
    assert.deepEqual(surprise.tokenAt(3), { start: 3, end: 5 });
    assert.deepEqual(surprise.tokenAt(5), { start: 5, end: 6 });
    assert.ok(Math.abs(surprise.bitsOf(surprise.tokenAt(1), 'abcdef') - 3) < 1e-6);
  });
});
