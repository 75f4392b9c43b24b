import type { Corpus, TokenRange } from '../corpus';
import { tokenPath } from '../corpusCache';
import type { Pace } from '../pace';
import { codePointCount } from '../tokenizers/codeUnits';
import { ScratchArray } from '../tokenizers/scratchArray';
import { endOfDocument, type Tokenizer } from '../tokenizers/tokenizer';
import { SpellingCost } from './spelling';
import type { Part, PartPiece } from './partPieces';
import { TokenStore } from './tokenStore';

const separator = Uint16Array.of(endOfDocument);

/** Code points of a document, by what became of them. */
export type PartCounts = Readonly<Record<Part, number>>;

/** Code points of a document's items by what became of them, and how many were trained on or held out. */
export interface ItemCounts extends PartCounts {
  readonly items: number;
  readonly heldOut: number;
}

/** Turns documents, one after the other, into the two sequences of a corpus. */
export class CorpusEncoder {
  private readonly training: TokenStore;
  private readonly validation: TokenStore;
  private readonly spelling: SpellingCost;
  private readonly room = new ScratchArray();
  /** Where the training tokens are those of items. */
  private readonly ranges: TokenRange[] = [];
  /** The same of the held-out ones. */
  private readonly heldOutRanges: TokenRange[] = [];

  /** @param folder Where token files are made if there are many tokens. */
  constructor(
    private readonly tokenizer: Tokenizer,
    folder: string,
  ) {
    this.training = new TokenStore(tokenizer.vocabularySize, tokenPath(folder, 'training'));
    this.spelling = new SpellingCost(tokenizer);
    this.validation = new TokenStore(tokenizer.vocabularySize, tokenPath(folder, 'validation'));
  }

  /** Adds a document whole, or nothing of it. @throws what reading its pieces throws; StorageError. */
  async add(pieces: Iterable<PartPiece>, pace: Pace): Promise<PartCounts> {
    const before = { training: this.training.length, validation: this.validation.length };
    const counts = { training: 0, validation: 0, none: 0 };
    const unknown: string[] = [];
    try {
      for (const { part, text, characters } of pieces) {
        const isFirst = counts[part] === 0;
        counts[part] += characters;
        pace.add(0, text.length);
        if (pace.due) await pace.rest();
        if (part === 'none') continue;
        const store = this[part];
        if (isFirst) store.append(separator);
        store.append(this.tokenizer.encode(text, this.room));
        if (store.full) await store.flush();
        if (part === 'validation') for (const piece of this.tokenizer.unknownPieces(text)) unknown.push(piece);
      }
      for (const piece of unknown) this.spelling.add(piece);
      return counts;
    } catch (error) {
      this.training.truncate(before.training);
      this.validation.truncate(before.validation);
      throw error;
    }
  }

  /**
   * Adds a document that is made of items, all or none of them, each after an {@link endOfDocument}.
   * @throws what reading its items throws; StorageError
   */
  async addItems(items: Iterable<string>, sideOf: (item: string) => Part, pace: Pace): Promise<ItemCounts> {
    const before = { training: this.training.length, validation: this.validation.length };
    const counts = { training: 0, validation: 0, none: 0, items: 0, heldOut: 0 };
    const unknown: string[] = [];
    try {
      for (const item of items) {
        const side = sideOf(item);
        counts[side] += codePointCount(item);
        counts.items++;
        pace.add(0, item.length);
        if (pace.due) await pace.rest();
        if (side === 'none') continue;
        const store = this[side];
        store.append(separator);
        store.append(this.tokenizer.encode(item, this.room));
        if (store.full) await store.flush();
        if (side === 'training') continue;
        counts.heldOut++;
        for (const piece of this.tokenizer.unknownPieces(item)) unknown.push(piece);
      }
      for (const piece of unknown) this.spelling.add(piece);
      addRange(this.ranges, { start: before.training, end: this.training.length });
      addRange(this.heldOutRanges, { start: before.validation, end: this.validation.length });
      return counts;
    } catch (error) {
      this.training.truncate(before.training);
      this.validation.truncate(before.validation);
      throw error;
    }
  }

  /** Tokens to train on, so far. */
  get trainingTokens(): number {
    return this.training.length;
  }

  /** Whether the sequences are in memory, so that they outlive {@link close}. */
  get inMemory(): boolean {
    return this.training.inMemory && this.validation.inMemory;
  }

  /** The sequences, and what their text's unknown tokens cost; nothing may be added after. @throws StorageError */
  async finish(): Promise<
    Pick<Corpus, 'training' | 'validation' | 'spellingNats' | 'itemRanges' | 'heldOutItemRanges'>
  > {
    return {
      ...(this.ranges.length > 0 && { itemRanges: this.ranges }),
      ...(this.heldOutRanges.length > 0 && { heldOutItemRanges: this.heldOutRanges }),
      training: await this.training.sequence(),
      validation: await this.validation.sequence(),
      spellingNats: this.spelling.nats,
    };
  }

  /** Has the tokens in their files, whether they are many or few. @throws StorageError */
  async save(): Promise<void> {
    await this.training.save();
    await this.validation.save();
  }

  /** Waits until nothing is on its way to the files. */
  async settle(): Promise<void> {
    await this.training.settle();
    await this.validation.settle();
  }

  /** Closes the files, to which nothing may be on its way. */
  close(): void {
    this.training.close();
    this.validation.close();
  }
}

/** Adds a range after others, to the last of them where it goes on from there. */
function addRange(ranges: TokenRange[], range: TokenRange): void {
  if (range.end === range.start) return;
  const last = ranges.at(-1);
  if (last?.end === range.start) ranges[ranges.length - 1] = { start: last.start, end: range.end };
  else ranges.push(range);
}
