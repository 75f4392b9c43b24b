import type { ScratchArray } from './scratchArray';
import type { TokenDecoder, Tokenizer, TokenizerDescription } from './tokenizer';

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

  encode(text: string, room?: ScratchArray): Uint16Array {
    return this.tokenizer.encode(normalizedFor(this.description, text), room);
  }

  unknownPieces(text: string): readonly string[] {
    return this.tokenizer.unknownPieces(normalizedFor(this.description, text));
  }

  decode(tokens: ArrayLike<number>): string {
    return this.tokenizer.decode(tokens);
  }

  decoder(): TokenDecoder {
    return this.tokenizer.decoder();
  }
}
