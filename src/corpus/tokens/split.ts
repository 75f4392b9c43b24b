import { Random } from '../../model/model';
import { codePointCount, codePointOffset } from '../tokenizers/codeUnits';

/** A document to be split. */
export interface Sized {
  readonly name: string;
  /** Code points. */
  readonly characters: number;
}

/** What of a document is trained on: its first characters. The rest is held out for validation. */
export interface DocumentSplit {
  /** Code points from the start that are trained on: all, none, or all but a block at the end. */
  readonly training: number;
  /** Code points after them that are neither trained on nor held out; Infinity for all. Left out: none. */
  readonly skipped?: number;
  /** Code points after them that are held out. */
  readonly validation: number;
}

/** Documents from this size on (code points) give their end; smaller ones are held out whole or not at all. */
const largeDocument = 20_000;

/** So many times the share's worth of small documents, at least, are drawn from: else the draw would miss it by far. */
const fewestToDrawFrom = 4;

/** More held-out text than this (code points) would only make evaluation slow, whatever the share. */
const mostHeldOut = 4_000_000;

/** The share of a text of so many code points that is held out where this share is wished for. */
export function heldOutShare(characters: number, wished: number): number {
  return Math.min(wished, mostHeldOut / Math.max(1, characters));
}

/**
 * Decides, before anything is cut into sequences, what is held out: the last `share` of each large document as one block,
 * and small documents whole, drawn by the seed, until they make up the same share. Where small documents are too few to
 * draw from, they give their ends like large ones.
 */
export function split(documents: readonly Sized[], share: number, seed: number): readonly DocumentSplit[] {
  const wanted = heldOutShare(charactersOf(documents), share);
  const small = documents.filter(isSmall);
  const drawn = small.length >= fewestToDrawFrom / wanted ? draw(small, wanted, seed) : null;
  return documents.map((document) => {
    const { characters } = document;
    if (drawn?.has(document)) return { training: 0, validation: characters };
    if (drawn !== null && isSmall(document)) return { training: characters, validation: 0 };
    const training = Math.floor(characters * (1 - wanted));
    return { training, validation: characters - training };
  });
}

/**
 * Documents in an order drawn by the seed, for as long as they fit into the share. A document's place in the order depends on
 * its name alone, so that hardly any changes sides when others come or go.
 */
function draw(documents: readonly Sized[], share: number, seed: number): ReadonlySet<Sized> {
  const order = documents
    .map((document) => ({ document, place: Random.seeded(seed, document.name).uint32() }))
    .sort((a, b) => a.place - b.place || (a.document.name < b.document.name ? -1 : 1));
  let left = share * charactersOf(documents);
  const drawn = new Set<Sized>();
  for (const { document } of order) {
    if (document.characters > left) continue;
    drawn.add(document);
    left -= document.characters;
  }
  return drawn;
}

/** Whether a document is held out, or drawn by its weight, whole or not at all. */
export function isSmall({ characters }: Sized): boolean {
  return characters < largeDocument;
}

function charactersOf(documents: readonly Sized[]): number {
  return documents.reduce((total, { characters }) => total + characters, 0);
}

/** A piece of text of one part of a document. */
export interface PartPiece {
  readonly part: 'training' | 'validation';
  readonly text: string;
  /** Code points. */
  readonly characters: number;
}

/** The pieces of a document, cut where its training part ends. Reads no further than it has to. */
export function* partPieces(pieces: Iterable<string>, share: DocumentSplit): Generator<PartPiece, void, void> {
  let training = share.training;
  let skipped = share.skipped ?? 0;
  for (const text of pieces) {
    const characters = codePointCount(text);
    const trained = Math.min(training, characters);
    const left = Math.min(skipped, characters - trained);
    const cut = codePointOffset(text, trained);
    if (trained > 0) yield { part: 'training', text: text.slice(0, cut), characters: trained };
    if (trained + left < characters) {
      const rest = codePointOffset(text, trained + left);
      yield { part: 'validation', text: text.slice(rest), characters: characters - trained - left };
    }
    training -= trained;
    skipped -= left;
    if (training === 0 && skipped === Infinity) return;
  }
}
