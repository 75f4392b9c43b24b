import type { ItemForm } from '../../model/itemForm';
import { itemHash } from './itemHash';

/** What becomes of an item: trained on, held out, or left out for now by its document's weight. */
export type ItemSide = 'training' | 'validation' | 'none';

/** How a document's items are drawn. */
export interface ItemDrawOptions {
  readonly form: ItemForm;
  /** Share that is held out. */
  readonly share: number;
  readonly seed: number;
  /** Draws by the items' text, so that equal ones are on one side: where most come but once. Else by their places. */
  readonly byText: boolean;
  /** Share of the training items that each round of an epoch reads: see weights.ts. */
  readonly rounds: readonly number[];
}

/** Draws which items of a document are held out, and which of the others are read in a round. */
export class ItemDraw {
  private readonly hash = new Uint32Array(2);
  private readonly period: number;
  private index = 0;

  /** @param round Of an epoch, from 0; what is held out is drawn in the first alone, though the same in all. */
  constructor(
    private readonly options: ItemDrawOptions,
    private readonly round: number,
  ) {
    this.period = Math.max(2, Math.round(1 / options.share));
  }

  /** The side of the next item. */
  side(item: string): ItemSide {
    const { seed, rounds } = this.options;
    itemHash(item, this.hash, seed);
    const [first = 0, second = 0] = this.hash;
    const index = this.index++;
    if (this.isHeldOut(first, index)) return this.round === 0 ? 'validation' : 'none';
    return second < (rounds[this.round] ?? 0) * 2 ** 32 ? 'training' : 'none';
  }

  private isHeldOut(hash: number, index: number): boolean {
    const { share, byText, seed } = this.options;
    if (byText) return hash < share * 2 ** 32;
    // One of every few in a row, so that some are held out however few there are.
    itemHash(String(Math.floor(index / this.period)), this.hash, seed);
    return index % this.period === (this.hash[0] ?? 0) % this.period;
  }
}
