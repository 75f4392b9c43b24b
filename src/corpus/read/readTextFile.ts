import { declaredEncoding, markedEncoding, unmarkedUtf16 } from './encoding';
import { EncodingSample } from './encodingSample';
import { guessLegacy } from './legacyGuess';
import type { Encoding, TextReading } from './reading';
import { type Faults, TextFile, UnreadableError } from './textFile';
import { looksLikeUtf8, Utf8Census } from './utf8Census';

/** A text, and what its bytes were read as. */
export interface ReadText extends TextReading {
  readonly text: string;
}

/**
 * The whole text of a file, or of bytes, decoded as a corpus is.
 * @param wish The encoding that it is to be read in, whatever it looks like.
 * @throws UnreadableError where it has gone or is no text
 */
export async function readTextFile(from: string | Uint8Array, wish?: Encoding): Promise<ReadText> {
  const file = new TextFile(from, TextFile.buffer());
  try {
    return await withEncoding(file, wish, (encoding, faults) => {
      const text = [...file.pieces(encoding, { faults })].join('');
      return { text, encoding, unreadable: file.unreadable };
    });
  } finally {
    file.close();
  }
}

/**
 * Does something with a file's text in the encoding that its mark declares, or that is wished for, or else that its bytes look
 * like: UTF-8 as long as they are well-formed, or most of what isn't ASCII is; another one where they aren't.
 * @param use Called again, with another encoding, where it throws that the bytes are malformed.
 * @throws UnreadableError where it is no text
 */
export async function withEncoding<T>(
  file: TextFile,
  wish: Encoding | undefined,
  use: (encoding: Encoding, faults: Faults) => T | Promise<T>,
): Promise<T> {
  const wished = wish === undefined || wish === 'utf8' ? undefined : (markedEncoding(file.block) ?? wish);
  if (wished !== undefined) return use(wished, 'replace');
  const declared = declaredEncoding(file.block);
  if (declared === null) throw new UnreadableError('binary', 'These bytes are no text.');
  try {
    return await use(declared, 'refuse');
  } catch (error) {
    if (!(error instanceof UnreadableError && error.reason === 'malformed')) throw error;
  }
  const encoding = await guess(file);
  if (encoding === null) throw new UnreadableError('binary', 'These bytes are no text.');
  return use(encoding, 'replace');
}

/** What the bytes of a file look like that isn't UTF-8 throughout; null where they are no text. */
async function guess(file: TextFile): Promise<Encoding | null> {
  const census = new Utf8Census();
  const sample = new EncodingSample(file.stamp.bytes);
  for (const block of file.blocks()) {
    census.add(block);
    sample.add(block);
  }
  census.finish();
  if (looksLikeUtf8(census)) return 'utf8';
  return (await guessLegacy(sample.bytes)) ?? unmarkedUtf16(sample.bytes);
}
