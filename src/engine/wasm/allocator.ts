import { lineBytes } from './parameterLayout';
import type { Address, Bytes, Floats } from './units';

/** Hands out memory from the bottom up, in whole cache lines; nothing is ever given back. */
export class Allocator {
  constructor(private next: Address) {}

  /** First byte not handed out yet. */
  get end(): Address {
    return this.next;
  }

  /** The address of this many bytes. */
  bytes(count: Bytes): Address {
    const address = this.next;
    this.next += Math.ceil(count / lineBytes) * lineBytes;
    return address;
  }

  /** The address of this many floats, or 32-bit integers. */
  floats(count: Floats): Address {
    return this.bytes(4 * count);
  }
}
