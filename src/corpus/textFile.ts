import { isAscii } from 'node:buffer';
import type { Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { type Encoding, legacyDecoder } from './encoding';
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
    return this.buffer.subarray(0, this.fill(0, 0));
  }

  /**
   * The file's text from its start, in pieces that end at a line's end where lines are shorter than a block: line ends
   * are `\n`, no code point is torn, surrogates without their other half have become U+FFFD, a byte order mark is gone.
   * @param hash Is fed all bytes read.
   * @throws UnreadableError
   */
  *pieces(encoding: Encoding, hash?: Hash): Generator<string, void, void> {
    let first = true;
    for (const text of encoding === 'utf8' ? this.utf8(hash) : this.legacy(encoding, hash)) {
      yield cleaned(first && text.startsWith('\ufeff') ? text.slice(1) : text);
      first = false;
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** Cuts bytes, not text: UTF-8 tells where a line ends, and what is kept back needs no decoding twice. */
  private *utf8(hash?: Hash): Generator<string, void, void> {
    const { buffer } = this;
    for (let place = 0, kept = 0; ;) {
      const read = this.fill(kept, place);
      const filled = kept + read;
      if (filled === 0) return;
      hash?.update(buffer.subarray(kept, filled));
      const end = read === 0 ? filled : utf8End(buffer.subarray(0, filled), filled === buffer.length);
      if (end > 0) yield decodeUtf8(buffer.subarray(0, end));
      buffer.copyWithin(0, end, filled);
      kept = filled - end;
      place += read;
    }
  }

  private *legacy(encoding: Encoding, hash?: Hash): Generator<string, void, void> {
    const decoder = legacyDecoder(encoding);
    let rest = '';
    for (let place = 0; ;) {
      const read = this.fill(0, place);
      if (read === 0) break;
      const bytes = this.buffer.subarray(0, read);
      hash?.update(bytes);
      const text = rest + decoder.write(bytes);
      const end = textEnd(text);
      yield wellFormed(text.slice(0, end));
      rest = text.slice(end);
      place += read;
    }
    yield wellFormed(rest + decoder.end());
  }

  /** Reads from a place in the file into the buffer from `start` on, until it is full or the file ends. */
  private fill(start: number, place: number): number {
    const { descriptor, buffer } = this;
    let filled = start;
    while (filled < buffer.length) {
      const free = buffer.length - filled;
      const read = orUnreadable(() => readSync(descriptor, buffer, filled, free, place + filled - start));
      if (read === 0) break;
      filled += read;
    }
    return filled - start;
  }
}

/** A text in memory as a file's text would come. @throws UnreadableError where it isn't text. */
export function* textPieces(text: string): Generator<string, void, void> {
  for (let start = 0; start < text.length;) {
    const block = text.slice(start, start + blockSize);
    const end = start + block.length < text.length ? textEnd(block) : block.length;
    yield cleaned(wellFormed(block.slice(0, end)));
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

/** Where bytes of UTF-8 may be cut: after the last line; without one, only once the buffer is full, between code points. */
function utf8End(bytes: Buffer, full: boolean): number {
  const line = bytes.lastIndexOf(0x0a) + 1;
  if (line > 0 || !full) return line;
  let end = bytes.length;
  while (end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  // The last code point, or the start of one, is left for the next piece: it may be torn, or half of a line's end.
  return end - 1;
}

function decodeUtf8(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UnreadableError('malformed', 'These bytes are not UTF-8.');
  }
}

/** Where a text may be cut: after its last line, or else before what may be half of a pair or of a line's end. */
function textEnd(text: string): number {
  const line = text.lastIndexOf('\n') + 1;
  if (line > 0) return line;
  return /[\r\ud800-\udbff]/.test(text.slice(-1)) ? text.length - 1 : text.length;
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function cleaned(text: string): string {
  if (text.includes('\0')) throw new UnreadableError('binary', 'A NUL character: this is no text.');
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
