import type { Tokenizer } from '../tokenizers/tokenizer';

/** Code points there are, surrogates not counted. */
const codePoints = 0x110000 - 0x800;

/**
 * What it costs to spell out what a vocabulary lacks: the unknown token says that something stands there, not what. Without
 * this, a tokeniser would look the better the more it leaves out. The code is adaptive and of order 0, so nothing has
 * to be known before: after n symbols, one that has come up k times has the probability k / (n + 1), and all new ones share
 * 1 / (n + 1) alike.
 */
export class SpellingCost {
  private readonly counts = new Map<string, number>();
  private symbols = 0;
  private sum = 0;

  /** @param tokenizer An unknown token of it is one symbol, or as many as it takes, and an end. */
  constructor(private readonly tokenizer: Pick<Tokenizer, 'unknownIsOneCharacter'>) {}

  /** Nats so far. */
  get nats(): number {
    return this.sum;
  }

  /** Adds what one unknown token stands for. */
  add(piece: string): void {
    for (const symbol of piece) this.spell(symbol);
    if (!this.tokenizer.unknownIsOneCharacter) this.spell('');
  }

  private spell(symbol: string): void {
    const count = this.counts.get(symbol) ?? 0;
    const probability = (count > 0 ? count : 1 / codePoints) / (this.symbols + 1);
    this.sum -= Math.log(probability);
    this.counts.set(symbol, count + 1);
    this.symbols++;
  }
}

/** What it costs to spell out what a tokeniser lacks of a text, nats. @param text In parts, where only some of it counts. */
export function spellingNats(tokenizer: Tokenizer, ...text: readonly string[]): number {
  const cost = new SpellingCost(tokenizer);
  for (const part of text) for (const piece of tokenizer.unknownPieces(part)) cost.add(piece);
  return cost.nats;
}
