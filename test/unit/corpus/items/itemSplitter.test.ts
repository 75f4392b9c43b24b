import fc from 'fast-check';
import assert from 'node:assert/strict';
import {
  bare,
  itemEnds,
  ItemFollower,
  itemPlaces,
  itemsOf,
  ItemSplitter,
} from '../../../../src/corpus/items/itemSplitter';
import type { ItemForm } from '../../../../src/model/itemForm';

const forms = fc.constantFrom<ItemForm>(
  { unit: 'lines' },
  { unit: 'blocks', separator: '' },
  { unit: 'blocks', separator: '---' },
);

/** A line of an item, which is no separator and not blank. */
const lines = fc.stringMatching(/^[a-c😀][a-c -]{0,5}[a-c]$/u);

const blocks = fc.array(lines, { minLength: 1, maxLength: 3 });

/** A text of items, and these without what ends them. */
const texts = fc
  .tuple(forms, fc.array(blocks, { maxLength: 8 }), fc.nat(2), fc.boolean())
  .map(([form, made, blank, ends]) => {
    const items = form.unit === 'lines' ? made.flat() : made.map((block) => block.join('\n'));
    const between =
      form.unit === 'lines' ? '\n'.repeat(1 + blank) : form.separator === '' ? '\n'.repeat(2 + blank) : '\n---\n';
    return { form, items, text: items.join(between) + (ends && items.length > 0 ? between : '') };
  });

function torn(text: string, at: readonly number[]): string[] {
  const cuts = [...new Set([0, ...at.map((cut) => cut % (text.length + 1)), text.length])].sort((a, b) => a - b);
  return cuts.slice(1).map((end, i) => text.slice(cuts[i], end));
}

function endOf(form: ItemForm): string {
  return form.unit === 'lines' ? '\n' : `\n${form.separator}\n`;
}

describe('the items of a text', () => {
  it('are what stands between their ends, however the text is torn', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(200), { maxLength: 6 }), ({ form, items, text }, cuts) => {
        assert.deepEqual(
          [...itemsOf(torn(text, cuts), form)],
          items.map((item) => item + endOf(form)),
        );
        assert.deepEqual(
          [...itemsOf([text], form)].map((item) => bare(item, form)),
          items,
        );
      }),
    );
  });

  it('begin where a line begins as the first of each does, whether a blank line stands before it or not', () => {
    const form = { unit: 'blocks', separator: '', start: 'X:' } as const;
    const records = fc.array(fc.tuple(blocks, fc.nat(2)), { maxLength: 8 });
    fc.assert(
      fc.property(records, fc.array(fc.nat(200), { maxLength: 6 }), (made, cuts) => {
        const items = made.map(([block], i) => `X:${i}\n${block.join('\n')}\n`);
        const text = items.map((item, i) => item + '\n'.repeat(made[i]![1])).join('');
        const splitter = new ItemSplitter(form);
        const found: [string, number][] = [];
        const note = (complete: Iterable<string>) => {
          for (const item of complete) found.push([item, splitter.start]);
        };
        for (const piece of torn(text, cuts)) note(splitter.push(piece));
        note(splitter.end());
        assert.deepEqual(
          found,
          items.map((item) => [`${item}\n`, text.indexOf(item)]),
        );
      }),
    );
  });

  it('keep a last line that begins another, though nothing follows it', () => {
    const form = { unit: 'blocks', separator: '', start: 'X:' } as const;
    assert.deepEqual([...itemsOf(['X:1\na\nX:2'], form)], ['X:1\na\n\n', 'X:2\n\n']);
  });

  it('are told with where they stand', () => {
    fc.assert(
      fc.property(texts, ({ form, items, text }) => {
        const splitter = new ItemSplitter(form);
        const starts: number[] = [];
        for (const generator of [splitter.push(text), splitter.end()]) {
          // eslint-disable-next-line @typescript-eslint/no-unused-vars -- How many there are is what counts.
          for (const _ of generator) starts.push(splitter.start);
        }
        assert.deepEqual(
          starts.map((start, i) => text.slice(start, start + items[i]!.length)),
          items,
        );
        assert.deepEqual(
          itemPlaces(text, form, true).map(({ start, end }) => text.slice(start, end)),
          items,
        );
      }),
    );
  });

  it('end alike for who reads all of a text and who follows it', () => {
    fc.assert(
      fc.property(forms, fc.stringMatching(/^[a\n -]{0,30}$/), (form, text) => {
        const follower = new ItemFollower(form);
        const ends = Array.from(text).flatMap((character, i) => (follower.push(character) ? [i + 1] : []));
        assert.deepEqual(ends, itemEnds(text, form));
      }),
    );
  });
});
