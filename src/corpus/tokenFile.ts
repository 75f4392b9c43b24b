import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenSequence } from './corpus';
import { checkRange } from './tokenSequence';

/** Ids in a temporary file that is gone when the process is: its name is removed at once where the system allows it. */
export class TokenFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'textloom-'));
  private readonly descriptor: number;
  private bytes = Buffer.alloc(0);

  /** @param width Bytes an id. */
  constructor(private readonly width: 1 | 2) {
    const path = join(this.folder, 'tokens');
    this.descriptor = openSync(path, 'wx+');
    this.removeName();
  }

  /** Writes ids from a place on. @throws where the disk is full. */
  write(place: number, tokens: Uint8Array | Uint16Array): void {
    const ids = this.width === 1 ? new Uint8Array(tokens) : new Uint16Array(tokens);
    const bytes = new Uint8Array(ids.buffer);
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.descriptor, bytes, written, bytes.length - written, place * this.width + written);
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

  dispose(): void {
    closeSync(this.descriptor);
    this.removeName();
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

  private removeName(): void {
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch {
      // An open file keeps its name on some systems: it goes when the file is closed.
    }
  }
}
