import type { ScratchArray } from './scratchArray';
import type { PromptEncoding, TokenDecoder, Tokenizer, TokenizerDescription } from './tokenizer';

/** A text as a tokeniser takes it: composed where its description says so, else as it is. */
export function normalizedFor({ normalization }: Pick<TokenizerDescription, 'normalization'>, text: string): string {
  return normalization === undefined ? text : text.normalize('NFC');
}

/** A tokeniser that composes text before it cuts it up. What it decodes is composed, whatever was encoded. */
export class NormalizingTokenizer implements Tokenizer {
  /** @param tokenizer Cuts up what is composed. */
  constructor(
    readonly description: TokenizerDescription,
    private readonly tokenizer: Tokenizer,
  ) {}

  get vocabularySize(): number {
    return this.tokenizer.vocabularySize;
  }

  get symbols(): readonly string[] | null {
    return this.tokenizer.symbols;
  }

  get unknownIsOneCharacter(): boolean {
    return this.tokenizer.unknownIsOneCharacter;
  }

  encode(text: string, room?: ScratchArray): Uint16Array {
    return this.tokenizer.encode(normalizedFor(this.description, text), room);
  }

  encodePrompt(text: string): PromptEncoding {
    return this.tokenizer.encodePrompt(normalizedFor(this.description, text));
  }

  unknownPieces(text: string): readonly string[] {
    return this.tokenizer.unknownPieces(normalizedFor(this.description, text));
  }

  unknownSymbols(text: string): readonly string[] {
    return this.tokenizer.unknownSymbols(normalizedFor(this.description, text));
  }

  /** @param text as it was, or composed already */
  charactersOf(text: string, tokens: Uint16Array): Uint32Array {
    return this.tokenizer.charactersOf(normalizedFor(this.description, text), tokens);
  }

  bytesOf(token: number): Uint8Array | undefined {
    return this.tokenizer.bytesOf(token);
  }

  extendedBy(symbols: Iterable<string>): TokenizerDescription {
    return this.tokenizer.extendedBy(Array.from(symbols, (symbol) => normalizedFor(this.description, symbol)));
  }

  decode(tokens: ArrayLike<number>): string {
    return this.tokenizer.decode(tokens);
  }

  decoder(): TokenDecoder {
    return this.tokenizer.decoder();
  }
}
