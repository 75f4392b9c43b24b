import fc from 'fast-check';
import assert from 'node:assert/strict';
import { endOfDocument } from '../../../src/corpus/tokenizers/tokenizer';
import { spellingNats } from '../../../src/corpus/tokens/spelling';
import { surprisal } from '../../../src/scoring/surprisal';
import { cost, markovEngine, modelOf } from '../generation/markovEngine';
import { characters, tokenizers } from '../generation/smallTokenizers';

/** Bits of a number of nats, as they are told. */
function bitsOf(nats: number): number {
  return Math.fround(nats / Math.LN2);
}

function plainLosses(tokens: Uint16Array): number[] {
  return Array.from(tokens, (token, i) => cost(i === 0 ? endOfDocument : tokens[i - 1]!, token));
}

describe('surprisal', () => {
  it('gives each character what its token costs after those before it', async () => {
    const { bits } = await surprisal(modelOf(characters), 'ab😀é');
    const [a, b, smile, e] = plainLosses(Uint16Array.of(2, 3, 7, 1)).map(bitsOf);
    assert.deepEqual([...bits], [a, b, smile, smile, e]);
  });

  it('reads a long text in parts that fit together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 40 }), async (length, streams) => {
        const text = Array.from({ length }, (_, i) => 'abc \n'[(i * i + (i >> 4)) % 5]).join('');
        const scored = await surprisal(modelOf(characters), text, { streams });
        const expected = plainLosses(characters.encode(text));
        assert.deepEqual([...scored.bits], expected.map(bitsOf));
        assert.ok(Math.abs(scored.total - expected.reduce((sum, loss) => sum + loss, 0)) < 1e-3);
      }),
      { numRuns: 60 },
    );
  });

  it('has a number for each code unit, and loses nothing, with every tokeniser', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '\n', '😀', 'é', '’', '中'), maxLength: 60 });
    for (const tokenizer of tokenizers) {
      await fc.assert(
        fc.asyncProperty(text, async (written) => {
          const { bits, total, characters: count } = await surprisal(modelOf(tokenizer), written);
          assert.equal(bits.length, written.length);
          assert.equal(count, Array.from(written).length);
          let [sum, unit] = [0, 0];
          for (const character of written) {
            sum += bits[unit]! * Math.LN2;
            unit += character.length;
          }
          sum += spellingNats(tokenizer, written);
          assert.ok(Math.abs(sum - total) < 1e-3, `${sum} against ${total}`);
        }),
      );
    }
  });

  it('shares the surprise of a token evenly among its characters', async () => {
    const { bits } = await surprisal(modelOf(tokenizers[3]!), 'bc a');
    const [first, second] = plainLosses(Uint16Array.of(4, 2));
    assert.deepEqual([...bits], [first! / 2, first! / 2, second! / 2, second! / 2].map(bitsOf));
  });

  it('tells where each token of the text starts', async () => {
    const { starts } = await surprisal(modelOf(tokenizers[3]!), 'bc a');
    assert.deepEqual([...starts], [1, 0, 1, 0]);
    const bytes = await surprisal(modelOf(tokenizers[1]!), 'aé😀');
    assert.deepEqual([...bytes.starts], [1, 1, 1, 0]);
  });

  it('can be cancelled, and frees what it took', async () => {
    const { engine, disposed } = markovEngine();
    await assert.rejects(surprisal(modelOf(characters, engine), 'ab', { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
    await surprisal(modelOf(characters, engine), '');
    assert.equal(disposed(), 2);
  });
});
