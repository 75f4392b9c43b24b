/**
 * The wire format of protocol buffers, as far as a graph definition needs it: fields are written, never read.
 * https://protobuf.dev/programming-guides/encoding
 */

/** A base-128 number; negative ones as 64-bit two's complement. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

const enum WireType {
  varint = 0,
  lengthDelimited = 2,
  fixed32 = 5,
}

function tag(field: number, type: WireType): Uint8Array {
  return varint((field << 3) | type);
}

/** A field of type int32, int64, bool or enum. */
export function integerField(field: number, value: number): Uint8Array {
  return Buffer.concat([tag(field, WireType.varint), varint(value)]);
}

/** A field of type float. */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(field, WireType.fixed32), bytes]);
}

/** A field of type string or bytes. */
export function bytesField(field: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([tag(field, WireType.lengthDelimited), varint(bytes.length), bytes]);
}

/** A field that holds a message, made of its own fields. */
export function messageField(field: number, fields: readonly Uint8Array[]): Uint8Array {
  return bytesField(field, Buffer.concat(fields));
}
