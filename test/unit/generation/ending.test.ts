import fc from 'fast-check';
import assert from 'node:assert/strict';
import { Ending } from '../../../src/generation/ending';
import type { StopOptions } from '../../../src/generation/options';

interface Case {
  readonly at: StopOptions['at'];
  readonly prompt?: string;
  /** What the model writes, with | where the text should end. */
  readonly text: string;
}

const cases: readonly Case[] = [
  { at: 'word', text: 'mael| some' },
  { at: 'word', text: '  next| word' },
  { at: 'word', text: 'don’t| go' },
  { at: 'word', text: "'tis well-known".replace(' ', '| ') },
  { at: 'word', text: 'dogs|’ tails' },
  { at: 'word', text: '… then|, slowly' },
  { at: 'word', text: '我们|喜欢大海。' },
  { at: 'word', text: '，我们|喜欢' },
  { at: 'word', text: '喜欢|，我' },
  { at: 'word', text: 'ภาษา|ไทยง่าย' },
  { at: 'word', text: 'iPhone|手机' },
  { at: 'line', text: 'to the end|\nnext' },
  { at: 'line', text: '\n\n  a new line|\nnext' },
  { at: 'paragraph', text: 'One.\nStill one.|\n\nTwo.' },
  { at: 'paragraph', text: '\n\nOne.|\n  \nTwo.' },
  { at: 'paragraph', text: 'One.\n\tStill one.|\n\t\n' },
  { at: 'sentence', text: ' It ended.| It began.' },
  { at: 'sentence', text: ' “Did it end?”| he asked.' },
  { at: 'sentence', text: ' It cost 3.50 at most!?)| Yes' },
  { at: 'sentence', text: ' Mr. Starbuck spoke.| Then' },
  { at: 'sentence', text: ' As J. R. R. said, e.g. here.| Then' },
  { at: 'sentence', text: ' So did I.| Then' },
  { at: 'sentence', prompt: 'and Mr', text: '. Stubb laughed.| Then' },
  { at: 'sentence', text: ' She waited…| Then' },
  { at: 'sentence', text: '「行こう。」| 彼は' },
  { at: 'sentence', text: '彼は言った。|次' },
  { at: 'sentence', text: 'CHAPTER II|\n\nThe next' },
  { at: 'block', text: 'let x = 1;\nfunction f(a) {\n  return [a];\n}|\nmore' },
  { at: 'block', prompt: 'function f() {\n', text: '  if (x) {\n    y();\n  }\n  return z;\n}|\nmore' },
  { at: 'block', prompt: 'if (a', text: ') {\n  b();\n}|\nmore' },
  { at: 'block', prompt: 'f(a, [', text: '1], 2);|\nmore' },
  { at: 'block', text: 'smile :) and f(x)|\nmore' },
];

describe('the end of a text', () => {
  for (const { at, prompt = '', text } of cases) {
    it(`${at}: ${JSON.stringify(prompt)} + ${JSON.stringify(text)}`, () => {
      const ending = new Ending({ characters: 1000, at }, prompt);
      assert.equal(ending.push(text.replace('|', '')), text.slice(0, text.indexOf('|')));
      assert.equal(ending.reason, 'boundary');
      assert.equal(ending.push('more'), '');
    });
  }

  for (const [words, text] of [
    [1, 'mael| some'],
    [3, ' it was well-known -- that| day'],
    [2, "don’t -- ‘go’| it's"],
  ] as const) {
    it(`${words} words: ${JSON.stringify(text)}`, () => {
      const ending = new Ending({ characters: 1000, at: 'none', words }, '');
      const written = ending.push(text.replace('|', ''));
      assert.equal(written.split(/[^\p{L}'’-]+/u).filter((part) => /\p{L}/u.test(part)).length, words);
      assert.ok(text.startsWith(written), written);
      assert.equal(ending.reason, 'boundary');
    });
  }

  it('2 words of a script without spaces are two of its words', () => {
    const ending = new Ending({ characters: 1000, at: 'none', words: 2 }, '');
    assert.equal(ending.push('我们喜欢大海，我们写。'), '我们喜欢');
    assert.equal(ending.reason, 'boundary');
  });

  it('comes at the first of a unit and a number of words', () => {
    const bySentence = new Ending({ characters: 1000, at: 'sentence', words: 9 }, '');
    assert.equal(bySentence.push(' It ended. It began again, and went on.'), ' It ended.');
    const byWords = new Ending({ characters: 1000, at: 'sentence', words: 3 }, '');
    assert.equal(byWords.push(' It began again, and went on.'), ' It began again');
  });

  it('counts its length in code points', () => {
    const ending = new Ending({ characters: 3, at: 'none' }, '');
    assert.equal(ending.push('a😀'), 'a😀');
    assert.equal(ending.reason, null);
    assert.equal(ending.push('😀b'), '😀');
    assert.equal(ending.reason, 'length');
  });

  it('writes nothing for a length of 0', () => {
    const ending = new Ending({ characters: 0, at: 'none' }, '');
    assert.equal(ending.reason, 'length');
    assert.equal(ending.push('a'), '');
  });

  it('lets held blanks through when the text goes on or its length is reached', () => {
    const goesOn = new Ending({ characters: 100, at: 'paragraph' }, '');
    assert.equal(goesOn.push('a\n '), 'a');
    assert.equal(goesOn.push('b'), '\n b');
    const reached = new Ending({ characters: 3, at: 'paragraph' }, '');
    assert.equal(reached.push('a\n '), 'a\n ');
    assert.equal(reached.reason, 'length');
  });

  it('ends at the same place however the text is cut into pieces', () => {
    const unit = fc.constantFrom('none', 'word', 'sentence', 'line', 'paragraph', 'block');
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', ' ', '\n', '.', '(', ')', '“', '😀', '’', '我', '们', 'ไ', 'ย'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        unit,
        text,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (at, all, most, size) => {
          const whole = new Ending({ characters: most, at }, '');
          const expected = whole.push(all);
          const pieces = new Ending({ characters: most, at }, '');
          const characters = Array.from(all);
          let written = '';
          for (let i = 0; i < characters.length; i += size)
            written += pieces.push(characters.slice(i, i + size).join(''));
          assert.equal(written, expected);
          assert.ok(all.startsWith(written));
          assert.ok(Array.from(written).length <= most);
          assert.equal(pieces.reason, whole.reason);
        },
      ),
    );
  });
});
