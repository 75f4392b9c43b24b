/** What a reader notices of a text that was written by a model: shares of 1, NaN where there is nothing to count. */
export interface Noticed {
  /** Of the words: those that the known text doesn't have. */
  readonly unknownWords: number;
  /** Of the pairs of neighbouring words: those that are neighbours in the known text too. */
  readonly knownPairs: number;
  /** Different words, of all words. */
  readonly distinctWords: number;
  /**
   * Of the characters, white space being one however long: those in passages of {@link copyLength} or more that stand in the
   * known text.
   */
  readonly copied: number;
}

/** Passages that stand verbatim in the known text are copies from so many characters on. */
export const copyLength = 40;

/** A run of letters, digits and underscores, apostrophes between them included; upper and lower case are told apart. */
const word = /[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}\p{M}\p{N}_]+)*/gu;

/** The text that a model knows, to hold what it writes against. */
export class KnownText {
  private readonly words = new Set<string>();
  private readonly pairs = new Set<string>();
  private readonly spaced: string;

  /** @param isList Each line is a text of its own, so that the words of two lines are no neighbours. */
  constructor(
    text: string,
    private readonly isList = false,
  ) {
    this.spaced = spacedAlike(text);
    for (const line of this.texts(text)) {
      const words = wordsOf(line);
      for (const each of words) this.words.add(each);
      for (const pair of pairsOf(words)) this.pairs.add(pair);
    }
  }

  /** @param written A piece from anywhere: a word that touches an end of it may be torn and isn't counted. */
  noticed(written: string): Noticed {
    const whole = withoutTornWords(written);
    const lines = this.texts(whole).map(wordsOf);
    const words = lines.flat();
    const pairs = lines.flatMap(pairsOf);
    return {
      unknownWords: shareOf(words, (each) => !this.words.has(each)),
      knownPairs: shareOf(pairs, (pair) => this.pairs.has(pair)),
      distinctWords: new Set(words).size / words.length,
      copied: this.copiedShare(written),
    };
  }

  private texts(text: string): readonly string[] {
    return this.isList ? text.split('\n') : [text];
  }

  /** Looks every window of the known text up among those of what was written, which is far shorter. */
  private copiedShare(written: string): number {
    const starts = new Map<string, number[]>();
    const characters = Array.from(spacedAlike(written));
    for (let start = 0; start + copyLength <= characters.length; start++) {
      const window = characters.slice(start, start + copyLength).join('');
      const known = starts.get(window);
      if (known === undefined) starts.set(window, [start]);
      else known.push(start);
    }
    // Windows with characters beyond 16 bits are longer in code units.
    const lengths = new Set(Array.from(starts.keys(), (window) => window.length));
    const copied = new Uint8Array(characters.length);
    for (const length of lengths) {
      for (let at = 0; at + length <= this.spaced.length; at++) {
        for (const start of starts.get(this.spaced.slice(at, at + length)) ?? []) {
          copied.fill(1, start, start + copyLength);
        }
      }
    }
    return shareOf([...copied], (is) => is === 1);
  }
}

/** A text in which no indentation and no empty lines count as much as words. */
function spacedAlike(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function wordsOf(text: string): readonly string[] {
  return text.match(word) ?? [];
}

function withoutTornWords(text: string): string {
  const matches = [...text.matchAll(word)];
  const [first, last] = [matches[0], matches.at(-1)];
  const start = first?.index === 0 ? first[0].length : 0;
  const end = last !== undefined && last.index + last[0].length === text.length ? last.index : text.length;
  return text.slice(start, Math.max(start, end));
}

/** Pairs of neighbours, as one string each. */
function pairsOf(words: readonly string[]): readonly string[] {
  return words.slice(1).map((second, index) => `${words[index] ?? ''} ${second}`);
}

function shareOf<T>(all: readonly T[], is: (each: T) => boolean): number {
  return all.filter(is).length / all.length;
}
