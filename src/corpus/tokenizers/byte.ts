import { ByteDecoder, charactersOfBytes, decodeBytes } from './bytePieces';
import { ScratchArray } from './scratchArray';
import type { PromptEncoding, TokenDecoder, Tokenizer, TokenizerDescription, TokenizerMaker } from './tokenizer';
import { atOnce } from './vocabulary';

/** Ids 2 to 257 are the bytes. */
export const firstByte = 2;

const description = { kind: 'byte' } as const;

const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));

/** The byte of a token, as an array of one; undefined for ids that aren't bytes. */
export function byteOfToken(token: number): Uint8Array | undefined {
  return bytes[token - firstByte];
}

/** One token a byte of the text's UTF-8. Lossless on every text; a surrogate that stands alone is read as U+FFFD. */
export class ByteTokenizer implements Tokenizer {
  readonly description: TokenizerDescription = description;
  readonly vocabularySize = firstByte + 256;
  readonly symbols = null;
  readonly unknownIsOneCharacter = false;

  encode(text: string, room = new ScratchArray()): Uint16Array {
    const utf8 = Buffer.from(text, 'utf8');
    const tokens = room.atLeast(utf8.length).subarray(0, utf8.length);
    for (let i = 0; i < utf8.length; i++) tokens[i] = (utf8[i] ?? 0) + firstByte;
    return tokens;
  }

  encodePrompt(text: string): PromptEncoding {
    return { tokens: this.encode(text), begun: '' };
  }

  unknownPieces(): readonly string[] {
    return [];
  }

  unknownSymbols(): readonly string[] {
    return [];
  }

  charactersOf(_text: string, tokens: Uint16Array): Uint32Array {
    return charactersOfBytes(tokens, this.decoder());
  }

  bytesOf(token: number): Uint8Array | undefined {
    return byteOfToken(token);
  }

  extendedBy(): TokenizerDescription {
    return this.description;
  }

  decode(tokens: ArrayLike<number>): string {
    return decodeBytes(tokens, byteOfToken);
  }

  decoder(): TokenDecoder {
    return new ByteDecoder(byteOfToken);
  }
}

/** The bytes are the vocabulary. */
export const byteMaker: TokenizerMaker<'byte'> = {
  create: () => new ByteTokenizer(),
  learner: () => ({ add: () => undefined, finish: () => atOnce(description) }),
  learnsFromText: false,
};
