import { isAscii } from 'node:buffer';
import type { Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { withLineFeeds } from '../../base/text';
import { legacyDecoder } from './encoding';
import type { Encoding } from './reading';
import { type Stamp, stampOf } from './stamp';
import { Utf8Census } from './utf8Census';

/** Bytes read at once. */
const blockSize = 512 * 1024;

/** Flags for a file that is known by its real path: what has come there since may be a link, or a pipe that nobody writes. */
export const noLink = openFlags();

function openFlags(): number {
  // Windows has neither.
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
  return constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
}

/** What is done about bytes that can't be read in UTF-8: the reading ends with them, or U+FFFD takes their place. */
export type Faults = 'refuse' | 'replace';

/** How the pieces of a file are read. */
export interface PieceOptions {
  /** Is fed all bytes read. */
  readonly hash?: Hash | undefined;
  /** Left out: they are refused. What isn't UTF-8 always replaces them. */
  readonly faults?: Faults;
}

/** A file, or bytes as those of a file, being read block by block into one buffer. */
export class TextFile {
  private readonly source: ByteSource;
  private size = 0;
  private atStart = false;
  private unread = 0;

  /**
   * Opens a file and reads its first block.
   * @param flags as those of open(2)
   * @throws UnreadableError where the file has gone or may not be read.
   */
  constructor(
    from: string | Uint8Array,
    private readonly buffer: Buffer,
    flags: number = constants.O_RDONLY,
  ) {
    this.source = typeof from === 'string' ? fileSource(from, flags) : memorySource(from);
    this.fill(0, 0);
  }

  /** A buffer that files may be read with, one after the other. */
  static buffer(): Buffer {
    return Buffer.allocUnsafeSlow(blockSize);
  }

  /** The bytes last read: at first the file's first block. Overwritten by the next read. */
  get block(): Buffer {
    return this.buffer.subarray(0, this.size);
  }

  /** The file's stamp now. */
  get stamp(): Stamp {
    return this.source.stamp();
  }

  /** Bytes that the last reading could not read; of encodings but UTF-8, the signs in their place. */
  get unreadable(): number {
    return this.unread;
  }

  /**
   * The file's text from its start, in pieces that end at a line's end where lines are shorter than a block: line ends
   * are `\n`, no code point is torn, surrogates without their other half have become U+FFFD, a byte order mark is gone.
   * @throws UnreadableError
   */
  *pieces(encoding: Encoding, { hash, faults = 'refuse' }: PieceOptions = {}): Generator<string, void, void> {
    let first = true;
    this.unread = 0;
    for (const text of encoding === 'utf8' ? this.utf8(hash, faults) : this.legacy(encoding, hash)) {
      yield cleaned(first && text.startsWith('\ufeff') ? text.slice(1) : text);
      first = false;
    }
  }

  /** The file's bytes from its start, block by block: each is overwritten by the next. @throws UnreadableError */
  *blocks(): Generator<Buffer, void, void> {
    let read = this.firstBlock();
    for (let place = 0; read > 0;) {
      yield this.block;
      place += read;
      read = read < this.buffer.length ? 0 : this.fill(0, place);
    }
  }

  close(): void {
    this.source.close();
  }

  /** Cuts bytes, not text: UTF-8 tells where a line ends, and what is kept back needs no decoding twice. */
  private *utf8(hash: Hash | undefined, faults: Faults): Generator<string, void, void> {
    const { buffer } = this;
    let filled = this.firstBlock();
    let first = true;
    hash?.update(this.block);
    for (let place = filled; filled > 0;) {
      const full = filled === buffer.length;
      const end = full ? utf8End(buffer) : filled;
      for (const portion of portions(buffer.subarray(0, end), first)) yield this.decodeUtf8(portion, faults);
      first = false;
      if (!full) return;
      buffer.copyWithin(0, end, filled);
      const kept = filled - end;
      const read = this.fill(kept, place);
      hash?.update(buffer.subarray(kept, kept + read));
      filled = kept + read;
      place += read;
    }
  }

  private decodeUtf8(bytes: Buffer, faults: Faults): string {
    if (isAscii(bytes)) return bytes.toString('latin1');
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      if (faults === 'refuse') throw new UnreadableError('malformed', 'These bytes are not UTF-8.');
      const census = new Utf8Census();
      census.add(bytes);
      census.finish();
      this.unread += census.unreadable;
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    }
  }

  private *legacy(encoding: Encoding, hash?: Hash): Generator<string, void, void> {
    const decoder = legacyDecoder(encoding);
    let rest = '';
    for (const block of this.blocks()) {
      hash?.update(block);
      const decoded = decoder.write(block);
      this.unread += replacements(decoded);
      const text = rest + decoded;
      const end = textEnd(text);
      yield wellFormed(text.slice(0, end));
      rest = text.slice(end);
    }
    const last = decoder.end();
    this.unread += replacements(last);
    yield wellFormed(rest + last);
  }

  /** Has the file's first block in the buffer. @returns its size. */
  private firstBlock(): number {
    if (!this.atStart) this.fill(0, 0);
    return this.block.length;
  }

  /** Reads on from a place in the file, into the buffer from `start` on, until it is full or the file ends. */
  private fill(start: number, place: number): number {
    const { source, buffer } = this;
    let filled = start;
    while (filled < buffer.length) {
      const from = place + filled - start;
      const read = source.read(buffer, filled, from);
      if (read === 0) break;
      filled += read;
    }
    this.size = filled;
    this.atStart = place === 0 && start === 0;
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

/** Bytes that can be read from any place. */
interface ByteSource {
  /** Reads from a place on into a buffer from `start` on. @returns how many bytes, 0 at the end */
  readonly read: (buffer: Buffer, start: number, place: number) => number;
  readonly stamp: () => Stamp;
  readonly close: () => void;
}

/** @throws UnreadableError */
function fileSource(path: string, flags: number): ByteSource {
  const descriptor = orUnreadable(() => openSync(path, flags));
  return {
    read: (buffer, start, place) =>
      orUnreadable(() => readSync(descriptor, buffer, start, buffer.length - start, place)),
    stamp: () => stampOf(fstatSync(descriptor)),
    close: () => closeSync(descriptor),
  };
}

function memorySource(bytes: Uint8Array): ByteSource {
  return {
    read: (buffer, start, place) => {
      const part = bytes.subarray(place, place + buffer.length - start);
      buffer.set(part, start);
      return part.length;
    },
    stamp: () => ({ bytes: bytes.length, modified: 0, changed: 0 }),
    close: () => undefined,
  };
}

function orUnreadable<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new UnreadableError('unreadable', 'The file has gone or may not be read.', { cause });
  }
}

/** Where a full buffer of UTF-8 may be cut: after its last line, or without one between code points. */
function utf8End(bytes: Buffer): number {
  const line = bytes.lastIndexOf(0x0a) + 1;
  if (line > 0) return line;
  let end = bytes.length;
  while (end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  // The last code point, or the start of one, is left for the next piece: it may be torn, or half of a line's end.
  return end - 1;
}

/** How often a text has the sign for what can't be read. */
function replacements(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) count++;
  return count;
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
  return withLineFeeds(text);
}

/**
 * Bytes of UTF-8 that are decoded at once. V8 has strings of this size, even of two bytes a unit, where they come and go for
 * next to nothing; a larger one gets pages of its own, which takes longer than all else that is done to it.
 */
const portionBytes = 56 * 1024;

/** The first portion is larger: whoever judges a text by its start sees 64 Ki code units of it, of three bytes at most. */
const firstBytes = 256 * 1024;

const newline = 0x0a;

/**
 * The portions of a block of UTF-8, in order. They end where a tokeniser ends a piece whatever follows, so that the tokens
 * are those of the whole block; where there is no such place, the rest of the block is one portion.
 */
export function* portions(block: Buffer, first: boolean): Generator<Buffer, void, void> {
  for (let start = 0; start < block.length;) {
    const end = portionEnd(block, start, first && start === 0 ? firstBytes : portionBytes);
    yield block.subarray(start, end);
    start = end;
  }
}

/** Somewhere in the last quarter of `size` bytes from `start` on, or the block's end. */
function portionEnd(block: Buffer, start: number, size: number): number {
  if (block.length - start <= size) return block.length;
  const earliest = start + 0.75 * size;
  let line = block.lastIndexOf(newline, start + size - 1);
  while (line >= earliest && mayBeBlank(block[line + 1])) line = block.lastIndexOf(newline, line - 1);
  return line >= earliest ? line + 1 : block.length;
}

/** Whether a code point that begins with this byte may be white space, with which a line's end makes one piece. */
function mayBeBlank(byte = 0): boolean {
  return byte <= 0x20 || byte === 0xc2 || (byte >= 0xe1 && byte <= 0xe3) || byte === 0xef;
}

/** A document can't be read as text. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  /** @param reason It is no text; or not in the encoding that was tried; or the file has gone or may not be read. */
  constructor(
    readonly reason: 'binary' | 'malformed' | 'unreadable',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
