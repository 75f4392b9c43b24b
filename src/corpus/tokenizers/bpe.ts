import type { TokenDecoder, Tokenizer, TokenizerDescription } from '../tokenizer';
import { byteOfToken, firstByte } from './byte';
import { ByteDecoder, decodeBytes } from './bytePieces';
import { forEachPiece } from './pieces';

type BpeDescription = Extract<TokenizerDescription, { kind: 'bpe' }>;

/** Id of the first learned pair. */
export const firstMerge = firstByte + 256;

/** Pieces whose tokens are remembered; beyond it the memory starts afresh. */
const mostRemembered = 200_000;

/**
 * Byte-level byte-pair encoding (Sennrich, 2016; bytes as in Radford, 2019): lossless on every text. The text is split
 * into pieces, and inside a piece the pair learned earliest is joined first.
 */
export class BpeTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  /** By the left id of a pair, then its right: the id that they make. An earlier pair has a smaller id. */
  private readonly merged: (Map<number, number> | undefined)[] = [];
  private readonly bytes: Uint8Array[] = [];
  private readonly remembered = new Map<string, Uint16Array>();

  /** @throws RangeError where a pair names an id that isn't there yet. */
  constructor(readonly description: BpeDescription) {
    this.vocabularySize = firstMerge + description.merges.length;
    for (const [left, right] of description.merges) {
      const id = firstMerge + this.bytes.length;
      const leftBytes = this.bytesOf(left);
      const rightBytes = this.bytesOf(right);
      if (!leftBytes || !rightBytes) throw new RangeError(`The pair of token ${id} names a token that isn't there.`);
      (this.merged[left] ??= new Map<number, number>()).set(right, id);
      this.bytes.push(Buffer.concat([leftBytes, rightBytes]));
    }
  }

  encode(text: string): Uint16Array {
    let tokens = new Uint16Array(text.length + 16);
    let written = 0;
    forEachPiece(text, (piece) => {
      const ids = this.remember(piece);
      if (written + ids.length > tokens.length) tokens = grown(tokens, written + ids.length);
      for (let i = 0; i < ids.length; i++) tokens[written + i] = ids[i] ?? 0;
      written += ids.length;
    });
    return tokens.slice(0, written);
  }

  decode(tokens: ArrayLike<number>): string {
    return decodeBytes(tokens, (token) => this.bytesOf(token));
  }

  decoder(): TokenDecoder {
    return new ByteDecoder((token) => this.bytesOf(token));
  }

  private bytesOf(token: number): Uint8Array | undefined {
    return token < firstMerge ? byteOfToken(token) : this.bytes[token - firstMerge];
  }

  private remember(piece: string): Uint16Array {
    const known = this.remembered.get(piece);
    if (known) return known;
    if (this.remembered.size >= mostRemembered) this.remembered.clear();
    const ids = this.join(piece);
    this.remembered.set(Buffer.from(piece, 'utf16le').toString('utf16le'), ids);
    return ids;
  }

  /** The tokens of one piece. */
  private join(piece: string): Uint16Array {
    const ids = Array.from(Buffer.from(piece, 'utf8'), (byte) => byte + firstByte);
    for (;;) {
      let first = Infinity;
      let place = 0;
      for (let i = 0; i + 1 < ids.length; i++) {
        const id = this.merged[ids[i] ?? 0]?.get(ids[i + 1] ?? 0) ?? Infinity;
        if (id < first) {
          first = id;
          place = i;
        }
      }
      if (first === Infinity) return Uint16Array.from(ids);
      ids.splice(place, 2, first);
    }
  }
}

function grown(tokens: Uint16Array, needed: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(Math.max(needed, tokens.length * 2));
  larger.set(tokens);
  return larger;
}
