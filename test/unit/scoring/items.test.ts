import fc from 'fast-check';
import assert from 'node:assert/strict';
import { endOfDocument, type Tokenizer } from '../../../src/corpus/tokenizers/tokenizer';
import { Scoring } from '../../../src/scoring/scoring';
import { surprisal } from '../../../src/scoring/surprisal';
import { cost, markovEngine, modelOf } from '../generation/markovEngine';
import { characters } from '../generation/smallTokenizers';

/** What the characters of a list cost where each item is a text of its own, its line break included. */
function itemByItem(tokenizer: Tokenizer, items: readonly string[]): number[] {
  return items.flatMap((item) => {
    const tokens = tokenizer.encode(`${item}\n`);
    return Array.from(tokens, (token, i) => cost(i === 0 ? endOfDocument : tokens[i - 1]!, token));
  });
}

/** Bits of the character that each code unit belongs to, of a text whose characters cost so many nats. */
function byCodeUnit(text: string, nats: readonly number[]): readonly number[] {
  return Array.from(text).flatMap((character, i) =>
    Array.from({ length: character.length }, () => Math.fround(Math.fround(nats[i]!) / Math.LN2)),
  );
}

const lists = fc.array(fc.stringMatching(/^[abc😀]{1,7}$/u), { minLength: 1, maxLength: 400 });

describe('the score of a list', () => {
  it('is that of its items one by one, in however many parts it is read', async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 1, max: 20 }), async (items, streams) => {
        const model = { ...modelOf(characters), items: { unit: 'lines' } as const };
        const text = items.map((item) => `${item}\n`).join('');
        const scored = await surprisal(model, text, { streams });
        assert.deepEqual([...scored.bits], byCodeUnit(text, itemByItem(characters, items)));
      }),
      { numRuns: 60 },
    );
  });

  it('is the same where it is shown part by part', async () => {
    const items = Array.from({ length: 3000 }, (_, i) => 'abc'.repeat(1 + (i % 3)).slice(i % 3));
    const model = { ...modelOf(characters, markovEngine().engine), items: { unit: 'lines' } as const };
    const text = items.map((item) => `${item}\n`).join('');
    const bits = new Float32Array(text.length);
    await new Scoring(model, text, { from: 0 }).run(({ parts }) => {
      for (const part of parts) bits.set(part.bits, part.start);
    });
    assert.deepEqual([...bits], byCodeUnit(text, itemByItem(characters, items)));
  });
});
