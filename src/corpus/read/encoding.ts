import iconv from 'iconv-lite';

/** Name of an encoding as iconv-lite knows it. */
export type Encoding = string;

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

/**
 * The encoding that a file's first bytes declare, by a byte order mark or by the zeros of UTF-16; `utf8` where they
 * declare none, null where the zeros say that it is no text.
 */
export function declaredEncoding(start: Buffer): Encoding | null {
  const marked = marks.find(([, mark]) => mark.every((byte, i) => start[i] === byte));
  if (marked) return marked[0];
  const sample = start.subarray(0, sampleSize);
  if (!sample.includes(0)) return 'utf8';
  const zeros = [0, 0];
  sample.forEach((byte, i) => {
    if (byte === 0) zeros[i & 1] = (zeros[i & 1] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  // Text that is mostly ASCII has a zero in every other byte and none in between.
  if (odd > sample.length / 5 && even === 0) return 'utf-16le';
  if (even > sample.length / 5 && odd === 0) return 'utf-16be';
  return null;
}

/** What an unmarked file on a computer of the last thirty years may be in; rarer guesses do more harm than good. */
const legacyEncodings = [
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'windows-874',
  'koi8-r',
  'koi8-u',
  'cp932',
  'euc-jp',
  'gb18030',
  'big5',
  'cp949',
];

/** Below either the detector is guessing, and the most widespread encoding is the better guess. */
const leastConfidence = 0.05;
const leastEvidence = 8;
const likeliestEncoding = 'windows-1252';

/**
 * Guesses the encoding of text that isn't UTF-8; null where too many control characters say that it is no text.
 * @param block Bytes of it that UTF-8 could not read.
 */
export async function detectEncoding(block: Buffer): Promise<Encoding | null> {
  const firstOdd = block.findIndex((byte) => byte >= 0x80);
  const sample = Buffer.from(block.subarray(Math.max(0, firstOdd - sampleSize / 8)).subarray(0, sampleSize));
  const controls = sample.reduce((count, byte) => count + (byte < 0x20 && !(byte >= 8 && byte <= 13) ? 1 : 0), 0);
  if (controls > sample.length / 50) return null;
  const odd = sample.reduce((count, byte) => count + (byte >> 7), 0);
  if (odd < leastEvidence) return likeliestEncoding;
  // The detector's tables take a tenth of a second to load, and few files need them.
  const { detect } = await import('jschardet');
  const { encoding, confidence } = detect(sample, { detectEncodings: legacyEncodings, minimumThreshold: 0 });
  return encoding === null || confidence < leastConfidence ? likeliestEncoding : encoding.toLowerCase();
}

/** A decoder for what isn't UTF-8; it puts U+FFFD for what it can't read. */
export function legacyDecoder(encoding: Encoding): StreamingDecoder {
  const decoder = iconv.getDecoder(encoding);
  return { write: (bytes) => decoder.write(bytes), end: () => decoder.end() ?? '' };
}
