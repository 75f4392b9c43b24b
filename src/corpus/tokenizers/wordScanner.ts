import { pieceHash, PieceScanner } from './pieces';

/** Letters and marks of scripts that are written without spaces between words. */
const spacelessLetter =
  /^(?=[\p{L}\p{M}])[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]$/u;

let spacelessUnits: Uint8Array | undefined;

/** 1 for each code unit that is, or begins, such a letter: worked out once. */
function spacelessTable(): Uint8Array {
  if (spacelessUnits) return spacelessUnits;
  const table = new Uint8Array(0x10000);
  for (let unit = 0; unit < 0x10000; unit++) if (isSpaceless(String.fromCharCode(unit))) table[unit] = 1;
  // The first halves of the pairs of planes 2 and 3, which are Han.
  return (spacelessUnits = table.fill(1, 0xd840, 0xd8c0));
}

/** Whether a character is a letter of a script that has no spaces between words. */
export function isSpaceless(character: string): boolean {
  return spacelessLetter.test(character);
}

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** Where the words of a text end, in code units, by Unicode's rules and the dictionaries of scripts without spaces. */
export function wordEnds(text: string): number[] {
  return Array.from(segmenter.segment(text), ({ index, segment }) => index + segment.length);
}

/** Splits a text as {@link PieceScanner} does, and runs of letters that have some without spaces into their words. */
export class WordScanner extends PieceScanner {
  /** Whether there was such a run. */
  isSegmenting = false;
  private readonly spaceless = spacelessTable();
  /** Whether there is any such letter: most texts have none, and are looked through but once. */
  private readonly hasAny: boolean;
  /** Ends of the words of the run at hand, and how many of them were given. */
  private ends: readonly number[] = [];
  private given = 0;

  constructor(units: Uint16Array) {
    super(units);
    this.hasAny = this.hasSpaceless(0, units.length);
  }

  override end(start: number): number {
    if (!this.hasAny) return super.end(start);
    const known = start === this.ends[this.given - 1] ? this.ends[this.given] : undefined;
    if (known === undefined) {
      const end = super.end(start);
      if (!this.hasSpaceless(start, end)) return end;
      this.isSegmenting = true;
      this.ends = this.endsWithin(start, end);
      this.given = 0;
    }
    const end = this.ends[this.given++] ?? start + 1;
    this.hash = pieceHash(this.units, start, end);
    return end;
  }

  private hasSpaceless(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (this.spaceless[this.units[i] ?? 0] === 1) return true;
    return false;
  }

  private endsWithin(start: number, end: number): readonly number[] {
    const text = String.fromCharCode(...this.units.subarray(start, end));
    // The space before a run goes with its first word.
    const ends = wordEnds(text)
      .map((place) => start + place)
      .slice(text.startsWith(' ') ? 1 : 0);
    // A run that was cut for its length may end inside a word, which begins the next one then.
    if (ends.length > 1 && this.isLetter(end)) ends.pop();
    return ends;
  }
}
