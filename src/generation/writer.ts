import { Turn } from '../base/yielding';
import type { Tokenizer } from '../corpus/tokenizers/tokenizer';
import type { Predictor } from '../engine/engine';
import type { ItemForm } from '../model/itemForm';
import type { CopyGuard } from './copies/copyGuard';
import { Draft } from './draft';
import { type SamplingOptions, type StopOptions, type StopReason } from './options';
import { makePrompt, type Prompt } from './prompt';
import { PromptReader } from './promptReader';
import { requireCharacters, WholeCharacters } from './wholeCharacters';

/** One text to be written. */
export interface WriteRequest {
  readonly prompt: Prompt;
  readonly sampling: SamplingOptions;
  readonly stop: StopOptions;
  /** Takes the text back where it copies the corpus. Then its end is held back a while. */
  readonly guard?: CopyGuard;
  /** It is seldom gone on from, so that the state at its end isn't kept. Left out: it may well be. */
  readonly isTrial?: boolean;
  /** Ends the text early; what was written until then stands. */
  readonly signal?: AbortSignal;
}

/** What was written. */
export interface Written {
  /** Whole code points, without the prompt. */
  readonly text: string;
  readonly stopped: StopReason;
}

/** A model that writes. Any number of texts may be written at the same time: they share the thread in turns. */
export class Writer {
  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly predictor: Predictor,
    private readonly reader = new PromptReader(predictor),
    /** How the model's text is made of items, if it is. */
    private readonly items: ItemForm | null = null,
    private readonly characters = new WholeCharacters(tokenizer),
  ) {}

  /** The same that draws by another predictor, which reads the states of this one's. */
  by(predictor: Predictor): Writer {
    return new Writer(this.tokenizer, predictor, this.reader, this.items, this.characters);
  }

  /** See {@link makePrompt}. */
  prompt(text: string, startsDocument: boolean, limit?: number): Prompt {
    return makePrompt(this.tokenizer, text, startsDocument, limit, this.items);
  }

  /**
   * Writes on from a prompt. Tells pieces of text as they come, the first one at once, and lets other work of this
   * thread go first every few milliseconds. Equal requests write equal texts.
   * @throws NothingAllowedError where the rule about characters leaves none; RangeError when the model's weights are damaged.
   */
  async write(request: WriteRequest, onPiece?: (text: string) => void): Promise<Written> {
    const turn = new Turn();
    const { prompt, sampling, stop, guard, isTrial = false, signal } = request;
    const heldBack = guard?.holdBack ?? 0;
    const rule = sampling.characters;
    if (rule !== undefined) requireCharacters(this.tokenizer, rule);
    const characters = rule === undefined ? this.characters : new WholeCharacters(this.tokenizer, rule, stop);
    const draft = new Draft(prompt, sampling, stop, this.tokenizer, characters, this.items);
    const logits = new Float32Array(this.predictor.architecture.vocabularySize);
    let state = await this.reader.read(prompt.tokens, turn, signal);
    while (state !== null && draft.stopped === null && signal?.aborted !== true) {
      if (draft.startsItem) state.fill(0);
      this.predictor.next(state, draft.lastToken, logits);
      draft.draw(logits);
      const cut = guard === undefined ? null : await cutOf(guard, draft, endsItem(stop, this.items));
      if (cut !== null) {
        draft.rewind(cut.length, cut.bans);
        state = await this.reader.read(draft.tokens, turn, signal);
      }
      if (turn.isOver || draft.isFirstPiece(heldBack)) {
        draft.tell(onPiece, heldBack);
        await turn.next();
      }
    }
    draft.tell(onPiece, 0);
    if (state !== null && !isTrial && !draft.startsItem) this.reader.remember(draft.tokens.subarray(0, -1), state);
    return { text: draft.text, stopped: draft.stopped ?? 'cancelled' };
  }

  /**
   * Reads a prompt before it is asked for: that of a text which was just written on, since its start may have moved. Other
   * work of this thread goes first.
   */
  async readAhead(prompt: Prompt): Promise<void> {
    await this.reader.readAhead(prompt.tokens);
  }
}

async function cutOf(
  guard: CopyGuard,
  { text, stopped }: Draft,
  boundaryEndsItem: boolean,
): Promise<{ readonly length: number; readonly bans: boolean } | null> {
  const cut = guard.itemCutOf(text, stopped === 'boundary' && boundaryEndsItem);
  if (cut !== null) return cut;
  const length = await guard.cutOf(text);
  return length === null ? null : { length, bans: true };
}

/** Whether a text that ends at the boundary asked for ends with an item. */
export function endsItem({ at, words }: StopOptions, items: ItemForm | null): boolean {
  return words === undefined && (at === 'item' || (at === 'line' && items?.unit === 'lines'));
}
