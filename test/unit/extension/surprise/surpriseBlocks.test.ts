import fc from 'fast-check';
import assert from 'node:assert/strict';
import type { CodeUnits } from '../../../../src/base/text';
import { isSecondHalf } from '../../../../src/extension/surprise/codeUnits';
import { SurpriseBlocks } from '../../../../src/extension/surprise/surpriseBlocks';
import { mostSurprising } from '../../../../src/scoring/surpriseLevels';

/** A text and how surprising each of its code units is, with the blocks that follow it. */
class Subject {
  text = '';
  surprise = new Float32Array();
  readonly blocks = new SurpriseBlocks(0);

  replace(offset: number, removed: number, inserted: string, seed: number): void {
    const tail = offset + removed;
    this.text = this.text.slice(0, offset) + inserted + this.text.slice(tail);
    const before = this.surprise;
    this.surprise = new Float32Array(this.text.length);
    this.surprise.set(before.subarray(0, offset));
    this.surprise.set(numbersOf(inserted.length, seed), offset);
    this.surprise.set(before.subarray(tail), offset + inserted.length);
    this.blocks.edit(offset, removed, inserted.length);
  }

  score(start: number, numbers: Float32Array): void {
    this.surprise.set(numbers, start);
    this.blocks.invalidate(start, start + numbers.length);
  }

  /** Reads what has been changed. */
  read(text: CodeUnits = this.text): void {
    const reading = this.blocks.read(this.surprise, text);
    while (reading.next().done !== true);
  }

  /** The same. @returns how many code units were read. */
  count(): number {
    const seen = new Set<number>();
    const { text } = this;
    const units = {
      length: text.length,
      charCodeAt: (index: number) => {
        seen.add(index);
        return text.charCodeAt(index);
      },
    };
    this.read(units);
    return seen.size;
  }

  /** What the blocks say is what a reading from end to end says. */
  check(): void {
    const { blocks, surprise, text } = this;
    assert.deepEqual(blocks.places(surprise), mostSurprising(surprise, text, 200));
    let sum = 0;
    let count = 0;
    surprise.forEach((bits, i) => {
      if (Number.isNaN(bits) || isSecondHalf(text, i)) return;
      sum += bits;
      count++;
    });
    const difference = Math.abs(blocks.mean - sum / count);
    assert.ok(count === 0 ? Number.isNaN(blocks.mean) : difference < 1e-9, `${blocks.mean}, ${sum / count}`);
  }
}

/** Bits of which many are the same, some are high, and some unknown. */
function numbersOf(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const draw = state >>> 16;
    return draw % 19 === 0 ? NaN : (draw % 61) / 4;
  });
}

/** Words of all lengths, one of them longer than several blocks, with pairs of units that are one character. */
function textOf(length: number, seed: number): string {
  const pieces = ['a', 'bc ', 'de\r\n', '😀', ' ', '\r', '\n', 'fghijklmnop', 'q'.repeat(seed % 7 === 0 ? 9000 : 7)];
  let text = '';
  for (let state = seed; text.length < length;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += pieces[(state >>> 16) % pieces.length]!;
  }
  return text.slice(0, length);
}

describe('the blocks of a document', () => {
  it('say what a reading from end to end says, after any edits', () => {
    const length = fc.oneof(fc.nat(3), fc.nat(500), fc.nat(15_000));
    const edit = fc.record({ place: fc.nat(), removed: length, inserted: length, seed: fc.nat() });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        const subject = new Subject();
        subject.replace(0, 0, textOf(20_000, 5), 3);
        for (const { place, removed, inserted, seed } of edits) {
          const offset = place % (subject.text.length + 1);
          const count = Math.min(removed, subject.text.length - offset);
          subject.replace(offset, count, textOf(inserted, seed), seed);
          subject.read();
          subject.check();
          const start = seed % (subject.text.length + 1);
          subject.score(start, numbersOf(Math.min(200, subject.text.length - start), place));
          subject.read();
          subject.check();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are read again only where the text has changed', () => {
    const subject = new Subject();
    subject.replace(0, 0, textOf(80_000, 1), 1);
    assert.ok(subject.count() >= 80_000);
    assert.equal(subject.count(), 0);
    // Enough for a block to be divided more than once.
    for (let step = 0; step < 600; step++) {
      subject.replace(40_000 + 20 * step, 0, 'x y z '.repeat(4).slice(0, 20), step);
      if (step % 20 > 0) continue;
      const read = subject.count();
      assert.ok(read > 0 && read <= 3 * 8192, `${read} code units`);
    }
    subject.score(20_000, numbersOf(100, 2));
    assert.ok(subject.count() <= 2 * 8192);
    subject.check();
  });
});
