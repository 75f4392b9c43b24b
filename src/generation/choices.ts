import { Turn } from '../base/yielding';
import { ItemFollower } from '../corpus/items/itemSplitter';
import { endOfDocument, type Tokenizer } from '../corpus/tokenizers/tokenizer';
import type { Predictor } from '../engine/engine';
import type { ItemForm } from '../model/itemForm';
import { Ending } from './ending';
import type { Prompt } from './prompt';
import type { PromptReader } from './promptReader';
import { isInside, type Utf8State, whole } from './utf8';
import { WholeCharacters } from './wholeCharacters';

/** One way in which a text may go on. */
export interface NextWord {
  readonly text: string;
  /** What the model gives it, in (0, 1]. */
  readonly probability: number;
}

/** Most states that a search for words goes through: a bound on the time it takes. */
const mostSteps = 400;

/** Ways on that are less likely than this are left out. */
const leastProbability = 1e-4;

/** A beginning of a word, to be gone on from. */
interface Beginning {
  readonly tokens: readonly number[];
  readonly probability: number;
  readonly utf8: Utf8State;
  /** The state that has read all of the tokens but the last one, which is the prompt's at first. */
  readonly state: Float32Array;
  readonly lastToken: number;
  /** What the prompt has of the first token. */
  readonly begun: string;
}

/** Says how a text is likely to go on: for writing by hand, one choice at a time, and for showing what was expected. */
export class Chooser {
  private readonly logits: Float32Array;

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly predictor: Predictor,
    private readonly reader: PromptReader,
    /** How the model's text is made of items, if it is. */
    private readonly items: ItemForm | null = null,
    private readonly characters = new WholeCharacters(tokenizer),
  ) {
    this.logits = new Float32Array(tokenizer.vocabularySize);
  }

  /** The same that chooses by another predictor, which reads the states of this one's. */
  by(predictor: Predictor): Chooser {
    return new Chooser(this.tokenizer, predictor, this.reader, this.items, this.characters);
  }

  /** The likeliest next symbols (characters, or the tokeniser's units that are made of whole ones), likeliest first. */
  async symbols(prompt: Prompt, count: number, signal?: AbortSignal): Promise<readonly NextWord[]> {
    const start = await this.start(prompt, new Turn(), signal);
    if (start === null) return [];
    const choices: NextWord[] = [];
    for (const { token, probability } of this.waysOn(start)) {
      const text = this.textOf(start, [token]);
      const complete = text !== '' && !isInside(this.characters.after(whole, token));
      if (complete) choices.push({ text, probability });
    }
    return likeliestOf(choices, count);
  }

  /**
   * The likeliest next words, each with the blanks before it, likeliest first: a best-first search that ends once no
   * beginning left is as likely as the words found.
   */
  async words(prompt: Prompt, count: number, signal?: AbortSignal): Promise<readonly NextWord[]> {
    const turn = new Turn();
    const start = await this.start(prompt, turn, signal);
    const words = new Map<string, number>();
    const open = start === null ? [] : [start];
    for (let step = 0; step < mostSteps && signal?.aborted !== true; step++) {
      const beginning = takeLikeliest(open);
      if (beginning === undefined) break;
      const found = likeliestOf(asChoices(words), count);
      if (found.length === count && (found.at(-1)?.probability ?? 0) >= beginning.probability) break;
      this.goOn(beginning, prompt, open, words);
      if (turn.isOver) await turn.next();
    }
    return likeliestOf(asChoices(words), count);
  }

  /** What tokens add to the prompt. */
  private textOf({ begun }: Beginning, tokens: readonly number[]): string {
    return this.tokenizer.decode(tokens).slice(begun.length);
  }

  private async start(prompt: Prompt, turn: Turn, signal: AbortSignal | undefined): Promise<Beginning | null> {
    const state = await this.reader.read(prompt.tokens, turn, signal);
    if (state === null) return null;
    const lastToken = prompt.tokens.at(-1) ?? endOfDocument;
    const canComplete = prompt.begun !== '' && this.characters.completing(prompt.begun) !== null;
    const begun = canComplete ? prompt.begun : '';
    return { tokens: [], probability: 1, utf8: whole, state, lastToken, begun };
  }

  /** Adds what may follow a beginning: words that are complete to `words`, longer beginnings to `open`. */
  private goOn(beginning: Beginning, prompt: Prompt, open: Beginning[], words: Map<string, number>): void {
    const state = beginning.state.slice();
    for (const { token, probability } of this.waysOn({ ...beginning, state })) {
      if (probability < leastProbability) continue;
      const tokens = token === endOfDocument ? beginning.tokens : [...beginning.tokens, token];
      const utf8 = this.characters.after(beginning.utf8, token);
      const word = token === endOfDocument || !isInside(utf8) ? wordOf(this.textOf(beginning, tokens)) : null;
      if (word !== null && (word.complete || token === endOfDocument)) {
        if (word.text.trim() !== '') words.set(word.text, (words.get(word.text) ?? 0) + probability);
      } else {
        const starts = this.startsItem(prompt, tokens);
        const read = starts ? new Float32Array(state.length) : state;
        open.push({ ...beginning, tokens, probability, utf8, state: read, lastToken: starts ? endOfDocument : token });
      }
    }
  }

  /** Whether a prompt with these tokens after it ends where an item does. */
  private startsItem({ text, itemStart }: Prompt, tokens: readonly number[]): boolean {
    if (this.items === null) return false;
    return new ItemFollower(this.items, text.slice(itemStart)).push(this.tokenizer.decode(tokens));
  }

  /** Reads a beginning's last token into its state; every token that may follow, with the probability of all together. */
  private *waysOn({ state, lastToken, utf8, tokens, begun, probability: before }: Beginning): Generator<{
    readonly token: number;
    readonly probability: number;
  }> {
    const { logits } = this;
    this.predictor.next(state, lastToken, logits);
    const highest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
    const permitted =
      (tokens.length === 0 && begun !== '' ? this.characters.completing(begun) : null) ??
      this.characters.permitted(utf8);
    for (let token = 0; token < logits.length; token++) {
      const probability = (before * Math.exp((logits[token] ?? -Infinity) - highest)) / total;
      if (permitted[token] === 1 && probability > 0) yield { token, probability };
    }
  }
}

function wordOf(text: string): { readonly text: string; readonly complete: boolean } {
  const ending = new Ending({ characters: Infinity, at: 'word' }, '');
  return { text: ending.push(text), complete: ending.reason === 'boundary' };
}

function takeLikeliest(open: Beginning[]): Beginning | undefined {
  let best = 0;
  for (let i = 1; i < open.length; i++) if (probabilityOf(open[i]) > probabilityOf(open[best])) best = i;
  const [taken] = open.splice(best, 1);
  return taken;
}

function probabilityOf(beginning: Beginning | undefined): number {
  return beginning?.probability ?? 0;
}

function asChoices(words: ReadonlyMap<string, number>): readonly NextWord[] {
  return Array.from(words, ([text, probability]) => ({ text, probability }));
}

function likeliestOf(choices: readonly NextWord[], count: number): readonly NextWord[] {
  return [...choices].sort((a, b) => b.probability - a.probability).slice(0, count);
}
