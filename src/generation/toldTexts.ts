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

/** The text that a change was made to isn't known here: all of it has to be told. */
export class LostTextError extends Error {
  override readonly name = 'LostTextError';
}

/** The texts told last, by document. Both sides of a connection keep them alike, so that a key pressed sends little. */
export class ToldTexts {
  /** Latest told last. */
  private readonly texts = new Map<string, string>();

  /**
   * Asks something by a document, telling what has changed of it; all of it, once more, where the other side has lost what it was.
   * @param isLost whether an answer says so
   */
  async ask<T>(
    document: DocumentText,
    send: (change: ReadChange) => Promise<T>,
    isLost: (error: unknown) => boolean,
  ): Promise<T> {
    try {
      return await this.askOnce(document, send);
    } catch (error) {
      if (!isLost(error)) throw error;
      return this.askOnce(document, send);
    }
  }

  private async askOnce<T>(document: DocumentText, send: (change: ReadChange) => Promise<T>): Promise<T> {
    try {
      return await send(this.change(document));
    } catch (error) {
      // It may not have arrived.
      this.texts.delete(document.key);
      throw error;
    }
  }

  /** What to tell of a document: at once, since what is told later counts on it. */
  change({ key, text, seams }: DocumentText): ReadChange {
    const known = this.texts.get(key) ?? '';
    const kept = commonBeginning(known, text);
    this.keep(key, text);
    return { key, kept, before: known.length, rest: text.slice(kept), seams };
  }

  /** The text that was told of. @throws LostTextError where the one that it changes isn't known */
  take({ key, kept, before, rest, seams }: ReadChange): DocumentText {
    const known = this.texts.get(key) ?? '';
    this.texts.delete(key);
    if (kept > 0 && known.length !== before) {
      throw new LostTextError('The text before the cursor was lost on its way to the model: try again.');
    }
    const text = kept === known.length && rest === '' ? known : known.slice(0, kept) + rest;
    this.keep(key, text);
    return { key, text, seams };
  }

  private keep(key: string, text: string): void {
    this.texts.delete(key);
    this.texts.set(key, text);
    const [oldest] = this.texts.keys();
    if (this.texts.size > mostKnown && oldest !== undefined) this.texts.delete(oldest);
  }
}
