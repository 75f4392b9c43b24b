import type { Turn } from '../base/yielding';
import { itemEnds } from '../corpus/items/itemSplitter';
import { endOfDocument, type Tokenizer } from '../corpus/tokenizers/tokenizer';
import type { DocumentMark, DocumentMemory, Memory } from '../memory/memory';
import type { ItemForm } from '../model/itemForm';
import { beginsWith } from './primedStates';
import { type Block, blockAt, commonLength, isSameText, type ReadText } from './readText';

/** What a document is read by. */
export interface ReadingModel {
  readonly tokenizer: Tokenizer;
  readonly memory: Memory;
  /** How the model's text is made of items, if it is: each is a document then. */
  readonly items: ItemForm | null;
}

/** So many blocks at the end of what was read can be taken back: some pages. */
const keptMarks = 16;

/** Code units before the end from which on marks are kept. */
const markedLength = 1 << 13;

/**
 * Brings the memory of a document to where a text ends: what changed near the end is taken back and read again. What the memory
 * holds then depends on the text alone, not on what was read before.
 */
export class DocumentReader {
  private document: DocumentMemory;
  /** What was read, or was to be. */
  private known: ReadText = { text: '', seams: [] };
  private isWhole = false;
  private blocks: Block[] = [];
  /** By how many blocks were read then. */
  private readonly marks = new Map<number, DocumentMark>();
  /** Tokens read after the last block. */
  private tail: Uint16Array = new Uint16Array();

  constructor(private readonly model: ReadingModel) {
    this.document = model.memory.startDocument();
  }

  /** What was read. */
  get memory(): DocumentMemory {
    return this.document;
  }

  /** Whether all of a text was read, and nothing else. */
  isAt(text: ReadText): boolean {
    return this.isWhole && isSameText(this.known, text);
  }

  /** How many code units of a text needn't be read again; null where reading has to begin anew. */
  knownOf(text: ReadText): number | null {
    const kept = this.keptBlocks(text);
    return kept === this.blocks.length || this.marks.has(kept) ? this.endOf(kept) : null;
  }

  /** Reads on to the end of a text, or as far as it gets before it is given up. */
  async read(target: ReadText, turn: Turn, signal?: AbortSignal): Promise<void> {
    this.takeBackTo(this.keptBlocks(target));
    this.known = target;
    this.isWhole = false;
    const { text, seams } = target;
    let seam = 0;
    for (;;) {
      const start = this.endOf(this.blocks.length);
      while ((seams[seam] ?? Infinity) <= start) seam++;
      const block = blockAt(text, start, seams[seam]);
      if (block === null) break;
      this.readBlock(text, start, block);
      if (turn.isOver) await turn.next();
      if (signal?.aborted === true) return;
    }
    this.readTail(text);
    this.isWhole = true;
  }

  private endOf(blocks: number): number {
    return this.blocks[blocks - 1]?.end ?? 0;
  }

  private keptBlocks(text: ReadText): number {
    const common = commonLength(this.known, text);
    return 1 + this.blocks.findLastIndex(({ needed }) => needed <= common);
  }

  private takeBackTo(kept: number): void {
    if (kept === this.blocks.length) return;
    const mark = this.marks.get(kept);
    if (mark === undefined) {
      this.document = this.model.memory.startDocument();
      this.blocks = [];
      this.marks.clear();
    } else {
      this.document.takeBack(mark);
      for (const later of this.marks.keys()) if (later > kept) this.marks.delete(later);
      this.blocks.length = kept;
    }
    this.tail = new Uint16Array();
  }

  private takeTailBack(): void {
    const mark = this.marks.get(this.blocks.length);
    if (this.tail.length > 0 && mark !== undefined) this.document.takeBack(mark);
    this.tail = new Uint16Array();
  }

  private readBlock(text: string, start: number, block: Block): void {
    this.takeTailBack();
    for (const tokens of this.tokensOf(text, start, block.end, false)) this.document.read(tokens);
    if (block.endsAtSeam) this.document.skip();
    this.blocks.push(block);
    if (text.length - block.end <= markedLength) this.mark();
    else if (this.marks.size > 0) this.forgetMarks();
  }

  /** Far from the end, every change since the first mark would be kept in vain. */
  private forgetMarks(): void {
    this.marks.clear();
    this.document.forgetMarks();
  }

  private mark(): void {
    this.marks.set(this.blocks.length, this.document.mark());
    const [oldest, next] = this.marks.keys();
    if (this.marks.size <= keptMarks || oldest === undefined || next === undefined) return;
    this.marks.delete(oldest);
    const mark = this.marks.get(next);
    if (mark !== undefined) this.document.forgetBefore(mark);
  }

  /** What was read of the tail already, as while somebody types, isn't read again. */
  private readTail(text: string): void {
    const start = this.endOf(this.blocks.length);
    const tokens = joined(this.tokensOf(text, start, text.length, true));
    if (!beginsWith(tokens, this.tail)) this.takeTailBack();
    if (this.tail.length === 0 && !this.marks.has(this.blocks.length)) this.mark();
    this.document.read(tokens.subarray(this.tail.length));
    this.tail = tokens;
  }

  /** @param isTail the token at the end may not be complete */
  private tokensOf(text: string, start: number, end: number, isTail: boolean): readonly Uint16Array[] {
    const { tokenizer, items } = this.model;
    const part = text.slice(start, end);
    const read: Uint16Array[] = [];
    let place = 0;
    for (const itemEnd of items === null ? [] : itemEnds(part, items)) {
      const item = part.slice(place, itemEnd);
      const isBegun = place === 0 && this.isInsideItem(text, start);
      place = itemEnd;
      // Blank lines between items are no items.
      if (item.trim() === '' && !isBegun) continue;
      read.push(tokenizer.encode(item), Uint16Array.of(endOfDocument));
    }
    const rest = part.slice(place);
    read.push(isTail ? tokenizer.encodePrompt(rest).tokens : tokenizer.encode(rest));
    return read;
  }

  private isInsideItem(text: string, place: number): boolean {
    const { items } = this.model;
    if (items === null || place === 0) return false;
    const line = text.slice(text.lastIndexOf('\n', place - 2) + 1, place);
    return itemEnds(line, items).at(-1) !== line.length;
  }
}

function joined(parts: readonly Uint16Array[]): Uint16Array {
  const all = new Uint16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}
