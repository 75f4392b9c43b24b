/** How the next token is drawn: the repetition penalty first, then the temperature and the filters in this order. */
export interface SamplingOptions {
  /** Logits are divided by this; 0 takes the likeliest token every time. */
  readonly temperature: number;
  /** Keep the k likeliest tokens; 0 for no limit (Fan, 2018). */
  readonly topK: number;
  /** Keep the smallest set of likeliest tokens that holds this much probability; 1 for no limit (Holtzman, 2020). */
  readonly topP: number;
  /** Keep tokens at least this share as likely as the likeliest; 0 for no limit (Nguyen, 2024). */
  readonly minP: number;
  /** Locally typical sampling's mass; 1 for no limit (Meister, 2023). */
  readonly typicalP: number;
  /** Divides (or, when negative, multiplies) the logit of each recent token; 1 for none (Keskar, 2019). */
  readonly repetitionPenalty: number;
  /** How many recent tokens the penalty looks at. */
  readonly repetitionWindow: number;
  /** Equal seeds draw equal text. */
  readonly seed: number;
  /** Left out: any character that the model knows. */
  readonly characters?: CharacterRule;
}

/** Which characters (code points) a text may hold, beside those by which it is to end. Where none of them can follow, it ends. */
export type CharacterRule =
  /** Printable ASCII, tab and line feed. */
  | { readonly kind: 'ascii' }
  | { readonly kind: 'only'; readonly characters: string }
  | { readonly kind: 'never'; readonly characters: string };

/** How a rule is written: `ascii`, or what is allowed after `only `, or what isn't after `never `. `any` is no rule. */
export const characterRulePattern = '^(any|ascii|(only|never) [^]+)$';

/** What a text says of a rule; undefined for `any`. @throws RangeError where it says nothing of the kind */
export function characterRule(text: string): CharacterRule | undefined {
  if (text === 'any') return undefined;
  if (text === 'ascii') return { kind: 'ascii' };
  const [, kind, characters] = /^(only|never) ([^]+)$/.exec(text) ?? [];
  if (characters !== undefined && (kind === 'only' || kind === 'never')) return { kind, characters };
  throw new RangeError('Characters are any, ascii, "only" and those allowed, or "never" and those not allowed.');
}

/** Where a text ends: at the first of these to be reached. */
export interface StopOptions {
  /** Most characters (code points). */
  readonly characters: number;
  /** Most words, the rest of the one at the cursor among them. Left out: any number. */
  readonly words?: number;
  /**
   * Also end after this unit is complete; `none` for the length alone. An item is a line or block of a model whose text is
   * made of these, else a document.
   */
  readonly at: 'none' | 'item' | 'word' | 'sentence' | 'line' | 'paragraph' | 'block';
}

/** Why a text ended. */
export type StopReason = 'length' | 'boundary' | 'end of document' | 'cancelled';

/** Sensible for a small model: a little below its own distribution, the long tail cut. */
export const defaultSampling: SamplingOptions = {
  temperature: 0.8,
  topK: 0,
  topP: 0.95,
  minP: 0,
  typicalP: 1,
  repetitionPenalty: 1,
  repetitionWindow: 64,
  seed: 0,
};
