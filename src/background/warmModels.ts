import { join } from 'node:path';
import { fileStamp } from '../base/fileStamp';
import { createTokenizer } from '../corpus/tokenizers/create';
import type { Tokenizer } from '../corpus/tokenizers/tokenizer';
import type { Engine, Predictor } from '../engine/engine';
import { Chooser } from '../generation/choices';
import { copyFile, readCopyIndex } from '../generation/copies/copyFile';
import type { CopyIndex } from '../generation/copies/copyIndex';
import { ReadDocuments } from '../generation/readDocuments';
import { PromptReader } from '../generation/promptReader';
import { Writer } from '../generation/writer';
import type { Memory } from '../memory/memory';
import { memoryFile, readMemory } from '../memory/memoryFile';
import { MixturePredictor } from '../memory/mixturePredictor';
import { type ItemForm, itemFormOf } from '../model/itemForm';
import { modelFiles, readModel } from '../model/modelFolder';

/** A model in memory, ready to write. */
export interface WarmModel {
  readonly writer: Writer;
  readonly chooser: Chooser;
  /** The LSTM alone. */
  readonly predictor: Predictor;
  /** What it remembers, where it has a memory... */
  readonly memory: Memory | null;
  /** ...and that at work. */
  readonly remembering: Remembering | null;
  readonly tokenizer: Tokenizer;
  /** How its text is made of items, if it is. */
  readonly items: ItemForm | null;
  /** The index of its corpus, where there is one. */
  readonly copies: CopyIndex | null;
}

/** A model's memory, at work. */
interface Remembering {
  readonly mixture: MixturePredictor;
  /** What is read along. */
  readonly documents: ReadDocuments;
}

interface Entry {
  /** Tells one save of the files from the next. */
  readonly stamp: string;
  readonly model: Promise<WarmModel>;
  /** Requests that are using it. */
  users: number;
}

/** The models used last, kept in memory. A model whose file has changed, as while it is trained, is read again. */
export class WarmModels {
  /** By folder, latest used last. */
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly engine: () => Promise<Engine>,
    private readonly capacity = 3,
    /** Told once a reading, in one sentence, of a part of a model that can't be used. */
    private readonly log: (line: string) => void = () => undefined,
  ) {}

  /** Lends the model of a folder to a task. @throws ModelError, EngineUnavailableError, or what the task throws. */
  async use<T>(folder: string, task: (model: WarmModel) => Promise<T>): Promise<T> {
    const entry = await this.borrow(folder);
    try {
      return await task(await entry.model);
    } finally {
      entry.users--;
      if (this.entries.get(folder) !== entry) release(entry);
    }
  }

  private async borrow(folder: string): Promise<Entry> {
    const stamp = await fileStamp([modelFiles.weights, memoryFile, copyFile].map((name) => join(folder, name)));
    const known = this.entries.get(folder);
    const current = known?.stamp === stamp ? known : undefined;
    if (known !== undefined) this.drop(folder, known);
    const entry = current ?? { stamp, model: this.load(folder), users: 0 };
    entry.users++;
    if (known !== undefined && known !== entry) release(known);
    this.keep(folder, entry);
    // One that can't be read isn't kept: the next request tries again.
    entry.model.catch(() => this.drop(folder, entry));
    return entry;
  }

  private keep(folder: string, entry: Entry): void {
    this.entries.set(folder, entry);
    for (const [oldest, each] of this.entries) {
      if (this.entries.size <= this.capacity) break;
      this.drop(oldest, each);
      release(each);
    }
  }

  private drop(folder: string, entry: Entry): void {
    if (this.entries.get(folder) === entry) this.entries.delete(folder);
  }

  private async load(folder: string): Promise<WarmModel> {
    const [model, engine, copies] = await Promise.all([readModel(folder), this.engine(), readCopyIndex(folder)]);
    const { description, parameters } = model;
    const tokenizer = createTokenizer(description.tokenizer);
    const items = itemFormOf(description.corpus.summary);
    const tell = (sentence: string) => this.log(`${description.name}: ${sentence}`);
    if (model.notice !== undefined) tell(model.notice);
    const memory = await readMemory(folder, tokenizer, tell);
    // Last, since nobody frees it where any of those fails.
    const predictor = engine.createPredictor(description.architecture, parameters);
    const remembering =
      memory === null
        ? null
        : {
            mixture: new MixturePredictor(predictor, memory, 'frozen'),
            documents: new ReadDocuments({ tokenizer, memory, items }),
          };
    const writing = remembering?.mixture ?? predictor;
    const reader = new PromptReader(writing);
    const writer = new Writer(tokenizer, writing, reader, items);
    const chooser = new Chooser(tokenizer, writing, reader, items);
    return { predictor, memory, remembering, tokenizer, items, copies, writer, chooser };
  }
}

/** Frees a model that is no longer kept, once nobody uses it. */
function release({ users, model }: Entry): void {
  if (users === 0) model.then(({ predictor }) => predictor.dispose()).catch(() => undefined);
}
