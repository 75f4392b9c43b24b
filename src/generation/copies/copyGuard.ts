import type { CopyIndex } from './copyIndex';
import { CopyWatch } from './copyWatch';
import { gramLength } from './fingerprints';

/** How often a text is taken back at most, and how much more often for each code unit of it: then it goes on as it comes. */
const mostCuts = 40;
const cutsPerUnit = 0.5;

/** Most code units of one token: words and runs of bytes are split into pieces of about this length. */
const longestToken = 50;

/** Cuts this close to each other, in code units, are attempts at one passage. */
const samePassage = 64;

/** Keeps a text from standing verbatim in the corpus for more than so many code units: says where to take it back to. */
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
  ) {
    this.watch = new CopyWatch(index, longest);
    // A passage is noticed at the latest a window, a gram and a token after it has grown too long.
    this.holdBack = longest + 2 * index.parts.window + gramLength + longestToken;
  }

  /** Reads on in the text. @returns the length that it has to be taken back to; null while all is well. */
  cutOf(text: string): number | null {
    this.watch.push(text.slice(this.read));
    this.read = text.length;
    const { running } = this.watch;
    if (running === null || running.length <= this.longest || this.cuts >= mostCuts + cutsPerUnit * text.length)
      return null;
    const isSame = Math.abs(running.start - this.passage) < samePassage;
    this.attempts = isSame ? this.attempts + 1 : 1;
    this.passage = running.start;
    this.cuts++;
    return this.takeBack(text, running.start);
  }

  /** Half of what may be copied is kept at first, less at each further attempt; a word is not cut in two. */
  private takeBack(text: string, start: number): number {
    const target = start + Math.floor(this.longest / 2 ** this.attempts);
    const blank = Math.max(text.lastIndexOf(' ', target), text.lastIndexOf('\n', target));
    const cut = blank > start ? blank : target;
    this.watch = new CopyWatch(this.index, this.longest);
    this.watch.push(text.slice(0, cut));
    this.read = cut;
    return cut;
  }
}
