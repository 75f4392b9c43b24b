import { isHighSurrogate, isLowSurrogate, isSurrogate } from '../../base/text';
import { longestPiece } from '../../model/tokenizerDescription';
import { codeUnits } from './codeUnits';

// What a code unit is to the splitter. Surrogates count as letters, so that words of any script stay together.
const other = 0;
const letter = 1;
const digit = 2;
const blank = 3;

const longestNumber = 3;
const space = 0x20;
const apostrophe = 0x27;

// FNV-1a (Fowler, Noll and Vo, 1991), over code units.
const hashStart = 0x811c9dc5 | 0;
const hashFactor = 0x01000193;

/** A hash of the code units from `start` to `end`. */
export function pieceHash(units: Uint16Array, start: number, end: number): number {
  let hash = hashStart;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (units[i] ?? 0), hashFactor);
  return hash;
}

let classes: Uint8Array | undefined;

/** The class of each code unit, worked out once. */
function unitClasses(): Uint8Array {
  if (classes) return classes;
  const table = new Uint8Array(0x10000);
  for (let unit = 0; unit < 0x10000; unit++) {
    const character = String.fromCharCode(unit);
    if (isSurrogate(unit) || /[\p{L}\p{M}_]/u.test(character)) table[unit] = letter;
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
  /** The {@link pieceHash} of the piece that {@link end} was asked for last: it comes along with looking for the end. */
  hash = 0;
  private readonly table = unitClasses();

  constructor(protected readonly units: Uint16Array) {}

  /** Where the piece that begins at `start` ends. */
  end(start: number): number {
    const { units, table } = this;
    const { length } = units;
    let i = start;
    let unit = units[i] ?? 0;
    let kind = table[unit] ?? other;
    let hash = hashStart;
    if (unit === space && i + 1 < length) {
      const next = units[i + 1] ?? 0;
      const nextKind = table[next] ?? other;
      if (nextKind !== blank) {
        hash = Math.imul(hash ^ unit, hashFactor);
        unit = next;
        kind = nextKind;
        i++;
      }
    }
    const limit = Math.min(length, kind === digit ? i + longestNumber : start + longestPiece);
    hash = Math.imul(hash ^ unit, hashFactor);
    for (i++; i < limit; i++) {
      unit = units[i] ?? 0;
      if (table[unit] !== kind && !(kind === letter && unit === apostrophe && this.isLetter(i + 1))) break;
      hash = Math.imul(hash ^ unit, hashFactor);
    }
    const end = kind === blank ? this.blankEnd(start, i) : this.wholeEnd(i);
    this.hash = end === i ? hash : pieceHash(units, start, end);
    return end;
  }

  /** Whether a letter stands there. */
  protected isLetter(index: number): boolean {
    return index < this.units.length && this.table[this.units[index] ?? 0] === letter;
  }

  /** The last space of a run is left to the word after it. */
  private blankEnd(start: number, end: number): number {
    const { units, table } = this;
    if (end - start < 2 || units[end - 1] !== space || end >= units.length) return end;
    return table[units[end] ?? 0] === blank ? end : end - 1;
  }

  /** A cut that doesn't go through a pair of surrogates. */
  private wholeEnd(index: number): number {
    const isInside = isLowSurrogate(this.units[index] ?? 0) && isHighSurrogate(this.units[index - 1] ?? 0);
    return isInside ? index - 1 : index;
  }
}

/** The pieces of a text, one after the other. */
export function* piecesOf(text: string, scanner = new PieceScanner(codeUnits(text))): Generator<string, void, void> {
  for (let start = 0; start < text.length;) {
    const end = scanner.end(start);
    yield text.slice(start, end);
    start = end;
  }
}

/** The end of a text that goes with what is to follow it: its last space. */
export function begunPiece(text: string): string {
  return text.endsWith(' ') ? ' ' : '';
}
