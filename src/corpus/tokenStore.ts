import type { TokenSequence } from './corpus';
import { TokenFile, widthFor } from './tokenFile';
import { memorySequence } from './tokenSequence';

/** More ids than this are kept in a file: they would crowd the memory that training needs. */
export const mostInMemory = 32 * 1024 * 1024;

/** Collects the ids of a sequence: in memory while they are few, then in a file. */
export class TokenStore {
  private memory: Uint8Array | Uint16Array;
  private file: TokenFile | null = null;
  private count = 0;

  /**
   * @param vocabularySize Up to 256 ids take a byte each, else two.
   * @param path A file to be made where the ids are many.
   * @param limit Most ids kept in memory.
   */
  constructor(
    private readonly vocabularySize: number,
    private readonly path: string,
    private readonly limit = mostInMemory,
  ) {
    this.memory = this.room(64 * 1024);
  }

  /** Whether the ids are in memory still. */
  get inMemory(): boolean {
    return this.file === null;
  }

  /** Ids so far. */
  get length(): number {
    return this.count;
  }

  /** Adds ids at the end. @throws StorageError where the disk is full. */
  append(tokens: Uint16Array): void {
    const needed = this.count + tokens.length;
    if (this.file === null && needed > this.limit) this.save();
    if (this.file) {
      this.file.write(this.count, tokens);
    } else {
      if (needed > this.memory.length) this.grow(needed);
      this.memory.set(tokens, this.count);
    }
    this.count = needed;
  }

  /** Takes the last ids back. */
  truncate(length: number): void {
    this.count = Math.min(this.count, length);
  }

  /** The ids as they are now; nothing may be added after. */
  sequence(): TokenSequence {
    return this.file?.sequence(this.count) ?? memorySequence(this.memory.slice(0, this.count));
  }

  /** Has the ids in the file, if they aren't there yet. @throws StorageError */
  save(): void {
    if (this.file) return;
    this.file = TokenFile.create(this.path, widthFor(this.vocabularySize));
    this.file.write(0, this.memory.subarray(0, this.count));
    this.memory = this.room(0);
  }

  /** Closes the file, if there is one: its sequence can't be read any more. */
  close(): void {
    this.file?.close();
    this.file = null;
  }

  private grow(needed: number): void {
    const larger = this.room(Math.max(needed, this.memory.length * 2));
    larger.set(this.memory.subarray(0, this.count));
    this.memory = larger;
  }

  private room(length: number): Uint8Array | Uint16Array {
    return widthFor(this.vocabularySize) === 1 ? new Uint8Array(length) : new Uint16Array(length);
  }
}
