import type { Hash } from 'node:crypto';
import { openSync, readSync, closeSync } from 'node:fs';
import { type Encoding, streamingDecoder } from './encoding';
import { UnreadableError } from './unreadable';

/** Bytes read at once. (V8 keeps larger one-byte strings outside its heap, where they are slow to walk.) */
const blockSize = 512 * 1024;

/** A file being read block by block into one buffer. */
export class TextFile {
  private readonly descriptor: number;

  /** @throws UnreadableError where the file has gone or may not be read. */
  constructor(
    path: string,
    private readonly buffer: Buffer,
  ) {
    this.descriptor = orUnreadable(() => openSync(path, 'r'));
  }

  /** A buffer that files may be read with, one after the other. */
  static buffer(): Buffer {
    return Buffer.allocUnsafeSlow(blockSize);
  }

  /** The first bytes, up to a block; overwritten by the next read. */
  start(): Buffer {
    return this.buffer.subarray(0, this.fill(0));
  }

  /**
   * The file's text from its start, in pieces that end at a line's end where lines are shorter than a block: line ends
   * are `\n`, no code point is torn, and surrogates without their other half have become U+FFFD.
   * @param hash Is fed all bytes read.
   * @throws UnreadableError
   */
  *pieces(encoding: Encoding, hash?: Hash): Generator<string, void, void> {
    const decoder = streamingDecoder(encoding);
    let rest = '';
    for (let place = 0; ;) {
      const read = this.fill(place);
      if (read === 0) break;
      place += read;
      const bytes = this.buffer.subarray(0, read);
      hash?.update(bytes);
      const text = rest + withoutMark(decoder.write(bytes), place === read);
      const end = pieceEnd(text);
      rest = text.slice(end);
      if (end > 0) yield clean(text.slice(0, end));
    }
    rest += decoder.end();
    if (rest.length > 0) yield clean(rest);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private fill(place: number): number {
    let filled = 0;
    while (filled < this.buffer.length) {
      const { descriptor, buffer } = this;
      const read = orUnreadable(() => readSync(descriptor, buffer, filled, buffer.length - filled, place + filled));
      if (read === 0) break;
      filled += read;
    }
    return filled;
  }
}

/** A text in memory as a file's text would come. @throws UnreadableError */
export function* textPieces(text: string): Generator<string, void, void> {
  for (let start = 0; start < text.length;) {
    const block = text.slice(start, start + blockSize);
    const end = start + block.length < text.length ? pieceEnd(block) : block.length;
    yield clean(block.slice(0, end));
    start += end;
  }
}

function orUnreadable<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new UnreadableError('unreadable', 'The file has gone or may not be read.', { cause });
  }
}

/** Where a text may be cut: after its last line, or else before what may be half of a pair or of a line's end. */
function pieceEnd(text: string): number {
  const line = text.lastIndexOf('\n') + 1;
  if (line > 0 || text.length < blockSize / 2) return line;
  return /[\r\ud800-\udbff]/.test(text.slice(-1)) ? text.length - 1 : text.length;
}

function withoutMark(text: string, first: boolean): string {
  return first && text.startsWith('\ufeff') ? text.slice(1) : text;
}

function clean(text: string): string {
  if (text.includes('\0')) throw new UnreadableError('binary', 'A NUL character: this is no text.');
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return /\p{Surrogate}/u.test(lines) ? lines.replace(/\p{Surrogate}/gu, '\ufffd') : lines;
}
