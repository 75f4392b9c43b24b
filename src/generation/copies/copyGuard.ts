import { itemEnds } from '../../corpus/items/itemSplitter';
import { type ReadDocument, wholeCopy } from './copyExtent';
import type { CopyIndex } from './copyIndex';
import { type Copy, CopyWatch, spanOf } from './copyWatch';
import { gramLength } from './fingerprints';
import { itemCopies } from './itemCopies';

/** How often a text is taken back at most, and how much more often for each code unit of it: then it goes on as it comes. */
const mostCuts = 40;
const cutsPerUnit = 0.5;

/** How often a copied item is drawn anew as it comes, before it must go on in another way. */
const mostRedraws = 20;

/** Most code units of one token: words and runs of bytes are split into pieces of about this length. */
const longestToken = 50;

/** Cuts this close to each other, in code units, are attempts at one passage. */
const samePassage = 64;

/**
 * Keeps a text from standing verbatim in the corpus for more than so many code units: says where to take it back to. Exact
 * where the corpus's documents can be read; where not, a passage may be longer by two windows of fingerprints.
 */
export class CopyGuard {
  /** Code units at the end of a text that may have to be taken back, and are better not shown yet. */
  readonly holdBack: number;
  private watch: CopyWatch;
  private read = 0;
  private cuts = 0;
  private passage: Pick<Copy, 'document' | 'start' | 'offset'> = { document: '', start: -Infinity, offset: 0 };
  private attempts = 0;
  /** Up to where the text's items are looked up, and how often the next one was taken back. */
  private itemStart = 0;
  private itemAttempts = 0;

  /** @param begun What the prompt has of the item that the text goes on with. */
  constructor(
    private readonly index: CopyIndex,
    private readonly longest: number,
    private readonly documentOf: ReadDocument,
    private readonly begun = '',
  ) {
    this.watch = this.fresh();
    // A passage is noticed at the latest a window, a gram and a token after it has grown too long.
    this.holdBack = longest + 2 * index.parts.window + gramLength + longestToken;
  }

  /** Reads on in the text. @returns the length that it has to be taken back to; null while all is well. */
  async cutOf(text: string): Promise<number | null> {
    this.watch.push(text.slice(this.read));
    this.read = text.length;
    if (this.cuts >= mostCuts + cutsPerUnit * text.length) return null;
    const copy = await this.tooLong(text);
    if (copy === null) return null;
    this.attempts = isSamePassage(copy, this.passage) ? this.attempts + 1 : 1;
    this.passage = copy;
    this.cuts++;
    return this.takeBack(text, copy.start);
  }

  /**
   * Looks at the items that are complete by now: one that stands in the corpus is taken back, whatever its length.
   * @param isComplete the text's end is the end of an item
   * @returns the length to take the text back to, and whether it must go on in another way from there; null while all is well
   */
  itemCutOf(text: string, isComplete: boolean): { readonly length: number; readonly bans: boolean } | null {
    if (this.index.parts.items === undefined) return null;
    if (!isComplete && !text.includes('\n', this.itemStart)) return null;
    const start = this.itemStart;
    const begun = start === 0 ? this.begun : '';
    const fresh = text.slice(start);
    const [copy] = itemCopies(fresh, this.index, { begun, isComplete });
    if (copy === undefined || this.itemAttempts >= mostCuts) {
      const complete = itemEnds(begun + fresh, this.index.parts.items.form).at(-1) ?? 0;
      if (complete > begun.length) this.goOn(start + complete - begun.length);
      return null;
    }
    this.itemAttempts++;
    // Drawn anew, an item is one of those that the model would write if the corpus had none of them.
    const bans = this.itemAttempts > mostRedraws;
    const kept = bans ? Math.floor(copy.length / 2 ** (this.itemAttempts - mostRedraws)) : 0;
    const length = start + copy.start + kept;
    this.forgetPast(text, length);
    return { length, bans };
  }

  private goOn(start: number): void {
    this.itemStart = start;
    this.itemAttempts = 0;
  }

  private forgetPast(text: string, length: number): void {
    this.watch = this.fresh();
    this.watch.push(text.slice(0, length));
    this.read = length;
  }

  /** A passage at the end of the text that is longer than it may be. */
  private async tooLong(text: string): Promise<Copy | null> {
    for (const span of this.watch.recent()) {
      const document = span.length > this.longest ? null : await this.documentOf(span.document);
      const copy = document === null ? span : wholeCopy(span, text, document);
      if (copy.length > this.longest) return copy;
    }
    return null;
  }

  private fresh(): CopyWatch {
    return new CopyWatch(this.index, spanOf(this.longest + 1, this.index));
  }

  /** Half of what may be copied is kept at first, less at each further attempt; a word is not cut in two. */
  private takeBack(text: string, start: number): number {
    const target = start + Math.floor(this.longest / 2 ** this.attempts);
    const blank = Math.max(text.lastIndexOf(' ', target), text.lastIndexOf('\n', target));
    const cut = blank > start ? blank : target;
    this.forgetPast(text, cut);
    return cut;
  }
}

/** Whether two cuts are of one passage: another that begins nearby, as those of a model that has much by heart do, is new. */
function isSamePassage(one: Pick<Copy, 'document' | 'start' | 'offset'>, other: typeof one): boolean {
  const isNear = Math.abs(one.start - other.start) < samePassage;
  return isNear && one.document === other.document && one.offset - one.start === other.offset - other.start;
}
