import fc from 'fast-check';
import iconv from 'iconv-lite';
import assert from 'node:assert/strict';
import { readTextFile } from '../../../../src/corpus/read/readTextFile';

/** Sentences of a language, of which texts are made. */
const french = [
  'Les élèves ont été très étonnés par la façade du château.',
  'Il naquit l’été dernier, à l’ombre d’un vieux hêtre.',
  '“Où est-il passé ?” demanda-t-elle, le cœur serré.',
  'Ça n’a rien d’étrange — c’est la même forêt qu’hier.',
  'Après dîner, nous irons voir la mère de François.',
];
const german = [
  'Die Größe der Häuser überraschte das Mädchen sehr.',
  'Übermorgen fährt der Zug über die schöne Brücke.',
  'Er weiß nicht, wie spät es für die Gäste schon ist.',
];
const chinese = [
  '话说天下大势，分久必合，合久必分。',
  '床前明月光，疑是地上霜。举头望明月，低头思故乡。',
  '我们今天去学校的时候，看见了很多人在路上。',
  '他说这个问题不是很大，但是没有时间去解决。',
];
const japanese = [
  '吾輩は猫である。名前はまだ無い。',
  'どこで生れたかとんと見当がつかぬ。',
  '何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。',
  'これはとても大切な話ですから、よく聞いてください。',
];
const russian = ['Все счастливые семьи похожи друг на друга.', 'Она не знала, что он уже уехал из города.'];

/** An encoding, what is written in it, and how its lines end. */
const kinds = [
  { encoding: 'utf8', sentences: french, end: '\n' },
  { encoding: 'utf8', sentences: chinese, end: '\n' },
  { encoding: 'utf8', sentences: russian, end: '\r\n' },
  { encoding: 'windows-1252', sentences: french, end: '\n' },
  { encoding: 'windows-1252', sentences: german, end: '\r\n' },
  { encoding: 'macroman', sentences: french, end: '\r' },
  { encoding: 'macroman', sentences: german, end: '\r' },
  { encoding: 'gb18030', sentences: chinese, end: '\n' },
  { encoding: 'cp932', sentences: japanese, end: '\r\n' },
] as const;

/** A text of some thousand characters. */
function textOf(sentences: readonly string[], end: string, order: readonly number[]): string {
  return order.map((index) => sentences[index % sentences.length]! + end).join('');
}

/** Bytes with a part of them overwritten by what stands for anything: high bytes without order. */
function damaged(bytes: Buffer, where: 'start' | 'middle' | 'end', share: number, seed: number): Buffer {
  const length = Math.floor(bytes.length * share);
  const start = { start: 0, middle: Math.floor((bytes.length - length) / 2), end: bytes.length - length }[where];
  const copy = Buffer.from(bytes);
  let state = seed | 1;
  for (let i = start; i < start + length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    copy[i] = 0x80 + ((state >>> 16) % 0x80);
  }
  return copy;
}

/** What the decoder of an encoding itself makes of bytes. */
function decoded(bytes: Buffer, encoding: string): string {
  const text = encoding === 'utf8' ? new TextDecoder().decode(bytes) : iconv.decode(bytes, encoding);
  return text.replace(/\r\n?/g, '\n');
}

const orders = fc.array(fc.nat(99), { minLength: 150, maxLength: 250 });

describe('a text of which a part is damaged', function () {
  this.timeout(60_000);

  it('is read as what most of it is, where a part of it is in another encoding', async () => {
    const kind = fc.constantFrom(...kinds);
    const part = fc.record({ where: fc.constantFrom('start', 'middle', 'end'), share: fc.constantFrom(0.01, 0.1) });
    await fc.assert(
      fc.asyncProperty(kind, kind, orders, part, async (main, other, order, { where, share }) => {
        fc.pre(main.end === '\r' || other.end !== '\r');
        const count = Math.ceil(order.length * share);
        const first = { start: 0, middle: (order.length - count) >> 1, end: order.length - count }[where];
        const isOther = (index: number) => index >= first && index < first + count;
        const lines = order.map((line, index) => {
          const { encoding, sentences, end } = isOther(index) ? { ...other, end: main.end } : main;
          return iconv.encode(sentences[line % sentences.length]! + end, encoding);
        });
        const bytes = Buffer.concat(lines);
        const read = await readTextFile(bytes);
        assert.equal(read.encoding, main.encoding);
        assert.equal(read.text, decoded(bytes, main.encoding));
      }),
      { numRuns: 150 },
    );
  });

  it('is read as what it is, with single bad bytes all over it', async () => {
    const bad = fc.array(
      fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.integer({ min: 0x80, max: 0xff }) }),
      {
        minLength: 1,
        maxLength: 40,
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kinds), orders, bad, async ({ encoding, sentences, end }, order, strikes) => {
        const bytes = iconv.encode(textOf(sentences, end, order), encoding);
        for (const { place, byte } of strikes) bytes[Math.floor(place * (bytes.length - 1))] = byte;
        const read = await readTextFile(bytes);
        assert.equal(read.encoding, encoding);
        assert.equal(read.text, decoded(bytes, encoding));
      }),
      { numRuns: 150 },
    );
  });

  it('is UTF-8 wherever its end is torn, of however many letters', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(french, chinese, russian), orders, fc.nat(), async (sentences, order, cut) => {
        const whole = Buffer.from(textOf(sentences, '\n', order));
        const bytes = whole.subarray(0, 100 + (cut % (whole.length - 100)));
        const read = await readTextFile(bytes);
        assert.equal(read.encoding, 'utf8');
        assert.equal(read.text, decoded(bytes, 'utf8'));
      }),
      { numRuns: 300 },
    );
  });

  for (const { encoding, sentences, end } of kinds) {
    for (const where of ['start', 'middle', 'end'] as const) {
      for (const share of [0.01, 0.1, 0.5]) {
        it(`is read as ${encoding} with ${share * 100} % of it broken at its ${where}: ${(sentences[0] ?? '').slice(0, 12)}`, async () => {
          await fc.assert(
            fc.asyncProperty(orders, fc.integer(), async (order, seed) => {
              const whole = iconv.encode(textOf(sentences, end, order), encoding);
              const bytes = damaged(whole, where, share, seed);
              const read = await readTextFile(bytes);
              assert.equal(read.encoding, encoding);
              assert.equal(read.text, decoded(bytes, encoding));
              if (encoding === 'utf8') assert.equal(read.unreadable > 0, read.text.includes('\ufffd'));
            }),
            { numRuns: 8 },
          );
        });
      }
    }
  }
});
