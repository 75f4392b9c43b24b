/**
 * training/memory/: the memory that a run leaves beside its weights: what of the corpus it reads and when, and how it comes to be
 * mixed with the LSTM. What a memory is, src/memory says.
 */
import type { Corpus } from '../../corpus/corpus';
import { endOfDocument } from '../../corpus/tokenizers/tokenizer';
import { Memory } from '../../memory/memory';
import type { Clock } from '../loop/clock';
import { type Excerpt, excerpt } from '../validation/evaluation';

/** Tokens that are read at a time: some milliseconds. */
const slice = 2048;

/**
 * Tokens of the training text that are read at most; of a longer one, parts spread evenly over it. These fill the memory's
 * tables, which are bounded: what came after would mostly take the place of what is there.
 */
const most = 2048 * slice;

/** The same of the held-out text, which is read last, and of the training text where a run is cut short. */
const fewer = 512 * slice;

/** The same of the held-out text where a run is cut short. */
const fewest = 64 * slice;

/** Of the time that steps take, it takes this share beside them. */
const share = 0.02;

/** Reads a corpus into a memory, a little at a time; the same comes of it however the time is cut. */
export class CorpusReading {
  readonly memory: Memory;
  private readonly text: Excerpt;
  private read = 0;
  /** The last token that the memory has learned. */
  private last: number = endOfDocument;
  /** Milliseconds that it may take now. */
  private credit = 0;

  constructor(
    private readonly corpus: Corpus,
    private readonly now: Clock,
  ) {
    this.memory = new Memory(corpus.tokenizer);
    this.text = excerpt(corpus.training, most);
  }

  /** Reads on for its share of a step that took so many milliseconds. Never held-out text. */
  beside(milliseconds: number): void {
    this.credit = Math.min(0, this.credit) + share * milliseconds;
    while (this.credit > 0 && this.read < this.text.length) {
      const began = this.now();
      this.readSlice();
      this.credit -= this.now() - began;
    }
  }

  /**
   * Reads what is left of the training text.
   * @param isShort less of it, where there is much
   * @param pause between two slices; what it throws gives the reading up
   */
  async finish(isShort: boolean, pause: () => Promise<void>): Promise<void> {
    const end = isShort ? Math.min(this.text.length, this.read + fewer) : this.text.length;
    while (this.read < end) {
      this.readSlice();
      await pause();
    }
  }

  /**
   * Reads the held-out text, too: once that has done its duty.
   * @param isShort less of it, where there is much
   * @param pause between two slices; what it throws gives the reading up
   */
  async readHeldOut(isShort: boolean, pause: () => Promise<void>): Promise<void> {
    const text = excerpt(this.corpus.validation, isShort ? fewest : fewer);
    for (let at = 0; at < text.length; at += slice) {
      this.learn(text, at);
      await pause();
    }
  }

  private readSlice(): void {
    this.learn(this.text, this.read);
    this.read = Math.min(this.text.length, this.read + slice);
  }

  /** Learns a slice of a text; parts of an excerpt are whole slices. What doesn't follow what was read last isn't learned to. */
  private learn(text: Excerpt, at: number): void {
    const isTorn = at === 0 || text.origin(at) !== text.origin(at - 1) + 1;
    if (isTorn && this.last !== endOfDocument) this.memory.learn([endOfDocument]);
    const tokens = new Uint16Array(Math.min(slice, text.length - at));
    text.read(at, tokens);
    this.memory.learn(tokens);
    this.last = tokens.at(-1) ?? this.last;
  }
}
