import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Insertion } from '../../../src/extension/generation/insertionPoints';
import { type ChangeOrigin, WrittenRanges } from '../../../src/extension/generation/writtenRanges';

/** A document whose every character says whose it is: capitals are Textloom's. */
class Marked {
  text = '';
  readonly written = new WrittenRanges();

  change(changes: readonly Insertion[], origin: ChangeOrigin): void {
    for (const { offset, replaced, text } of [...changes].sort((one, other) => other.offset - one.offset)) {
      this.text = this.text.slice(0, offset) + text + this.text.slice(offset + replaced);
    }
    this.written.change(changes, origin);
  }

  get marked(): readonly (readonly [number, string])[] {
    return this.written.ranges.map(({ start, text }) => [start, text] as const);
  }
}

const at = (offset: number, text: string, replaced = 0): Insertion => ({ offset, replaced, text });

describe('what Textloom wrote of a document', () => {
  function written(): Marked {
    const document = new Marked();
    document.change([at(0, 'one two')], 'user');
    document.written.startWriting();
    document.change([at(3, ' LO')], 'textloom');
    document.change([at(6, 'OM')], 'textloom');
    assert.equal(document.text, 'one LOOM two');
    assert.deepEqual(document.marked, [[3, ' LOOM']]);
    return document;
  }

  it("moves with edits around it, and is the user's once edited inside", () => {
    const document = written();
    document.change([at(0, '> '), at(8, '!')], 'user');
    assert.deepEqual(document.marked, [[5, ' LOOM']]);
    document.change([at(7, 'x')], 'user');
    assert.deepEqual(document.marked, []);
  });

  it('goes with what is deleted, and comes back with an undo', () => {
    const document = written();
    document.change([at(2, '', 7)], 'user');
    assert.deepEqual(document.marked, []);
    document.change([at(2, 'e LOOM ')], 'undo');
    assert.deepEqual(document.marked, [[3, ' LOOM']]);
    document.change([at(3, '', 5)], 'undo');
    assert.deepEqual(document.marked, []);
    document.change([at(3, ' LOOM')], 'undo');
    assert.deepEqual(document.marked, [[3, ' LOOM']]);
  });

  it("is not found in a text of the user's that an undo brings back, whatever it says", () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(letters, letters, letters, letters, (before, theirs, after, own) => {
        const document = new Marked();
        document.change([at(0, before + after)], 'user');
        document.change([at(before.length, theirs)], 'textloom');
        const deleted = before + theirs + after;
        document.change([at(0, '', deleted.length)], 'user');
        fc.pre(own.length !== deleted.length);
        document.change([at(0, own)], 'user');
        document.change([at(0, '', own.length)], 'undo');
        document.change([at(0, own)], 'undo');
        assert.deepEqual(document.marked, []);
        document.change([at(0, '', own.length)], 'undo');
        document.change([at(0, deleted)], 'undo');
        assert.deepEqual(document.marked, [[before.length, theirs]]);
      }),
    );
  });

  it('is written in again: both parts stay, what gave way is gone', () => {
    const document = written();
    document.written.startWriting();
    document.change([at(5, 'NEW')], 'textloom');
    assert.deepEqual(document.marked, [
      [3, ' L'],
      [5, 'NEW'],
      [8, 'OOM'],
    ]);
    document.written.startWriting();
    document.change([at(3, ' OTHER', 8)], 'textloom');
    assert.deepEqual(document.marked, [[3, ' OTHER']]);
  });

  it('always stands where it says, whoever edits what', () => {
    const change = fc.tuple(
      fc.constantFrom<ChangeOrigin>('user', 'user', 'textloom', 'undo'),
      fc.array(fc.tuple(fc.nat(60), fc.nat(6), fc.nat(5)), { minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const document = new Marked();
        for (const [origin, parts] of changes) {
          document.written.startWriting();
          let from = 0;
          const insertions: Insertion[] = [];
          for (const [gap, replaced, length] of parts) {
            const offset = Math.min(document.text.length, from + gap);
            const most = Math.min(replaced, document.text.length - offset);
            const letters = origin === 'textloom' ? 'TEXTL' : 'users';
            insertions.push(at(offset, letters.slice(0, length), most));
            from = offset + most + 1;
            if (from > document.text.length) break;
          }
          document.change(insertions, origin);
          let end = 0;
          for (const [start, text] of document.marked) {
            assert.ok(start >= end);
            assert.equal(document.text.slice(start, start + text.length), text);
            end = start + text.length;
            if (origin !== 'undo') assert.equal(text, text.toUpperCase());
          }
        }
      }),
    );
  });
});
