import { type ReadDocument, wholeCopy } from './copyExtent';
import type { CopyIndex } from './copyIndex';
import { type Copy, CopyWatch, spanOf } from './copyWatch';
import { gramLength } from './fingerprints';

/** How often a text is taken back at most, and how much more often for each code unit of it: then it goes on as it comes. */
const mostCuts = 40;
const cutsPerUnit = 0.5;

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
  private passage = -Infinity;
  private attempts = 0;

  constructor(
    private readonly index: CopyIndex,
    private readonly longest: number,
    private readonly documentOf: ReadDocument,
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
    const isSame = Math.abs(copy.start - this.passage) < samePassage;
    this.attempts = isSame ? this.attempts + 1 : 1;
    this.passage = copy.start;
    this.cuts++;
    return this.takeBack(text, copy.start);
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
    this.watch = this.fresh();
    this.watch.push(text.slice(0, cut));
    this.read = cut;
    return cut;
  }
}
