import { codeUnits } from './codeUnits';

// What a code unit is to the splitter. Surrogates count as letters, so that words of any script stay together.
const other = 0;
const letter = 1;
const digit = 2;
const blank = 3;

/** A longer run is split, so that one line of base64 isn't a word of its own. */
export const longestPiece = 48;
const longestNumber = 3;
const space = 0x20;
const apostrophe = 0x27;

let classes: Uint8Array | undefined;

/** The class of each code unit, worked out once. */
function unitClasses(): Uint8Array {
  if (classes) return classes;
  const table = new Uint8Array(0x10000);
  for (let unit = 0; unit < 0x10000; unit++) {
    const character = String.fromCharCode(unit);
    if ((unit & 0xf800) === 0xd800 || /[\p{L}\p{M}_]/u.test(character)) table[unit] = letter;
    else if (/\p{N}/u.test(character)) table[unit] = digit;
    else if (/\s/.test(character)) table[unit] = blank;
  }
  return (classes = table);
}

/**
 * Splits a text into words, numbers of up to three digits, runs of punctuation and runs of white space; one space goes
 * with what follows it (as in GPT-2's splitter, Radford, 2019), an apostrophe between letters stays inside its word.
 * The pieces put together are the text. A pair of surrogates is never torn; no piece is longer than {@link longestPiece}.
 */
export class PieceScanner {
  private readonly table = unitClasses();

  constructor(private readonly units: Uint16Array) {}

  /** Where the piece that begins at `start` ends. */
  end(start: number): number {
    const { units } = this;
    let i = start;
    if (units[i] === space && this.classAt(i + 1) !== blank) i++;
    const kind = this.classAt(i);
    const limit = Math.min(units.length, kind === digit ? i + longestNumber : start + longestPiece);
    i++;
    while (i < limit && (this.classAt(i) === kind || (kind === letter && this.insideWord(i)))) i++;
    if (kind === blank) return this.blankEnd(start, i);
    return this.tears(i) ? i - 1 : i;
  }

  private classAt(index: number): number {
    return this.table[this.units[index] ?? space] ?? other;
  }

  private insideWord(index: number): boolean {
    return this.units[index] === apostrophe && this.classAt(index + 1) === letter;
  }

  /** The last space of a run is left to the word after it. */
  private blankEnd(start: number, end: number): number {
    const wordFollows = end < this.units.length && this.classAt(end) !== blank;
    return wordFollows && this.units[end - 1] === space && end - start > 1 ? end - 1 : end;
  }

  /** Whether a cut would go through a pair of surrogates. */
  private tears(index: number): boolean {
    const low = this.units[index] ?? 0;
    const high = this.units[index - 1] ?? 0;
    return (low & 0xfc00) === 0xdc00 && (high & 0xfc00) === 0xd800;
  }
}

/** The pieces of a text, one after the other. */
export function forEachPiece(text: string, visit: (piece: string) => void): void {
  const scanner = new PieceScanner(codeUnits(text));
  for (let start = 0; start < text.length;) {
    const end = scanner.end(start);
    visit(text.slice(start, end));
    start = end;
  }
}
