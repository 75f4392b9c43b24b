import { codeUnits } from './codeUnits';

// What a code unit is to the splitter. Surrogates count as letters, so that no pair is torn.
const other = 0;
const letter = 1;
const digit = 2;
const blank = 3;

/** A longer run is split, so that one line of base64 isn't a word of its own. */
const longestPiece = 48;
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
 * The pieces put together are the text. A pair of surrogates is never torn.
 */
export function forEachPiece(text: string, visit: (piece: string) => void): void {
  const units = codeUnits(text);
  const table = unitClasses();
  let start = 0;
  while (start < units.length) {
    const end = pieceEnd(units, table, start);
    visit(text.slice(start, end));
    start = end;
  }
}

function pieceEnd(units: Uint16Array, table: Uint8Array, start: number): number {
  const classAt = (index: number) => (index < units.length ? (table[units[index] ?? 0] ?? other) : blank);
  let i = start;
  if (units[i] === space && classAt(i + 1) !== blank) i++;
  const kind = classAt(i);
  const limit = Math.min(units.length, kind === digit ? i + longestNumber : start + longestPiece);
  i++;
  while (i < limit && (classAt(i) === kind || (kind === letter && insideWord(units, classAt, i)))) i++;
  if (kind === blank) return blankEnd(units, classAt, start, i);
  const torn = i < units.length && ((units[i] ?? 0) & 0xfc00) === 0xdc00 && ((units[i - 1] ?? 0) & 0xfc00) === 0xd800;
  return torn ? i + 1 : i;
}

function insideWord(units: Uint16Array, classAt: (index: number) => number, index: number): boolean {
  return units[index] === apostrophe && classAt(index + 1) === letter;
}

/** The last space of a run is left to the word after it. */
function blankEnd(units: Uint16Array, classAt: (index: number) => number, start: number, end: number): number {
  const wordFollows = end < units.length && classAt(end) !== blank;
  return wordFollows && units[end - 1] === space && end - start > 1 ? end - 1 : end;
}

/** Distinct pieces beyond which those seen once are forgotten: bounds the memory that a huge corpus needs. */
const mostDistinct = 1_000_000;

/** How often each piece of the texts added occurs. */
export class PieceCounter {
  private counts = new Map<string, number>();

  /** Counts the pieces of one more text. */
  add(text: string): void {
    const { counts } = this;
    forEachPiece(text, (piece) => {
      const count = counts.get(piece);
      if (count === undefined) counts.set(detached(piece), 1);
      else counts.set(piece, count + 1);
    });
    if (counts.size > mostDistinct) this.forgetRarest();
  }

  /** Drops the rarest until half of the room is free. */
  private forgetRarest(): void {
    for (let rare = 1; this.counts.size > mostDistinct / 2; rare *= 2) {
      for (const [piece, count] of this.counts) if (count <= rare) this.counts.delete(piece);
    }
  }

  /** Pieces seen at least `minimumCount` times, the most frequent first; ties in the order of their code units. */
  ranked(minimumCount: number): readonly (readonly [piece: string, count: number])[] {
    return [...this.counts]
      .filter(([, count]) => count >= minimumCount)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  }
}

/** A copy that doesn't keep the long text alive which the piece was sliced from (V8 slices from 13 units on). */
function detached(piece: string): string {
  return piece.length < 13 ? piece : Buffer.from(piece, 'utf16le').toString('utf16le');
}
