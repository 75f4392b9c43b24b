import { endOfDocument, type TokenDecoder, unknown } from './tokenizer';
import { codePoints } from './vocabulary';

/** The bytes that a token stands for; undefined for an id that doesn't exist. */
export type BytesOfToken = (token: number) => Uint8Array | undefined;

/** UTF-8 of U+FFFD, which unknown tokens become. */
const replacement = Uint8Array.of(0xef, 0xbf, 0xbd);

/** The text of tokens that stand for bytes of UTF-8. */
export function decodeBytes(tokens: ArrayLike<number>, bytesOf: BytesOfToken): string {
  let bytes = new Uint8Array(2 * tokens.length + 16);
  let written = 0;
  for (const token of Array.from(tokens)) {
    if (token === endOfDocument) continue;
    const piece = (token === unknown ? undefined : bytesOf(token)) ?? replacement;
    if (written + piece.length > bytes.length) bytes = grown(bytes, written + piece.length);
    for (const byte of piece) bytes[written++] = byte;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, written));
}

function grown(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}

/** Decodes such tokens one by one, and holds back a code point that isn't whole yet. */
export class ByteDecoder implements TokenDecoder {
  private readonly utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(private readonly bytesOf: BytesOfToken) {}

  push(token: number): string {
    if (token === endOfDocument) return '';
    const bytes = (token === unknown ? undefined : this.bytesOf(token)) ?? replacement;
    return this.utf8.decode(bytes, { stream: true });
  }

  end(): string {
    return this.utf8.decode();
  }
}

/** How many code points each of such tokens completes. */
export function charactersOfBytes(tokens: Uint16Array, decoder: TokenDecoder): Uint32Array {
  return Uint32Array.from(tokens, (token) => codePoints(decoder.push(token)));
}
