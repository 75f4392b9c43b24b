import type { Room } from './scratchArray';

/** Shorter texts aren't worth a second look. */
const fewestUnits = 256;

const encoder = new TextEncoder();

/**
 * The bytes of a text, each of which is a character of ASCII, in an array that starts where the room does; null of a text
 * that has other characters, or is so short that looking at its code units is as quick.
 */
export function asciiBytes(text: string, room: Room): Uint8Array<ArrayBuffer> | null {
  const { length } = text;
  if (length < fewestUnits) return null;
  const bytes = new Uint8Array(room.atLeast((length + 1) >> 1).buffer, 0, length);
  // As many bytes as code units: any other character takes more bytes than that.
  return encoder.encodeInto(text, bytes).read === length ? bytes : null;
}

/** The bytes two by two, without the last where they are odd in number: half the steps of a loop over them. */
export function bytePairs(bytes: Uint8Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  return new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
}

/** Pairs of ASCII are less than this. */
export const pairCount = 1 << 15;
