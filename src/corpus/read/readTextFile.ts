import { declaredEncoding, detectEncoding, type Encoding } from './encoding';
import { TextFile, UnreadableError } from './textFile';

/** The whole text of a file, decoded as a corpus is. @throws UnreadableError where it has gone or is no text. */
export async function readTextFile(path: string): Promise<string> {
  const file = new TextFile(path, TextFile.buffer());
  try {
    return await withEncoding(file, (encoding) => [...file.pieces(encoding)].join(''));
  } finally {
    file.close();
  }
}

/**
 * Does something with a file's text in the encoding that its bytes declare or, where they turn out to be malformed in that, in
 * the one that they look like most.
 * @throws UnreadableError where it is no text.
 */
export async function withEncoding<T>(file: TextFile, use: (encoding: Encoding) => T | Promise<T>): Promise<T> {
  const declared = declaredEncoding(file.block);
  if (declared === null) throw new UnreadableError('binary', 'These bytes are no text.');
  try {
    return await use(declared);
  } catch (error) {
    if (!(error instanceof UnreadableError && error.reason === 'malformed')) throw error;
  }
  const detected = await detectEncoding(file.block);
  if (detected === null) throw new UnreadableError('binary', 'These bytes are no text.');
  return use(detected);
}
