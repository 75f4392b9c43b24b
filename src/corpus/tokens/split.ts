import { Random } from '../../model/model';

/** A document to be split. */
export interface Sized {
  readonly name: string;
  /** Code points. */
  readonly characters: number;
}

/** Code points of a document, from `start` up to `end`. */
export interface CharacterRange {
  readonly start: number;
  readonly end: number;
}

/** What of a document is held out for validation. All else is trained on. */
export interface DocumentSplit {
  /** In order, apart from each other; empty where nothing is held out. Ends of lines nearby have them begin and end a little later. */
  readonly heldOut: readonly CharacterRange[];
}

/** Held out as a whole. */
const whole: DocumentSplit = { heldOut: [{ start: 0, end: Infinity }] };

/** Documents from this size on (code points) give blocks of their text; smaller ones are held out whole or not at all. */
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
 * Decides, before anything is cut into sequences, what is held out: blocks that are spread over each large document, so
 * that all of its parts are trained on and its end always is, and small documents whole, drawn by the seed, until they make up
 * the same share. Where small documents are too few to draw from, each gives one block.
 */
export function split(documents: readonly Sized[], share: number, seed: number): readonly DocumentSplit[] {
  const wanted = heldOutShare(charactersOf(documents), share);
  const small = documents.filter(isSmall);
  const drawn = small.length >= fewestToDrawFrom / wanted ? draw(small, wanted, seed) : null;
  return documents.map((document) => {
    if (drawn?.has(document)) return whole;
    if (drawn !== null && isSmall(document)) return { heldOut: [] };
    const { characters } = document;
    return { heldOut: isSmall(document) ? [blockOf(characters, wanted)] : blocksOf(characters, wanted) };
  });
}

/**
 * Blocks in the middle of stretches of the document, each of which is twice as long as the one before. So most of what is held
 * out are long blocks, whose names and turns aren't known from the text around them, as they won't be in what is
 * written next; and text that is added at the end moves none of them, so that what a model has been trained on isn't held out when it
 * is trained further.
 */
function blocksOf(characters: number, share: number): readonly CharacterRange[] {
  const blocks: CharacterRange[] = [];
  for (let [from, to] = [0, largeDocument]; ; [from, to] = [to, 2 * to]) {
    const length = Math.round((to - from) * share);
    const start = Math.floor((from + to - length) / 2);
    // Something that is trained on follows the last one, wherever the end of a line has its own end come.
    if (from > 0 && start + 1.5 * length > characters) return blocks;
    blocks.push({ start, end: start + length });
  }
}

/** A block in a small document, at a place that doesn't change as it grows a little. */
function blockOf(characters: number, share: number): CharacterRange {
  const start = Math.floor(2 ** Math.floor(Math.log2(characters)) / 4);
  return { start, end: start + characters - Math.floor(characters * (1 - share)) };
}

/** Code points of a document that are trained on. */
export function trainedCharacters({ characters }: Sized, { heldOut }: DocumentSplit): number {
  return heldOut.reduce((left, { start, end }) => left - (Math.min(end, characters) - start), characters);
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
