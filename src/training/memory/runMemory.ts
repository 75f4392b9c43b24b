import type { Corpus, TokenRange } from '../../corpus/corpus';
import type { Trainer } from '../../engine/engine';
import { pathOdds } from '../../memory/foretelling';
import { saveMemory } from '../../memory/memoryFile';
import type { SymbolTree } from '../../memory/symbolTree';
import type { MemoryQuality, Quality } from '../../model/description';
import type { Clock } from '../loop/clock';
import { type Excerpt, readLogits } from '../validation/evaluation';
import type { HeldOutText } from '../validation/heldOut';
import { CorpusReading } from './corpusReading';
import { fitMixers, type ForeseenText } from './fitting';

/** Held-out tokens that the mixing is fitted to at most, and where the run is cut short. */
const fitted = { most: 200_000, short: 50_000 };

/** Tokens of a text whose memory takes about a second at the end of a run. */
const longText = 500_000;

/** What a run's memory is fitted with. */
export interface FittingOptions {
  /** Has the best weights, and what they reach on the held-out text. */
  readonly trainer: Trainer;
  readonly best: Quality;
  /** Time steps of a batch. */
  readonly length: number;
  readonly isShort: boolean;
  /** Every few milliseconds; what it throws gives the fitting up. It may be begun again. */
  readonly pause: () => Promise<void>;
}

/** The memory of a run: it reads the training text beside the steps, is fitted once these are over, and saved with the model. */
export class RunMemory {
  private readonly reading: CorpusReading;
  private quality: MemoryQuality | null = null;

  constructor(
    private readonly corpus: Corpus,
    private readonly heldOut: HeldOutText,
    now: Clock,
  ) {
    this.reading = new CorpusReading(corpus, now);
  }

  /** Whether reading and fitting take so long that it is worth a word. */
  get takesAMoment(): boolean {
    return this.corpus.training.length + this.corpus.validation.length >= longText;
  }

  /** What it reaches together with the weights that it was fitted to; null as long as it wasn't. */
  get reached(): MemoryQuality | null {
    return this.quality;
  }

  /** A step took so many milliseconds. */
  beside(milliseconds: number): void {
    this.reading.beside(milliseconds);
  }

  /**
   * Reads the rest of the training text, and learns how far it is to be trusted beside these weights, from held-out text that
   * neither has seen.
   */
  async fit({ trainer, best, length, isShort, pause }: FittingOptions): Promise<void> {
    const { heldOut } = this;
    await this.reading.finish(isShort, pause);
    const { memory } = this.reading;
    const text = heldOut.excerptOf(isShort ? fitted.short : fitted.most);
    const foreseen = await foresee(trainer, text, length, memory.tree, pause);
    const {
      along,
      frozen,
      lstm,
      memory: alone,
    } = await fitMixers(memory, { ...foreseen, ...whereAbouts(this.corpus, heldOut, text) }, pause);
    // Of what has been scored, this may be a part only: what counts is by how much the one does better than the other.
    const natsOf = (nats: number) => Math.max(0, best.natsPerCharacter + (nats - lstm) * heldOut.tokensPerCharacter);
    this.quality = { natsPerCharacter: natsOf(along), frozen: natsOf(frozen), alone: natsOf(alone) };
  }

  /** Reads the held-out text, too, and isn't to be fitted any more: see {@link CorpusReading.readHeldOut}. */
  readHeldOut(isShort: boolean, pause: () => Promise<void>): Promise<void> {
    return this.reading.readHeldOut(isShort, pause);
  }

  /** Becomes the memory of a model. @throws StorageError */
  save(folder: string): Promise<void> {
    return saveMemory(folder, this.reading.memory);
  }
}

/** What a trainer foresees of a text, along the paths of a tree. */
async function foresee(
  trainer: Trainer,
  text: Excerpt,
  length: number,
  tree: SymbolTree,
  pause: () => Promise<void>,
): Promise<Pick<ForeseenText, 'tokens' | 'odds' | 'starts'>> {
  const tokens = new Uint16Array(text.length);
  text.read(0, tokens);
  const starts = new Uint32Array(text.length);
  let end = 0;
  tokens.forEach((token, at) => {
    starts[at] = end;
    end += tree.depths[token] ?? 0;
  });
  const odds = new Float32Array(end);
  const read = (at: number, logits: Float32Array) =>
    void pathOdds(tree, logits, tokens[at] ?? 0, odds, starts[at] ?? 0);
  if (text.length > 1) await readLogits(trainer, text, length, read, pause);
  return { tokens, odds, starts };
}

function whereAbouts(
  corpus: Corpus,
  heldOut: HeldOutText,
  text: Excerpt,
): Pick<ForeseenText, 'counts' | 'isTorn' | 'isItem'> {
  const { heldOutItemRanges: ranges = [] } = corpus;
  return {
    counts: heldOut.countsIn(text) ?? (() => true),
    isTorn: (at) => at > 0 && text.origin(at) !== text.origin(at - 1) + 1,
    isItem: (at) => isIn(ranges, text.origin(at)),
  };
}

function isIn(ranges: readonly TokenRange[], at: number): boolean {
  return ranges.some(({ start, end }) => at >= start && at < end);
}
