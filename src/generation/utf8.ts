/** What may come next in a text of bytes, by the grammar of UTF-8 (Unicode, table 3-7). */
enum Utf8Form {
  /** Between two code points. */
  Whole,
  OneLeft,
  TwoLeft,
  ThreeLeft,
  /** After E0: overlong forms are excluded. */
  AfterE0,
  /** After ED: surrogates are excluded. */
  AfterED,
  /** After F0: overlong forms are excluded. */
  AfterF0,
  /** After F4: what is past U+10FFFF is excluded. */
  AfterF4,
}

/** How far into a code point a text of bytes is. */
export interface Utf8State {
  /** Two states of one form may go on alike. */
  readonly form: Utf8Form;
  /** Bits of the code point so far; between two, the one just completed. */
  readonly bits: number;
  /** Bytes that it lacks. */
  readonly left: number;
}

/** The start of a text. */
export const whole: Utf8State = { form: Utf8Form.Whole, bits: 0, left: 0 };

/** Whether a code point has been begun and isn't complete. */
export function isInside({ left }: Utf8State): boolean {
  return left > 0;
}

/** What the next byte of a begun code point may be, and the form after it. */
const continuations: Readonly<
  Record<Exclude<Utf8Form, Utf8Form.Whole>, readonly [low: number, high: number, Utf8Form]>
> = {
  [Utf8Form.OneLeft]: [0x80, 0xbf, Utf8Form.Whole],
  [Utf8Form.TwoLeft]: [0x80, 0xbf, Utf8Form.OneLeft],
  [Utf8Form.ThreeLeft]: [0x80, 0xbf, Utf8Form.TwoLeft],
  [Utf8Form.AfterE0]: [0xa0, 0xbf, Utf8Form.OneLeft],
  [Utf8Form.AfterED]: [0x80, 0x9f, Utf8Form.OneLeft],
  [Utf8Form.AfterF0]: [0x90, 0xbf, Utf8Form.TwoLeft],
  [Utf8Form.AfterF4]: [0x80, 0x8f, Utf8Form.TwoLeft],
};

/** The state after one more byte; null where UTF-8 has no such byte there. */
export function utf8After({ form, bits, left }: Utf8State, byte: number): Utf8State | null {
  if (form === Utf8Form.Whole) return afterFirst(byte);
  const [low, high, then] = continuations[form];
  if (byte < low || byte > high) return null;
  return { form: then, bits: bits * 64 + (byte & 0x3f), left: left - 1 };
}

/** The code points that a begun one may become, or the one just completed: from `first` up to before `end`. */
export function reachOf({ form, bits, left }: Utf8State): { readonly first: number; readonly end: number } {
  if (form === Utf8Form.Whole) return { first: bits, end: bits + 1 };
  const [low, high] = continuations[form];
  const step = 64 ** (left - 1);
  return { first: (bits * 64 + (low & 0x3f)) * step, end: (bits * 64 + (high & 0x3f) + 1) * step };
}

function afterFirst(byte: number): Utf8State | null {
  if (byte < 0x80) return { form: Utf8Form.Whole, bits: byte, left: 0 };
  if (byte < 0xc2 || byte > 0xf4) return null;
  if (byte < 0xe0) return { form: Utf8Form.OneLeft, bits: byte & 0x1f, left: 1 };
  if (byte < 0xf0) return { form: threeByteForms.get(byte) ?? Utf8Form.TwoLeft, bits: byte & 0x0f, left: 2 };
  return { form: fourByteForms.get(byte) ?? Utf8Form.ThreeLeft, bits: byte & 0x07, left: 3 };
}

const threeByteForms: ReadonlyMap<number, Utf8Form> = new Map([
  [0xe0, Utf8Form.AfterE0],
  [0xed, Utf8Form.AfterED],
]);

const fourByteForms: ReadonlyMap<number, Utf8Form> = new Map([
  [0xf0, Utf8Form.AfterF0],
  [0xf4, Utf8Form.AfterF4],
]);
