import type { TokenSequence } from '../corpus';
import { checkRange, TokenFile, widthFor } from './tokenFile';

/** More ids than this are kept in a file: they would crowd the memory that training needs. */
export const mostInMemory = 32 * 1024 * 1024;
/** Ids that wait in memory for their file. */
const mostWaiting = 1024 * 1024;
/** Ids that are kept side by side: what grows as a whole is copied time and again. */
const chunkSize = 256 * 1024;

type Ids = Uint8Array | Uint16Array;

/**
 * Collects the ids of a sequence: in memory while they are few, then in a file. Whoever adds looks from time to time whether
 * it is {@link full}; the file is written meanwhile.
 */
export class TokenStore {
  private file: TokenFile | null = null;
  /** Ids in the file or on their way there. */
  private written = 0;
  /** The ids after those. */
  private chunks: Ids[] = [];
  private count = 0;
  /** Settles when what is on its way has got there. */
  private writing: Promise<void> = Promise.resolve();

  /**
   * @param vocabularySize Up to 256 ids take a byte each, else two.
   * @param path A file to be made where the ids are many.
   * @param limit Most ids kept in memory.
   */
  constructor(
    private readonly vocabularySize: number,
    private readonly path: string,
    private readonly limit = mostInMemory,
  ) {}

  /** Whether the ids are in memory still. */
  get inMemory(): boolean {
    return this.file === null;
  }

  /** Ids so far. */
  get length(): number {
    return this.count;
  }

  /** True when it is time for {@link flush}: asked first, so that a short text costs no promise. */
  get full(): boolean {
    return this.count - this.written > (this.file ? mostWaiting : this.limit);
  }

  /** Adds ids at the end. */
  append(tokens: Uint16Array): void {
    for (let done = 0; done < tokens.length;) {
      const waiting = this.count - this.written;
      const place = waiting % chunkSize;
      const chunk = (this.chunks[Math.floor(waiting / chunkSize)] ??= this.room(chunkSize));
      const added = tokens.subarray(done, done + chunkSize - place);
      chunk.set(added, place);
      this.count += added.length;
      done += added.length;
    }
  }

  /** Takes the last ids back. */
  truncate(length: number): void {
    this.count = Math.min(this.count, length);
    this.written = Math.min(this.written, length);
  }

  /** Sends the ids in memory to the file, once those before them are there. @throws StorageError where the disk is full. */
  async flush(): Promise<void> {
    await this.writing;
    this.file ??= TokenFile.create(this.path, widthFor(this.vocabularySize));
    this.writing = writeChunks(this.file, this.written, this.inChunks());
    // Whoever waits for it next hears of it.
    this.writing.catch(() => undefined);
    this.written = this.count;
    this.chunks = [];
  }

  /** Has all ids in the file. @throws StorageError */
  async save(): Promise<void> {
    if (this.file === null || this.count > this.written) await this.flush();
    await this.writing;
  }

  /** The ids as they are now; nothing may be added after. @throws StorageError */
  async sequence(): Promise<TokenSequence> {
    if (this.file === null && this.full) await this.flush();
    if (this.file) {
      await this.save();
      return this.file.sequence(this.count);
    }
    const ids = this.room(this.count);
    this.inChunks().forEach((chunk, index) => ids.set(chunk, index * chunkSize));
    return memorySequence(ids);
  }

  /** Waits until nothing is on its way to the file, whether it got there or not. */
  async settle(): Promise<void> {
    await this.writing.catch(() => undefined);
  }

  /** Closes the file, if there is one and nothing is on its way there: its sequence can't be read any more. */
  close(): void {
    this.file?.close();
    this.file = null;
  }

  /** The ids in memory. */
  private inChunks(): readonly Ids[] {
    const waiting = this.count - this.written;
    return this.chunks
      .slice(0, Math.ceil(waiting / chunkSize))
      .map((chunk, index) => chunk.subarray(0, waiting - index * chunkSize));
  }

  private room(length: number): Ids {
    return widthFor(this.vocabularySize) === 1 ? new Uint8Array(length) : new Uint16Array(length);
  }
}

async function writeChunks(file: TokenFile, start: number, chunks: readonly Ids[]): Promise<void> {
  let place = start;
  for (const chunk of chunks) {
    await file.write(place, chunk);
    place += chunk.length;
  }
}

/** Ids in memory. */
export function memorySequence(tokens: Uint8Array | Uint16Array): TokenSequence {
  return {
    length: tokens.length,
    read(offset, into) {
      checkRange(offset, into.length, tokens.length);
      for (let i = 0; i < into.length; i++) into[i] = tokens[offset + i] ?? 0;
    },
  };
}
