import { Random } from '../model/model';
import { codePointCount, codePointOffset } from './tokenizers/codeUnits';

/** What of a document is trained on: its first characters. The rest is held out for validation. */
export interface Share {
  /** Code points from the start that are trained on: all, none, or all but a block at the end. */
  readonly training: number;
  /** Code points after them that are held out. */
  readonly validation: number;
}

/** Documents from this size on (code points) give their end; smaller ones are held out whole or not at all. */
const largeDocument = 20_000;

/** More held-out text than this (code points) would only make evaluation slow, whatever the share. */
const mostHeldOut = 4_000_000;

/**
 * Decides, before anything is cut into sequences, what is held out: the last `share` of each large document as one block,
 * and small documents whole, drawn by the seed, until they make up the same share. Where small documents are too few to
 * draw from, they give their ends like large ones.
 * @param sizes Code points of each document.
 */
export function split(sizes: readonly number[], share: number, seed: number): readonly Share[] {
  const total = sum(sizes);
  const wanted = Math.min(share, mostHeldOut / Math.max(1, total));
  const small = sizes.flatMap((size, index) => (size < largeDocument ? [index] : []));
  const drawn = small.length >= 4 / wanted ? draw(small, sizes, wanted, seed) : null;
  return sizes.map((size, index) => {
    if (drawn?.has(index)) return { training: 0, validation: size };
    if (drawn !== null && size < largeDocument) return { training: size, validation: 0 };
    const training = Math.floor(size * (1 - wanted));
    return { training, validation: size - training };
  });
}

/** Indices of small documents, in a seeded order, for as long as they fit into the share. */
function draw(small: readonly number[], sizes: readonly number[], share: number, seed: number): ReadonlySet<number> {
  const random = Random.seeded(seed, 'split');
  const order = [...small];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  let left = share * sum(small.map((index) => sizes[index] ?? 0));
  const drawn = new Set<number>();
  for (const index of order) {
    const size = sizes[index] ?? 0;
    if (size > left) continue;
    drawn.add(index);
    left -= size;
  }
  return drawn;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** A piece of text of one part of a document. */
export interface PartPiece {
  readonly part: 'training' | 'validation';
  readonly text: string;
  /** Code points. */
  readonly characters: number;
}

/** The pieces of a document, cut where its training part ends. */
export function* partPieces(pieces: Iterable<string>, share: Share): Generator<PartPiece, void, void> {
  let left = share.training;
  for (const text of pieces) {
    const characters = codePointCount(text);
    const training = Math.min(left, characters);
    const cut = codePointOffset(text, training);
    if (training > 0) yield { part: 'training', text: text.slice(0, cut), characters: training };
    if (training < characters) yield { part: 'validation', text: text.slice(cut), characters: characters - training };
    left -= training;
  }
}
