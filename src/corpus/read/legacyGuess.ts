import iconv from 'iconv-lite';
import type { Encoding } from './reading';

/** What an unmarked file on a computer of the last thirty years may be in; rarer guesses do more harm than good. */
const singleBytes = [
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
];
const multiBytes = ['cp932', 'euc-jp', 'gb18030', 'big5', 'cp949'];

/** Below either the detector is guessing, and the most widespread encoding is the better guess. */
const leastConfidence = 0.05;
const leastEvidence = 8;
const likeliestEncoding = 'windows-1252';
/** From here on the detector is believed at its first word; below, damage may have misled it, which one bad byte can. */
const convincing = 0.2;
/** Of text of the Latin alphabet, fewer bytes are odd than this share; of any other script, far more. */
const mostOfLatin = 0.15;

/**
 * Guesses the encoding of text that isn't UTF-8, damaged or not; null where too many control characters say that it is no
 * text.
 * @param bytes Whole lines of it.
 */
export async function guessLegacy(bytes: Buffer): Promise<Encoding | null> {
  const sample = usualLines(bytes);
  const controls = sample.reduce((count, byte) => count + (byte < 0x20 && !(byte >= 8 && byte <= 13) ? 1 : 0), 0);
  if (controls > sample.length / 50) return null;
  const macRoman = isMacRoman(sample);
  const odd = sample.reduce((count, byte) => count + (byte >> 7), 0);
  if (odd < leastEvidence) return macRoman ? 'macroman' : likeliestEncoding;
  // The detector's tables take a tenth of a second to load, and few files need them.
  const { detect } = await import('jschardet');
  const guessAmong = (bytes: Buffer, encodings: string[]): Guess => {
    const { encoding, confidence } = detect(bytes, { detectEncodings: encodings, minimumThreshold: 0 });
    return encoding === null
      ? { encoding: likeliestEncoding, confidence: 0 }
      : { encoding: encoding.toLowerCase(), confidence };
  };
  const first = guessAmong(sample, [...singleBytes, ...multiBytes]);
  const isPlain = first.encoding === likeliestEncoding && odd < mostOfLatin * sample.length;
  const guess = isPlain || first.confidence >= convincing ? first : best(sample, guessAmong);
  // What tells Mac Roman is no evidence against an alphabet of another kind.
  if (macRoman && isLatin(guess.encoding, guess.confidence)) return 'macroman';
  // Where it makes no difference, it has the name that most people know.
  const same = iconv.decode(sample, guess.encoding) === iconv.decode(sample, likeliestEncoding);
  return same || guess.confidence < leastConfidence ? likeliestEncoding : guess.encoding;
}

/** Of a line of the Latin alphabet, fewer bytes are odd than this share. */
const mostOfLatinLine = 0.25;

/** The lines of a sample without those that are of another kind of script than most: what one part has broken is no guide. */
function usualLines(sample: Buffer): Buffer {
  const plain: Buffer[] = [];
  const sparse: Buffer[] = [];
  const dense: Buffer[] = [];
  for (let start = 0; start < sample.length;) {
    let end = start;
    let odd = 0;
    for (; end < sample.length && sample[end] !== 0x0a && sample[end] !== 0x0d; end++) odd += (sample[end] ?? 0) >> 7;
    const line = sample.subarray(start, end + 1);
    (odd === 0 ? plain : odd < mostOfLatinLine * line.length ? sparse : dense).push(line);
    start = end + 1;
  }
  return Buffer.concat([...(dense.length > sparse.length ? dense : sparse), ...plain]);
}

interface Guess {
  readonly encoding: Encoding;
  readonly confidence: number;
}

/** The encoding whose sound lines the detector likes most: it gives an encoding up at the first byte that isn't of it. */
function best(sample: Buffer, guessAmong: (bytes: Buffer, encodings: string[]) => Guess): Guess {
  const guesses = [...multiBytes, ...singleBytes].map((encoding): Guess => {
    const { bytes, share } = soundLines(sample, encoding);
    const guess = bytes.length > 0 && guessAmong(bytes, [encoding, likeliestEncoding]);
    return { encoding, confidence: guess && guess.encoding === encoding ? guess.confidence * share : 0 };
  });
  return guesses.reduce((a, b) => (b.confidence > a.confidence ? b : a));
}

/** What decoders make of bytes that mean nothing in an encoding. */
const meaningless = /[\ufffd\u0080-\u009f\ue000-\uf8ff]/;

/** The lines of a sample that can be read in an encoding, and which share of all that isn't ASCII they hold. */
function soundLines(sample: Buffer, encoding: Encoding): { readonly bytes: Buffer; readonly share: number } {
  const lines = iconv.decode(sample, encoding).split(/(?<=[\n\r])/);
  const sound = lines.filter((line) => !meaningless.test(line));
  const all = oddCharacters(lines.join(''));
  const share = oddCharacters(sound.join('')) / Math.max(1, all);
  return { bytes: iconv.encode(sound.join(''), encoding), share };
}

function oddCharacters(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) count++;
  return count;
}

/** Whether an encoding is one of the Latin alphabet, as which Mac Roman is misread, or no more than a guess. */
function isLatin(encoding: Encoding, confidence: number): boolean {
  return confidence < convincing || /^windows-125[02478]$/.test(encoding);
}

/** What hardly stands in a text: it comes of reading one encoding as another. */
const implausible = [
  // A capital inside of a word: "donÕt".
  /(?<=\p{Ll})\p{Lu}(?=\p{Ll})/gu,
  /(?<=\p{Ll})[^\p{L}\p{M}\p{P}\s\d](?=\p{L})/gu,
  // A letter with a sign for its neighbour: "Ç a", "caf.".
  /(?<=[\s("])(?:Ò|Ó|Ô|Ñ|Õ)(?=[\p{L}\s])/gu,
  /[\p{Cc}\ufffd](?<![\t\n\r\f])/gu,
  /[‡‰†ŒŠŽŸˆ\u2030](?=\p{Ll})|(?<=\p{Ll})[‡‰†ŒŠŽŸˆ˜\u2030]/gu,
];

/** How much more plausible Mac Roman must be where lines end as on any other computer. */
const muchMore = 4;

/** Whether text of the Latin alphabet is from an old Mac: by the ends of its lines, and by what its letters come to. */
function isMacRoman(sample: Buffer): boolean {
  const asMac = faultsOf(iconv.decode(sample, 'macroman'));
  const asWindows = faultsOf(iconv.decode(sample, 'windows-1252'));
  const hasBareReturns = sample.includes(0x0d) && !sample.includes(0x0a);
  return hasBareReturns ? asMac <= asWindows : asWindows >= muchMore && asWindows > muchMore * asMac;
}

function faultsOf(text: string): number {
  return implausible.reduce((count, pattern) => count + Array.from(text.matchAll(pattern)).length, 0);
}
