import { yieldToOthers } from '../../base/yielding';
import type { Corpus, TokenSequence } from '../../corpus/corpus';
import { hash32 } from '../../engine/dropout';
import { excerpt } from './evaluation';
import { everyTarget } from './heldOutTargets';
import { NgramTable } from './ngramTable';

/** How well a simple model does. */
export interface Baseline {
  /** Tokens that it looks back. */
  readonly order: number;
  readonly natsPerCharacter: number;
}

/** What it takes of a corpus. */
export type BaselineCorpus = Pick<
  Corpus,
  'tokenizer' | 'training' | 'validation' | 'validationCharacters' | 'spellingNats'
>;

/** Longest context, tokens. */
const highestOrder = 6;

/** Tokens that are counted, and that are scored: a second or two, whatever the corpus. */
const limits = { counted: 1_000_000, scored: 50_000 };

/** Positions between two breaths: some milliseconds. */
const turn = 4096;

/**
 * Fits n-gram models of orders 0 to 6, each interpolated with those below it (Witten and Bell, 1991), and answers the one
 * that does best on the held-out text: the line to beat. Of a long text it sees excerpts. Lets other work of this thread go
 * first every few milliseconds.
 * @param targets Which held-out tokens count; left out: all.
 * @throws the signal's reason once it is aborted
 */
export async function fitBaseline(
  corpus: BaselineCorpus,
  signal?: AbortSignal,
  { counts, textTokens } = everyTarget(corpus),
): Promise<Baseline> {
  const { training, validation, validationCharacters, spellingNats, tokenizer } = corpus;
  const model = new NgramModel(tokenizer.vocabularySize);
  await forEachPosition(excerpt(training, limits.counted), (text, end) => model.add(text, end), signal);
  const nats = new Float64Array(highestOrder + 1);
  const scored = excerpt(validation, limits.scored);
  let positions = 0;
  const score = (text: Uint16Array, end: number) => {
    if (counts !== null && counts[scored.origin(end)] !== 1) return;
    model.score(text, end, nats);
    positions++;
  };
  await forEachPosition(scored, score, signal);
  const order = nats.indexOf(Math.min(...nats));
  const natsPerToken = (nats[order] ?? 0) / Math.max(1, positions);
  const whole = natsPerToken * textTokens + spellingNats;
  return { order, natsPerCharacter: whole / Math.max(1, validationCharacters) };
}

/** Visits each position that has a whole context before it. */
async function forEachPosition(
  sequence: TokenSequence,
  visit: (text: Uint16Array, end: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const text = new Uint16Array(sequence.length);
  sequence.read(0, text);
  for (let end = highestOrder; end < text.length; end++) {
    visit(text, end);
    if (end % turn !== 0) continue;
    await yieldToOthers();
    signal?.throwIfAborted();
  }
}

/** Every order up to the highest at once: what one counts, the next one interpolates with. */
class NgramModel {
  private readonly table = new NgramTable();
  private tokens = 0;
  private types = 0;
  /** Slots of the n-grams that end at the position last looked at, shortest first, and of those that end before it. */
  private slots = new Int32Array(highestOrder + 1);
  private contexts = new Int32Array(highestOrder + 1);
  /** Hashes of the n-grams that end at a position, shortest first. */
  private readonly first = new Uint32Array(highestOrder + 1);
  private readonly second = new Uint32Array(highestOrder + 1);

  constructor(private readonly vocabularySize: number) {}

  /** Counts the n-grams that end at a position: the first one, or that after the last call's. */
  add(text: Uint16Array, end: number): void {
    const { table } = this;
    if (table.isFull) return;
    if (table.isCrowded) {
      table.grow();
      this.look(text, end - 1);
    }
    [this.contexts, this.slots] = [this.slots, this.contexts];
    this.hash(text, end);
    for (let order = 0; order <= highestOrder; order++) {
      const slot = table.add(this.first[order] ?? 0, this.second[order] ?? 0);
      this.slots[order] = slot;
      if (table.counts[slot] === 1) this.follow(order);
    }
    this.tokens++;
  }

  /** Adds, by order, the nats that the token at a position costs. */
  score(text: Uint16Array, end: number, nats: Float64Array): void {
    const { counts, followers } = this.table;
    this.look(text, end - 1);
    [this.contexts, this.slots] = [this.slots, this.contexts];
    this.look(text, end);
    let probability = 1 / this.vocabularySize;
    for (let order = 0; order <= highestOrder; order++) {
      const context = this.contexts[order - 1] ?? 0;
      const seen = order === 0 ? this.tokens : (counts[context] ?? 0);
      const types = order === 0 ? this.types : (followers[context] ?? 0);
      const count = counts[this.slots[order] ?? 0] ?? 0;
      if (types > 0) probability = (count + types * probability) / (seen + types);
      nats[order] = (nats[order] ?? 0) - Math.log(probability);
    }
  }

  /** An n-gram is new: its last token has followed its context for the first time. */
  private follow(order: number): void {
    const context = this.contexts[order - 1];
    if (context === undefined) this.types++;
    else if (this.table.counts[context] !== 0) this.table.followers[context] = (this.table.followers[context] ?? 0) + 1;
  }

  private look(text: Uint16Array, end: number): void {
    this.hash(text, end);
    for (let order = 0; order <= highestOrder; order++) {
      this.slots[order] = this.table.find(this.first[order] ?? 0, this.second[order] ?? 0);
    }
  }

  private hash(text: Uint16Array, end: number): void {
    for (let order = 0, first = 0, second = 1; order <= highestOrder; order++) {
      const token = text[end - order] ?? 0;
      first = hash32(first ^ (token + 1));
      second = Math.imul(second ^ token, 0x9e3779b1) ^ (second >>> 15);
      this.first[order] = first;
      this.second[order] = second;
    }
  }
}
