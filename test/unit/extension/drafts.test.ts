import assert from 'node:assert/strict';
import { cssString } from '../../../src/extension/generation/cssString';
import { draftLabel, newRound } from '../../../src/extension/generation/drafts';

describe('a round of drafts', () => {
  it('spreads about the usual temperature, each with a seed of its own', () => {
    const round = newRound(1, 7);
    const temperatures = round.map(({ temperature }) => temperature);
    assert.deepEqual(temperatures, [0.6, 0.8, 1, 1.25, 1.5]);
    assert.deepEqual(
      round.map(({ seed }) => seed),
      [7, 8, 9, 10, 11],
    );
  });

  it('differs where the usual temperature draws one and the same text', () => {
    assert.equal(new Set(newRound(0, 0).map(({ temperature }) => temperature)).size, 5);
  });

  it('keeps its seeds within 32 bits', () => {
    assert.ok(newRound(1, 2 ** 31 - 1).every(({ seed }) => seed >= 0 && seed < 2 ** 31));
  });

  it('is shown as lines that go on from the text', () => {
    const [draft] = newRound(1, 1);
    assert.ok(draft);
    draft.text = 'ing\nof a $(gear)';
    assert.equal(draftLabel(draft), '…ing ↵ of a $\u200b(gear)');
  });
});

describe('a string of CSS', () => {
  it('is nothing but a string, whatever it holds', () => {
    const text = `"; } body { display: none } /* '\\\n😀`;
    const css = cssString(text);
    assert.match(css, /^"[A-Za-z0-9 \\]*"$/);
    const read = css
      .slice(1, -1)
      .replace(/\\([0-9a-f]+) /g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)));
    assert.equal(read, text);
  });
});
