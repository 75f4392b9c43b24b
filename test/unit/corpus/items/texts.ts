import { Random } from '../../../../src/model/random';

const syllables = [
  'ka',
  'lo',
  'mi',
  'ter',
  'an',
  'ves',
  'do',
  'ri',
  'sun',
  'bel',
  'or',
  'wyn',
  'ta',
  'ne',
  'gal',
  'fi',
];

/** Invented text of many kinds, other text for each seed. */
export class TextMaker {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = Random.seeded(seed, 'texts');
  }

  below(bound: number): number {
    return this.random.below(bound);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  many<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }

  word(): string {
    return this.many(1 + this.below(3), () => this.pick(syllables)).join('');
  }

  words(least: number, most: number): string {
    return this.many(least + this.below(most - least + 1), () => this.word()).join(' ');
  }

  name(): string {
    return this.many(2 + this.below(3), () => this.pick(syllables)).join('');
  }

  sentence(): string {
    const mark = this.pick(['.', '.', '.', '?', '!']);
    return `${capital(this.words(4, 10))}${this.below(3) === 0 ? `, ${this.words(3, 8)}` : ''}${mark}`;
  }

  sentences(least: number, most: number): string {
    return this.many(least + this.below(most - least + 1), () => this.sentence()).join(' ');
  }

  /** A paragraph, its lines as long as fits. */
  wrapped(width = 68): string {
    const lines: string[] = [];
    let line = '';
    for (const word of this.sentences(3, 9).split(' ')) {
      if (line.length + word.length >= width) {
        lines.push(line);
        line = word;
      } else {
        line += line === '' ? word : ` ${word}`;
      }
    }
    return [...lines, line].join('\n');
  }

  title(): string {
    return this.words(2, 5).replace(/(^| )./g, (start) => start.toUpperCase());
  }

  verse(): string {
    return `${capital(this.words(4, 7))}${this.pick([',', ',', ';', '.', '', ''])}`;
  }

  /** A line of some Chinese signs. */
  signs(count: number): string {
    return this.many(count, () => String.fromCodePoint(0x4e00 + this.below(800))).join('');
  }

  quatrain(): string {
    return `${this.signs(5)}，${this.signs(5)}。${this.signs(5)}，${this.signs(5)}。`;
  }

  tune(number: number): string {
    const bar = () => `${this.many(4, () => this.pick(Array.from('ABCDEFGabcd'))).join('')} |`;
    const lines = this.many(2 + this.below(5), () => this.many(4, bar).join(' '));
    return [`X:${number + 1}`, `T:${this.title()}`, 'M:4/4', `K:${this.pick(['G', 'D', 'Am'])}`, ...lines].join('\n');
  }
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}
