import type { TokenSequence } from './corpus';
import { TokenFile } from './tokenFile';
import { memorySequence } from './tokenSequence';

/** More ids than this are kept in a file: they would crowd the memory that training needs. */
const mostInMemory = 32 * 1024 * 1024;

/** Collects the ids of a sequence: in memory while they are few, then in a temporary file. */
export class TokenStore {
  private memory: Uint8Array | Uint16Array;
  private file: TokenFile | null = null;
  private count = 0;

  /** @param vocabularySize Up to 256 ids take a byte each, else two. */
  constructor(
    private readonly vocabularySize: number,
    private readonly limit = mostInMemory,
  ) {
    this.memory = this.room(64 * 1024);
  }

  /** Ids so far. */
  get length(): number {
    return this.count;
  }

  /** Adds ids at the end. @throws where the disk is full. */
  append(tokens: Uint16Array): void {
    const needed = this.count + tokens.length;
    if (this.file === null && needed > this.limit) this.moveToFile();
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
  finish(): TokenSequence {
    return this.file?.sequence(this.count) ?? memorySequence(this.memory.slice(0, this.count));
  }

  /** Removes the file, if there is one. */
  dispose(): void {
    this.file?.dispose();
  }

  private moveToFile(): void {
    this.file = new TokenFile(this.vocabularySize <= 256 ? 1 : 2);
    this.file.write(0, this.memory.subarray(0, this.count));
    this.memory = this.room(0);
  }

  private grow(needed: number): void {
    const larger = this.room(Math.max(needed, this.memory.length * 2));
    larger.set(this.memory.subarray(0, this.count));
    this.memory = larger;
  }

  private room(length: number): Uint8Array | Uint16Array {
    return this.vocabularySize <= 256 ? new Uint8Array(length) : new Uint16Array(length);
  }
}
