import { type TokenDecoder, endOfDocument, unknown } from '../tokenizer';

/** The bytes that a token stands for; undefined for an id that doesn't exist. */
export type BytesOfToken = (token: number) => Uint8Array | undefined;

/** UTF-8 of U+FFFD, which unknown tokens become. */
const replacement = Uint8Array.of(0xef, 0xbf, 0xbd);

/** The text of tokens that stand for bytes of UTF-8. */
export function decodeBytes(tokens: ArrayLike<number>, bytesOf: BytesOfToken): string {
  const pieces = Array.from(tokens)
    .filter((token) => token !== endOfDocument)
    .map((token) => (token === unknown ? replacement : (bytesOf(token) ?? replacement)));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(pieces));
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
