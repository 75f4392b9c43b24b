import { closeSync, mkdirSync, openSync, readSync, write } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { storageError } from '../../model/disk';
import type { TokenSequence } from '../corpus';

const writeSome = promisify(write);

/** Bytes an id takes: one where there are at most 256 ids, else two, little-endian. */
export type TokenWidth = 1 | 2;

/** The width that ids below `vocabularySize` need. */
export function widthFor(vocabularySize: number): TokenWidth {
  return vocabularySize <= 256 ? 1 : 2;
}

/** A file of ids and nothing else. */
export class TokenFile {
  private bytes = Buffer.alloc(0);

  private constructor(
    private readonly path: string,
    private readonly descriptor: number,
    private readonly width: TokenWidth,
  ) {}

  /** A new, empty file, in a folder that is made where there is none. @throws StorageError */
  static create(path: string, width: TokenWidth): TokenFile {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return TokenFile.opened(path, 'wx+', width);
  }

  /** A file that is there. @throws StorageError */
  static open(path: string, width: TokenWidth): TokenFile {
    return TokenFile.opened(path, 'r', width);
  }

  private static opened(path: string, flags: string, width: TokenWidth): TokenFile {
    try {
      return new TokenFile(path, openSync(path, flags), width);
    } catch (error) {
      throw storageError(error, path);
    }
  }

  /**
   * Writes ids, of the file's width, from a place on: in the background, so that a slow disk keeps nobody waiting. They must
   * stay as they are until it is done.
   * @throws StorageError where the disk is full.
   */
  async write(place: number, ids: Uint8Array | Uint16Array): Promise<void> {
    const bytes = new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength);
    const start = place * this.width;
    try {
      for (let done = 0; done < bytes.length;) {
        done += (await writeSome(this.descriptor, bytes, done, bytes.length - done, start + done)).bytesWritten;
      }
    } catch (error) {
      throw storageError(error, this.path);
    }
  }

  /** The first `length` ids, read from the file whenever they are asked for. */
  sequence(length: number): TokenSequence {
    return {
      length,
      read: (offset, into) => {
        checkRange(offset, into.length, length);
        this.read(offset, into);
      },
    };
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private read(place: number, into: Uint16Array): void {
    const size = into.length * this.width;
    if (this.bytes.length < size) this.bytes = Buffer.allocUnsafeSlow(size);
    const { bytes, width } = this;
    for (let done = 0; done < size;) {
      const read = readSync(this.descriptor, bytes, done, size - done, place * width + done);
      if (read === 0) throw new Error('The token file has been cut short.');
      done += read;
    }
    if (width === 1) for (let i = 0; i < into.length; i++) into[i] = bytes[i] ?? 0;
    else for (let i = 0; i < into.length; i++) into[i] = bytes.readUInt16LE(2 * i);
  }
}

/** @throws RangeError where ids past the end of a sequence are asked for. */
export function checkRange(offset: number, count: number, length: number): void {
  if (offset >= 0 && offset + count <= length) return;
  throw new RangeError(`Tokens ${offset} to ${offset + count} of a sequence of ${length} were asked for.`);
}
