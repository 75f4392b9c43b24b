import fc from 'fast-check';
import assert from 'node:assert/strict';
import type { Tokenizer } from '../../../src/corpus/tokenizers/tokenizer';
import { type PartsTold, Scoring } from '../../../src/scoring/scoring';
import { surprisal } from '../../../src/scoring/surprisal';
import type { Span } from '../../../src/scoring/textTokens';
import { markovEngine, modelOf } from '../generation/markovEngine';
import { characters, tokenizers } from '../generation/smallTokenizers';

/** A screen or two: what is read first. */
const first = 64 * 64;

function textOf(length: number, seed: number): string {
  const pieces = ['a', 'b', 'c', ' a', 'bc ', '\r\n', '\n', '\r', '😀', 'é'];
  let text = '';
  for (let state = seed; text.length < length;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += pieces[(state >>> 16) % pieces.length]!;
  }
  return text;
}

/** Bits of each code unit, and where tokens start, by a reading of the whole. */
async function expected(tokenizer: Tokenizer, text: string): Promise<{ bits: number[]; starts: number[] }> {
  const plain = await surprisal(modelOf(tokenizer), text.replace(/\r\n?/g, '\n'), { streams: 1 });
  const bits: number[] = [];
  const starts: number[] = [];
  let read = 0;
  for (let unit = 0; unit < text.length; unit++) {
    // A CR LF is read as an LF, whose bits both have.
    if (text[unit] === '\n' && text[unit - 1] === '\r') {
      bits.push(bits.at(-1)!);
      starts.push(0);
      continue;
    }
    bits.push(plain.bits[read]!);
    starts.push(plain.starts[read]!);
    read++;
  }
  assert.equal(read, plain.bits.length);
  return { bits, starts };
}

/** Notes what is told, by unit. */
class Notes {
  readonly bits: number[];
  readonly starts: number[];
  readonly order: number[] = [];
  share = 0;

  constructor(length: number) {
    this.bits = new Array<number>(length).fill(NaN);
    this.starts = new Array<number>(length).fill(0);
  }

  take({ parts, share }: PartsTold): void {
    assert.ok(share >= this.share && share <= 1, `${share} after ${this.share}`);
    this.share = share;
    for (const { start, bits, starts } of parts) {
      bits.forEach((each, i) => {
        assert.ok(Number.isNaN(this.bits[start + i]), `unit ${start + i} is told twice`);
        this.bits[start + i] = each;
        this.starts[start + i] = starts[i]!;
        this.order.push(start + i);
      });
    }
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

describe('a score in parts', () => {
  it('comes to the numbers of a score of the whole, wherever it is looked at, with every tokeniser', async () => {
    const span = fc.tuple(fc.nat(3000), fc.integer({ min: 1, max: 9000 }));
    const looks = fc.array(fc.tuple(fc.nat(60), fc.nat(20_000)), { maxLength: 4 });
    const length = fc.oneof(fc.nat(50), fc.nat(30_000));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(tokenizers.length - 1),
        length,
        fc.nat(),
        fc.array(span, { maxLength: 4 }),
        looks,
        fc.boolean(),
        async (kind, most, seed, spans, at, isLookedAt) => {
          const tokenizer = tokenizers[kind]!;
          const text = textOf(most, seed);
          let end = 0;
          const wanted: Span[] = [];
          for (const [gap, count] of spans) {
            const start = end + gap;
            end = Math.min(text.length, start + count);
            if (start < end) wanted.push({ start, end });
          }
          let batch = 0;
          const { engine, disposed } = markovEngine(() => {
            batch++;
            for (const [when, where] of at) if (when === batch) scoring.lookAt(where % text.length);
          });
          const from = isLookedAt ? seed % (text.length + 1) : undefined;
          const scoring = new Scoring(modelOf(tokenizer, engine), text, { wanted, from });
          const notes = new Notes(text.length);
          await scoring.run((told) => notes.take(told));
          const { bits, starts } = await expected(tokenizer, text);
          for (const { start, end: last } of wanted) {
            for (let unit = start; unit < last; unit++) assert.ok(!Number.isNaN(notes.bits[unit]), `unit ${unit}`);
          }
          for (const unit of notes.order) {
            assert.ok(Math.abs(notes.bits[unit]! - bits[unit]!) < 1e-4, `unit ${unit}`);
            assert.equal(notes.starts[unit], starts[unit]);
          }
          assert.equal(notes.share, wanted.length === 0 ? 0 : 1);
          assert.equal(disposed(), 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('begins with what is seen and what follows it', async () => {
    const text = 'abc a\n'.repeat(20_000);
    const scoring = new Scoring(modelOf(characters), text, { from: 50_001 });
    const notes = new Notes(text.length);
    await scoring.run((told) => notes.take(told));
    const sorted = (units: readonly number[]): number[] => [...units].sort((one, other) => one - other);
    assert.deepEqual(sorted(notes.order.slice(0, first)), range(50_001, 50_001 + first));
    const second = 64 * 1024;
    assert.deepEqual(sorted(notes.order.slice(first, first + second)), range(50_001 + first, 50_001 + first + second));
  });

  it('turns to what is looked at next before it goes on, and comes back to the rest', async () => {
    const text = 'abc a\n'.repeat(20_000);
    let batches = 0;
    let known = Infinity;
    // The second round's pieces are far from read by then.
    const { engine } = markovEngine(() => {
      if (++batches === 40) scoring.lookAt(100_000);
    });
    const model = modelOf(characters, engine);
    const scoring = new Scoring(model, text, { from: 0 });
    const notes = new Notes(text.length);
    await scoring.run((told) => {
      notes.take(told);
      const isSeen = notes.bits.slice(100_000, 100_000 + first).every((bits) => !Number.isNaN(bits));
      if (isSeen) known = Math.min(known, batches);
    });
    const round = (64 + 128) / 16;
    assert.ok(known <= 40 + round, `after ${known} batches`);
    assert.ok(!notes.bits.some(Number.isNaN));
  });

  it('tells how much is done', async () => {
    const shares: number[] = [];
    // A model that takes its time.
    const { engine } = markovEngine(() => {
      for (const start = performance.now(); performance.now() < start + 6;);
    });
    const scoring = new Scoring(modelOf(characters, engine), 'ab '.repeat(3000));
    await scoring.run(({ share }) => shares.push(share));
    assert.ok(shares.length > 2 && shares.every((share, i) => share >= (shares[i - 1] ?? 0)));
    assert.equal(shares.at(-1), 1);
  });

  it('can be given up, and frees what it took', async () => {
    const giveUp = new AbortController();
    const { engine, disposed } = markovEngine(() => giveUp.abort());
    const text = 'abc '.repeat(1000);
    const scoring = new Scoring(modelOf(characters, engine), text, { from: 0 });
    await assert.rejects(
      scoring.run(() => undefined, giveUp.signal),
      { name: 'AbortError' },
    );
    assert.equal(disposed(), 1);
  });
});
