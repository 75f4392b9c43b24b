import { type TokenDecoder, type Tokenizer, type TokenizerDescription, unknown } from '../tokenizer';
import { type PieceCounter, forEachPiece } from './pieces';

type WordDescription = Extract<TokenizerDescription, { kind: 'word' }>;

const replacement = '\ufffd';

/** One token a word or run of what is between words; what the vocabulary lacks is {@link unknown}. */
export class WordTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  private readonly ids: ReadonlyMap<string, number>;
  private readonly words: readonly string[];

  constructor(readonly description: WordDescription) {
    this.words = ['', replacement, ...description.words];
    this.vocabularySize = this.words.length;
    this.ids = new Map(description.words.map((word, index) => [word, index + 2]));
  }

  encode(text: string): Uint16Array {
    const tokens = new Uint16Array(text.length);
    let written = 0;
    forEachPiece(text, (piece) => (tokens[written++] = this.ids.get(piece) ?? unknown));
    return tokens.slice(0, written);
  }

  decode(tokens: ArrayLike<number>): string {
    return Array.from(tokens, (token) => this.words[token] ?? replacement).join('');
  }

  decoder(): TokenDecoder {
    return { push: (token) => this.words[token] ?? replacement, end: () => '' };
  }
}

/** The most frequent pieces that were seen at least `minimumCount` times, at most `limit` of them. */
export function wordVocabulary(counter: PieceCounter, minimumCount: number, limit: number): readonly string[] {
  return counter
    .ranked(minimumCount)
    .slice(0, limit)
    .map(([word]) => word);
}
