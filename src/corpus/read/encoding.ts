import iconv from 'iconv-lite';
import type { Encoding } from './reading';

/** Decodes a file block by block; code points that straddle two blocks come whole with the second. */
export interface StreamingDecoder {
  write(bytes: Buffer): string;
  end(): string;
}

const marks: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Enough of a file to tell its encoding by. */
const sampleSize = 64 * 1024;

/** The encoding that a file's first bytes declare by a byte order mark; undefined where they have none. */
export function markedEncoding(start: Buffer): Encoding | undefined {
  return marks.find(([, mark]) => mark.every((byte, i) => start[i] === byte))?.[0];
}

/**
 * The encoding that a file's first bytes show, by a byte order mark or since they read as UTF-16; `utf8` where they show
 * none, null where zeros say that it is no text.
 */
export function declaredEncoding(start: Buffer): Encoding | null {
  const marked = markedEncoding(start);
  if (marked !== undefined) return marked;
  const sample = start.subarray(0, sampleSize);
  return sample.includes(0) ? unmarkedUtf16(sample) : 'utf8';
}

/** Scripts of which a text has one: who guesses the wrong order of bytes, or reads what is no text, finds several. */
const scripts = [
  /\p{Script=Latin}/gu,
  /\p{Script=Cyrillic}/gu,
  /\p{Script=Greek}/gu,
  /\p{Script=Arabic}/gu,
  /\p{Script=Hebrew}/gu,
  /\p{Script=Thai}/gu,
  /\p{Script=Devanagari}/gu,
  /\p{Script=Hangul}/gu,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  /\p{Script=Armenian}/gu,
  /\p{Script=Georgian}/gu,
];
/** What no text has: control characters, surrogates without their other half, what means nothing in Unicode. */
const senseless = /(?![\t\n\f\r])[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/gu;
/** What stands between the words or sentences of nearly every text. */
const separators = /[\n\r \u3000\u3001\u3002\uff0c]/g;
/** Share of its letters that are of one script in a text of UTF-16. */
const leastOfScript = 0.85;

/** The order of bytes in which a file without a mark reads as UTF-16; null where it does in neither. */
export function unmarkedUtf16(sample: Buffer): 'utf-16le' | 'utf-16be' | null {
  const little = senseOfUtf16(sample, 'utf-16le');
  const big = senseOfUtf16(sample, 'utf-16be');
  if (little === 0 && big === 0) return null;
  return little >= big ? 'utf-16le' : 'utf-16be';
}

/** How much speaks for UTF-16 of an order: separators first, then letters of ASCII; 0 where it makes no sense. */
function senseOfUtf16(sample: Buffer, encoding: Encoding): number {
  const text = iconv.decode(sample.subarray(0, sample.length & ~1), encoding, { stripBOM: false });
  // The last code unit may be half of a pair.
  if (countOf(text.slice(0, -1), senseless) > 0) return 0;
  const letters = countOf(text, /\p{L}/gu);
  const ofOne = Math.max(...scripts.map((script) => countOf(text, script)));
  if (letters === 0 || ofOne < leastOfScript * letters) return 0;
  return 1 + 2 * countOf(text, separators) + countOf(text, /[A-Za-z]/g);
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** Whether text can be read in an encoding of this name. */
export function isEncoding(name: string): boolean {
  return iconv.encodingExists(name);
}

/** A decoder for what isn't UTF-8; it puts U+FFFD for what it can't read. */
export function legacyDecoder(encoding: Encoding): StreamingDecoder {
  const decoder = iconv.getDecoder(encoding);
  return { write: (bytes) => decoder.write(bytes), end: () => decoder.end() ?? '' };
}
