import { endOfDocument, type Tokenizer } from '../corpus/tokenizer';
import type { Predictor } from '../engine/engine';
import { Ending } from './ending';
import type { SamplingOptions, StopOptions, StopReason } from './options';
import { makePrompt, type Prompt } from './prompt';
import { PromptReader } from './promptReader';
import { Sampler } from './sampler';
import { Turn } from './turn';
import { Utf8State, WholeCharacters } from './wholeCharacters';

/** One text to be written. */
export interface WriteRequest {
  readonly prompt: Prompt;
  readonly sampling: SamplingOptions;
  readonly stop: StopOptions;
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
  private readonly characters: WholeCharacters;

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly predictor: Predictor,
    private readonly reader = new PromptReader(predictor),
  ) {
    this.characters = new WholeCharacters(tokenizer.description);
  }

  /** See {@link makePrompt}. */
  prompt(text: string, startsDocument: boolean): Prompt {
    return makePrompt(this.tokenizer, text, startsDocument);
  }

  /**
   * Writes on from a prompt. Tells pieces of text as they come, the first one at once, and lets other work of this
   * thread go first every few milliseconds. Equal requests write equal texts.
   * @throws RangeError when the model's weights are damaged.
   */
  async write(request: WriteRequest, onPiece?: (text: string) => void): Promise<Written> {
    const turn = new Turn();
    const { prompt, sampling, stop, signal } = request;
    const state = await this.reader.read(prompt.tokens, turn, signal);
    if (state === null) return { text: '', stopped: 'cancelled' };
    const draft = new Draft(prompt, sampling, stop, this.tokenizer);
    const logits = new Float32Array(this.predictor.architecture.vocabularySize);
    let utf8 = Utf8State.Whole;
    while (draft.stopped === null && signal?.aborted !== true) {
      this.predictor.next(state, draft.lastToken, logits);
      const token = draft.draw(logits, this.characters.permitted(utf8));
      utf8 = this.characters.after(utf8, token);
      if (turn.isOver || draft.isFirstPiece) {
        draft.tell(onPiece);
        await turn.next();
      }
    }
    draft.tell(onPiece);
    this.reader.remember(draft.tokensRead, state);
    return { text: draft.text, stopped: draft.stopped ?? 'cancelled' };
  }
}

/** A text on its way: what was drawn, what of it may be shown, and what was shown. */
class Draft {
  private readonly sampler: Sampler;
  private readonly ending: Ending;
  private readonly decoder;
  private readonly tokens: number[];
  private written = '';
  private told = 0;
  private documentEnded = false;

  constructor(prompt: Prompt, sampling: SamplingOptions, stop: StopOptions, tokenizer: Tokenizer) {
    this.sampler = new Sampler(tokenizer.vocabularySize, sampling);
    this.ending = new Ending(stop, prompt.text);
    this.decoder = tokenizer.decoder();
    this.tokens = [...prompt.tokens];
    for (const token of prompt.tokens) this.sampler.observe(token);
  }

  get stopped(): StopReason | null {
    return this.documentEnded ? 'end of document' : this.ending.reason;
  }

  get text(): string {
    return this.written;
  }

  /** The token that the model hasn't read yet. */
  get lastToken(): number {
    return this.tokens.at(-1) ?? endOfDocument;
  }

  get tokensRead(): Uint16Array {
    return Uint16Array.from(this.tokens.slice(0, -1));
  }

  get isFirstPiece(): boolean {
    return this.told === 0 && this.written !== '';
  }

  draw(logits: Float32Array, permitted: Uint8Array): number {
    const token = this.sampler.draw(logits, permitted);
    this.sampler.observe(token);
    this.tokens.push(token);
    if (token === endOfDocument) this.documentEnded = true;
    else this.written += this.ending.push(this.decoder.push(token));
    return token;
  }

  tell(onPiece: ((text: string) => void) | undefined): void {
    if (this.told === this.written.length) return;
    const piece = this.written.slice(this.told);
    this.told = this.written.length;
    onPiece?.(piece);
  }
}
