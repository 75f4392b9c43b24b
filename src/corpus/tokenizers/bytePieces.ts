import { type TokenDecoder, endOfDocument, unknown } from '../tokenizer';

/** The bytes that a token stands for; undefined for an id that doesn't exist. */
export type BytesOfToken = (token: number) => Uint8Array | undefined;

/** UTF-8 of U+FFFD, which unknown tokens become. */
const replacement = Uint8Array.of(0xef, 0xbf, 0xbd);

/** The text of tokens that stand for bytes of UTF-8. */
export function decodeBytes(tokens: ArrayLike<number>, bytesOf: BytesOfToken): string {
  const pieceOf = (token: number) => (token === unknown ? replacement : (bytesOf(token) ?? replacement));
  const written = Array.from(tokens).filter((token) => token !== endOfDocument);
  const bytes = new Uint8Array(written.reduce((size, token) => size + pieceOf(token).length, 0));
  let place = 0;
  for (const token of written) {
    for (const byte of pieceOf(token)) bytes[place++] = byte;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
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
