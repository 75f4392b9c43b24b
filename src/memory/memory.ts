/**
 * memory/: what the corpus and the open document are remembered by, beside the LSTM: how often which token followed which
 * context, mixed into its distribution. Nothing here trains an LSTM, draws a token or knows an editor.
 */
import type { Tokenizer } from '../corpus/tokenizers/tokenizer';
import { Contexts, placeSize } from './contexts';
import { ContextTable, type TableMark, type TableParts } from './contextTable';
import { type Mixer, mixerFor } from './mixer';
import { SymbolTree } from './symbolTree';

/** What is taken into account when a text is written or scored. */
export type MemoryUse = 'reading along' | 'frozen' | 'off';

/** All values of {@link MemoryUse}, the usual first. */
export const memoryUses: readonly MemoryUse[] = ['reading along', 'frozen', 'off'];

/** 32 MB of contexts and 28 MB of lists, whatever the size of the corpus. */
export const corpusLimits = { contexts: 4 << 20, lists: 7 << 20 };

/** 8 MB and 8 MB: a document of a megabyte, or the end of a longer one. */
const documentLimits = { contexts: 1 << 20, lists: 2 << 20 };

/** What a memory holds, for a file. */
export interface MemoryParts {
  /** How often each token was seen in the corpus. */
  readonly tokens: Uint32Array;
  readonly corpus: TableParts;
  /** Of the mixer with a document, and of the one without. */
  readonly along: MixerParts;
  readonly frozen: MixerParts;
}

/** What a {@link Mixer} has learned. */
interface MixerParts {
  readonly corrections: Float32Array;
  readonly weights: Float32Array;
}

/** The memory of a corpus, and how it is mixed with the LSTM's distribution. */
export class Memory {
  readonly contexts: Contexts;
  readonly corpus: ContextTable;
  /** Weights where a document is read along, and where it isn't. */
  readonly along: Mixer;
  readonly frozen: Mixer;
  private readonly tokens: Uint32Array;
  private readonly place = new Float32Array(placeSize);
  private knownTree: SymbolTree | null = null;

  constructor(
    readonly tokenizer: Tokenizer,
    parts?: MemoryParts,
  ) {
    this.contexts = new Contexts(tokenizer);
    this.corpus = new ContextTable(corpusLimits, parts?.corpus);
    this.tokens = parts?.tokens.slice() ?? new Uint32Array(tokenizer.vocabularySize);
    const { kind } = tokenizer.description;
    this.along = mixerFor(kind, 'along', parts?.along);
    this.frozen = mixerFor(kind, 'frozen', parts?.frozen);
  }

  /** By what was learned when it is first asked for: what is mixed by it later must be mixed by the same. */
  get tree(): SymbolTree {
    this.knownTree ??= new SymbolTree(this.tokens);
    return this.knownTree;
  }

  get parts(): MemoryParts {
    return { tokens: this.tokens, corpus: this.corpus.parts, along: this.along, frozen: this.frozen };
  }

  /** Takes in more of the corpus, from where it left off: documents, each with the end-of-document token after it. */
  learn(tokens: Iterable<number>): void {
    for (const token of tokens) {
      if (this.knownTree === null) this.tokens[token] = (this.tokens[token] ?? 0) + 1;
      remember(this.contexts, this.corpus, this.place, token);
    }
  }

  /** The memory of a document that is yet to be read. */
  startDocument(): DocumentMemory {
    return new DocumentMemory(this.contexts);
  }
}

/** A moment of a {@link DocumentMemory}, to be taken back to. */
export interface DocumentMark {
  readonly table: TableMark;
  readonly place: Float32Array;
}

/** What a document that is written in says, as far as it was read. */
export class DocumentMemory {
  readonly table = new ContextTable(documentLimits);
  private readonly place = new Float32Array(placeSize);

  constructor(private readonly contexts: Contexts) {}

  /** Reads on. */
  read(tokens: Iterable<number>): void {
    for (const token of tokens) remember(this.contexts, this.table, this.place, token);
  }

  /** What comes next doesn't follow what was read. */
  skip(): void {
    this.place.fill(0);
  }

  /** This moment, to be taken back to. */
  mark(): DocumentMark {
    return { table: this.table.mark(), place: this.place.slice() };
  }

  /** Makes it what it was. @throws RangeError where that was forgotten */
  takeBack({ table, place }: DocumentMark): void {
    this.table.takeBack(table);
    this.place.set(place);
  }

  /** Moments before this one will not be taken back to. */
  forgetBefore({ table }: DocumentMark): void {
    this.table.forgetBefore(table);
  }

  /** No moment until now will be taken back to. */
  forgetMarks(): void {
    this.table.forgetMarks();
  }
}

function remember(contexts: Contexts, table: ContextTable, place: Float32Array, token: number): void {
  contexts.read(place);
  for (const hash of contexts.hashes) table.add(hash, token);
  contexts.advance(place, token);
}
