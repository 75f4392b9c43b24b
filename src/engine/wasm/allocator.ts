import { lineBytes } from './parameterLayout';

/** Hands out memory from the bottom up, in whole cache lines; nothing is ever given back. */
export class Allocator {
  constructor(private next: number) {}

  /** First byte not handed out yet. */
  get end(): number {
    return this.next;
  }

  /** The address of this many bytes. */
  bytes(count: number): number {
    const address = this.next;
    this.next += Math.ceil(count / lineBytes) * lineBytes;
    return address;
  }

  /** The address of this many floats, or 32-bit integers. */
  floats(count: number): number {
    return this.bytes(4 * count);
  }
}
