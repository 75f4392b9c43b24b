import fc from 'fast-check';
import assert from 'node:assert/strict';
import { formOf, type Layout, LayoutFinder } from '../../../../src/corpus/items/layout';
import { TextMaker } from './texts';

function layoutOf(text: string, language: string): Layout {
  const finder = new LayoutFinder(language);
  // Torn wherever a reader may tear it.
  for (let start = 0; start < text.length; start += 10_007) finder.add(text.slice(start, start + 10_007));
  return finder.finish();
}

type Kind = readonly [name: string, language: string, make: (maker: TextMaker) => string];

const lists: readonly Kind[] = [
  ['names', 'txt', (m) => m.many(300, () => m.name()).join('\n')],
  [
    'names in alphabetical order',
    'txt',
    (m) =>
      m
        .many(300, () => m.name())
        .sort()
        .join('\n'),
  ],
  ['names and a blank line between any two', 'txt', (m) => m.many(300, () => m.name()).join('\n\n')],
  ['titles of recipes', 'txt', (m) => m.many(200, () => m.title()).join('\n')],
  [
    'headlines',
    'txt',
    (m) => m.many(400, () => `${m.title()} ${m.words(3, 6)}${m.pick(['', '', '', '?'])}`).join('\n'),
  ],
  [
    'headlines without an ending to their name',
    'headlines',
    (m) => m.many(99, () => `${m.title()} ${m.title()}`).join('\n'),
  ],
  ['words of one length', 'txt', (m) => m.many(500, () => `${m.name()}abcde`.slice(0, 5)).join('\n')],
  ['quatrains, one a line', 'txt', (m) => m.many(300, () => m.quatrain()).join('\n')],
  ['phrases', 'txt', (m) => m.many(300, () => `${m.words(2, 5)}.`).join('\n')],
  ['objects of JSON', 'jsonl', (m) => m.many(80, (id) => JSON.stringify({ id, text: m.sentences(1, 9) })).join('\n')],
  [
    'rows of a table',
    'csv',
    (m) => `name,kind,note\n${m.many(90, () => `${m.name()},${m.word()},"${m.word()}, ${m.word()}"`).join('\n')}`,
  ],
];

const records: readonly Kind[] = [
  ['a tune book', 'abc', (m) => m.many(40, (i) => m.tune(i)).join('\n\n')],
  ['quatrains of four lines', 'txt', (m) => m.many(300, () => m.many(4, () => m.verse()).join('\n')).join('\n\n')],
  [
    'records that begin alike',
    'txt',
    (m) => m.many(60, () => `Name: ${m.name()}\nNotes: ${m.sentences(1, 3)}`).join('\n\n'),
  ],
  ['questions and answers', 'txt', (m) => m.many(60, () => `Q: ${m.sentence()}\nA: ${m.wrapped()}`).join('\n\n')],
  [
    'blocks between lines',
    'txt',
    (m) => m.many(90, () => m.many(1 + m.below(4), () => m.sentence()).join('\n\n')).join('\n---\n'),
  ],
  ['fortunes', 'txt', (m) => m.many(40, () => m.wrapped()).join('\n%\n')],
  ['a tune book without blank lines', 'abc', (m) => `%abc-2.1\n${m.many(40, (i) => m.tune(i)).join('\n')}`],
  [
    'a tune book with a blank line here and there',
    'abc',
    (m) => m.many(40, (i) => `${m.tune(i)}\n${i % 3 === 0 ? '\n' : ''}`).join(''),
  ],
  ['tunes that are not called so', 'txt', (m) => m.many(40, (i) => m.tune(i)).join('\n')],
  [
    'sequences',
    'txt',
    (m) => m.many(50, (i) => `>${m.name()}${i}\n${m.many(4, () => sequence(m)).join('\n')}`).join('\n'),
  ],
  ['forms one below the other', 'txt', (m) => m.many(50, () => form(m)).join('\n')],
  [
    'forms of one line a key, with other keys',
    'dat',
    (m) => m.many(50, () => form(m).replaceAll(':', ' =')).join('\n'),
  ],
];

function sequence(m: TextMaker): string {
  return Array.from({ length: 50 }, () => m.pick(Array.from('ACGT'))).join('');
}

/** A form whose second key may be missing. */
function form(m: TextMaker): string {
  const born = m.below(3) === 0 ? [] : [`Born: ${1800 + m.below(200)}`];
  return [`Name: ${m.name()}`, ...born, `Trade: ${m.word()}`, `Notes: ${m.sentence()}`].join('\n');
}

const wholes: readonly Kind[] = [
  [
    'what three people say',
    'txt',
    (m) => m.many(300, (i) => `${i === 0 ? 'Ada' : m.pick(['Ada', 'Ben', 'Cleo'])}: ${m.sentence()}`).join('\n'),
  ],
  [
    'what two people say by turns',
    'txt',
    (m) => m.many(300, (i) => `${['Ada', 'Ben'][i % 2]}: ${m.sentence()}`).join('\n'),
  ],
  [
    'a letter that quotes another',
    'txt',
    (m) => m.many(40, () => `> ${m.sentence()}\n> ${m.sentence()}\n${m.wrapped()}`).join('\n'),
  ],
  ['wrapped prose', 'txt', (m) => m.many(80, () => m.wrapped()).join('\n\n')],
  ['wrapped prose without blank lines', 'txt', (m) => m.many(80, () => m.wrapped()).join('\n')],
  ['prose of a paragraph a line', 'md', (m) => m.many(300, () => m.sentences(1, 7)).join('\n')],
  ['prose of short paragraphs', 'txt', (m) => m.many(400, () => m.sentences(1, 2)).join('\n\n')],
  ['scenes between lines', 'txt', (m) => m.many(50, () => m.many(9, () => m.wrapped()).join('\n\n')).join('\n***\n')],
  [
    'Chinese prose',
    'txt',
    (m) => m.many(200, () => m.many(1 + m.below(8), () => `${m.signs(4 + m.below(9))}。`).join('')).join('\n'),
  ],
  ['wrapped Chinese prose', 'txt', (m) => m.many(200, () => m.signs(40)).join('\n')],
  ['code', 'ts', (m) => m.many(300, () => `const ${m.name()} = ${m.name()}();`).join('\n')],
  ['a list in a language of code', 'py', (m) => m.many(300, () => m.name()).join('\n')],
  ['verse in stanzas', 'txt', (m) => m.many(60, () => m.many(3 + m.below(4), () => m.verse()).join('\n')).join('\n\n')],
  ['verse without stanzas', 'txt', (m) => m.many(400, () => m.verse()).join('\n')],
  [
    'poems with titles',
    'txt',
    (m) =>
      m
        .many(50, () => `${m.title()}\n\n${m.many(3, () => m.many(4, () => m.verse()).join('\n')).join('\n\n')}`)
        .join('\n\n\n'),
  ],
  [
    'a play',
    'txt',
    (m) =>
      m
        .many(
          400,
          () =>
            `${m.pick(['ORLO', 'MIRA', 'FIRST LORD', 'ALL'])}:\n${m.many(1 + m.below(4), () => m.verse()).join('\n')}`,
        )
        .join('\n\n'),
  ],
  [
    'a chat with times',
    'txt',
    (m) =>
      m.many(300, (i) => `[01/02/24, 10:${10 + (i % 50)}:00 AM] ${m.pick(['Ada', 'Bo'])}: ${m.words(2, 6)}`).join('\n'),
  ],
  [
    'a chat with names',
    'txt',
    (m) => m.many(300, () => `${m.pick(['Ada', 'Bo', 'Uncle Len'])}: ${m.words(2, 6)}`).join('\n'),
  ],
  [
    'a chat on a channel',
    'txt',
    (m) => m.many(300, () => `<${m.pick(['ada', 'bo', 'len'])}> ${m.words(2, 6)}`).join('\n'),
  ],
  ['a log', 'txt', (m) => m.many(300, (i) => `2024-05-01T10:${10 + (i % 50)} ${m.words(2, 6)}`).join('\n')],
  [
    'subtitles',
    'srt',
    (m) => m.many(200, (i) => `${i + 1}\n00:00:0${i % 10},000 --> 00:00:0${i % 10},900\n${m.sentence()}`).join('\n\n'),
  ],
  [
    'a sequence in lines',
    'txt',
    (m) => m.many(200, () => m.many(60, () => m.pick(['A', 'C', 'G', 'T'])).join('')).join('\n'),
  ],
  [
    'rows with open quotes',
    'csv',
    (m) => m.many(90, () => `${m.name()},"${m.sentence()}\n${m.sentence()}"`).join('\n'),
  ],
  ['few lines', 'txt', (m) => m.many(20, () => m.name()).join('\n')],
  [
    'the same lines again and again',
    'txt',
    (m) => m.many(300, () => m.pick(['yes', 'no', 'maybe', 'later'])).join('\n'),
  ],
  ['one long line', 'txt', (m) => m.words(2000, 2000)],
  ['one tune', 'abc', (m) => m.tune(0)],
];

function expectFound(kinds: readonly Kind[], found: Layout['found']): void {
  for (const [name, language, make] of kinds) {
    it(name, () => {
      fc.assert(
        fc.property(fc.nat(1e6), fc.boolean(), (seed, endsLine) => {
          const text = make(new TextMaker(seed)) + (endsLine ? '\n' : '');
          assert.equal(layoutOf(text, language).found, found);
        }),
        { numRuns: 8 },
      );
    });
  }
}

describe('what a document is made of', () => {
  describe('lines', () => expectFound(lists, 'lines'));
  describe('blocks', () => expectFound(records, 'blocks'));
  describe('nothing but itself', () => expectFound(wholes, 'file'));

  it('is what the user says', () => {
    const names = layoutOf(new TextMaker(1).many(300, (i) => `a${i}`).join('\n'), 'txt');
    assert.equal(formOf(names, 'files'), null);
    assert.deepEqual(formOf(names, 'auto'), { unit: 'lines' });
    const prose = layoutOf('One.\n\nTwo.\nThree.\n', 'txt');
    assert.equal(formOf(prose, 'auto'), null);
    assert.deepEqual(formOf(prose, 'lines'), { unit: 'lines' });
    assert.deepEqual(formOf(prose, 'blocks'), { unit: 'blocks', separator: '' });
    assert.equal(formOf(layoutOf('One.', 'txt'), 'lines'), null);
  });

  it('tells what records begin with that follow each other, and how many there are', () => {
    const maker = new TextMaker(5);
    const tunes = maker.many(9000, (i) => maker.tune(i));
    const { start, blocks } = layoutOf(`%abc-2.1\n\n${tunes.join('\n')}\n`, 'abc');
    assert.deepEqual({ start, blocks }, { start: 'X:', blocks: 9001 });
    const apart = layoutOf(tunes.slice(0, 50).join('\n\n'), 'abc');
    assert.deepEqual(formOf(apart, 'auto'), { unit: 'blocks', separator: '' });
  });

  it('tells the separator, and how many there are', () => {
    const { separator, blocks, lines } = layoutOf(
      Array.from({ length: 80 }, (_, i) => `a${i}\nb`).join('\n---\n'),
      'txt',
    );
    assert.deepEqual({ separator, blocks, lines }, { separator: '---', blocks: 80, lines: 239 });
  });
});
