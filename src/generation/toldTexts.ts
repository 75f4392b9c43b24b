import { commonBeginning, type DocumentText, type ReadText } from './readText';

/** What changed of a document that is read along since the last time that it was told of. */
export interface ReadChange {
  /** Of the document. */
  readonly key: string;
  /** Code units of the text told last that still stand at its beginning... */
  readonly kept: number;
  /** ...of so many. */
  readonly before: number;
  /** What comes after those. */
  readonly rest: string;
  readonly seams: ReadText['seams'];
}

/** Documents whose texts are known on both sides, the one told of longest ago forgotten first. */
const mostKnown = 8;

/** The texts told last, by document. Both sides of a connection keep them alike, so that a key pressed sends little. */
export class ToldTexts {
  /** Latest told last. */
  private readonly texts = new Map<string, string>();

  /** What to tell of a document: at once, since what is told later counts on it. */
  change({ key, text, seams }: DocumentText): ReadChange {
    const known = this.texts.get(key) ?? '';
    const kept = commonBeginning(known, text);
    this.keep(key, text);
    return { key, kept, before: known.length, rest: text.slice(kept), seams };
  }

  /** The text that was told of. @throws RangeError where the one that it changes isn't known */
  take({ key, kept, before, rest, seams }: ReadChange): DocumentText {
    const known = this.texts.get(key) ?? '';
    this.texts.delete(key);
    if (kept > 0 && known.length !== before) {
      throw new RangeError('The text before the cursor was lost on its way to the model: try again.');
    }
    const text = kept === known.length && rest === '' ? known : known.slice(0, kept) + rest;
    this.keep(key, text);
    return { key, text, seams };
  }

  /** What was told of a document may not have arrived. */
  forget(key: string): void {
    this.texts.delete(key);
  }

  private keep(key: string, text: string): void {
    this.texts.delete(key);
    this.texts.set(key, text);
    const [oldest] = this.texts.keys();
    if (this.texts.size > mostKnown && oldest !== undefined) this.texts.delete(oldest);
  }
}
