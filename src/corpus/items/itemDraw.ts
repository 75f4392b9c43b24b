import type { ItemForm } from '../../model/itemForm';
import type { Part } from '../tokens/partPieces';
import { itemHash } from './itemHash';

/** How a document's items are drawn. */
export interface ItemDrawOptions {
  readonly form: ItemForm;
  /** Share that is held out. */
  readonly share: number;
  readonly seed: number;
  /** Draws by the items' text, so that an item stays on its side when others come or go. Else by their places. */
  readonly byText: boolean;
  /** Share of the training items that each round of an epoch reads: see weights.ts. */
  readonly rounds: readonly number[];
}

/** Kinds of hashes that are told apart: few enough to be no burden. */
const slots = 2 ** 20;

function mixed(hash: number, times: number): number {
  const once = Math.imul(hash ^ Math.imul(times, 0x9e3779b1), 0x85ebca6b);
  return Math.imul(once ^ (once >>> 13), 0xc2b2ae35) >>> 0;
}

/** Draws which items of a document are held out, and which of the others are read in a round. */
export class ItemDraw {
  private readonly hash = new Uint32Array(2);
  private readonly period: number;
  /** How many items with such a hash have come: equal ones are drawn each by itself, as the list has them. */
  private readonly earlier = new Uint8Array(slots);
  private index = 0;

  /** @param round Of an epoch, from 0; what is held out is drawn in the first alone, though the same in all. */
  constructor(
    private readonly options: ItemDrawOptions,
    private readonly round: number,
  ) {
    this.period = Math.max(2, Math.round(1 / options.share));
  }

  /** The side of the next item. */
  side(item: string): Part {
    const { seed, rounds } = this.options;
    itemHash(item, this.hash, seed);
    const [first = 0, second = 0] = this.hash;
    const index = this.index++;
    if (this.isHeldOut(first, index)) return this.round === 0 ? 'validation' : 'none';
    return second < (rounds[this.round] ?? 0) * 2 ** 32 ? 'training' : 'none';
  }

  private isHeldOut(hash: number, index: number): boolean {
    const { share, byText, seed } = this.options;
    if (byText) {
      const slot = hash % slots;
      const times = this.earlier[slot] ?? 0;
      this.earlier[slot] = times + 1;
      return (times === 0 ? hash : mixed(hash, times)) < share * 2 ** 32;
    }
    // One of every few in a row, so that some are held out however few there are.
    itemHash(String(Math.floor(index / this.period)), this.hash, seed);
    return index % this.period === (this.hash[0] ?? 0) % this.period;
  }
}
