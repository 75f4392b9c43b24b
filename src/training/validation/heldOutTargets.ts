import { yieldToOthers } from '../../base/yielding';
import type { Corpus, TokenRange, TokenSequence } from '../../corpus/corpus';
import { endOfDocument } from '../../corpus/tokenizers/tokenizer';

/** Which tokens of the held-out text its score is made of. */
export interface HeldOutTargets {
  /** By position, 1 for each that counts; null where all do. */
  readonly counts: Uint8Array | null;
  /** Tokens that the text's characters make: the ends of items are no characters. */
  readonly textTokens: number;
  /** Passages, or items, of the held-out text. */
  readonly passages: number;
  /** Those of them that stand in the training text too. */
  readonly copied: number;
}

/** All of it. */
export function everyTarget({ validation }: Pick<Corpus, 'validation'>): HeldOutTargets {
  return { counts: null, textTokens: validation.length - 1, passages: 0, copied: 0 };
}

/** A passage that stands elsewhere too is told by so many characters: hardly any two people write the same. */
const passageCharacters = 100;

/** Where copies leave less than this share of the held-out text, all of it counts: there is nothing else to score. */
const leastLeft = 0.1;

/** After so many tokens, a model knows again what it reads. */
const tornTokens = 16;

/** Copies up to this share of the held-out text aren't worth a word: any longer text repeats itself here and there. */
const mostUntold = 0.05;

/** Ids read at a time, and training ids that are looked through at most: a few seconds. */
const block = 65_536;
const mostSearched = 2 ** 28;

/**
 * Finds out which held-out tokens count: not the ends of items, which stand for nothing in the text, and no passage of so many
 * characters that the training text has too, since knowing it by heart is no measure. Whole items that come again are told
 * alone.
 */
export async function heldOutTargets(corpus: Corpus): Promise<HeldOutTargets> {
  const { validation, itemRanges, training } = corpus;
  const tokens = new Uint16Array(validation.length);
  validation.read(0, tokens);
  const isList = itemRanges !== undefined;
  const textTokens = isList
    ? tokens.reduce((sum, token) => sum + (token === endOfDocument ? 0 : 1), 0)
    : tokens.length - 1;
  const passages = isList ? itemsOf(tokens) : piecesOf(tokens, corpus);
  const copied = await (isList
    ? copiedItems(tokens, passages, training, itemRanges)
    : copiedPieces(tokens, passages, training));
  const told = { textTokens, passages: passages.length, copied: copied.reduce((sum, is) => sum + is, 0) };
  const counts = new Uint8Array(tokens.length).fill(1);
  if (isList) {
    // Lines of a list that come again are as likely in any text like it: they count.
    tokens.forEach((token, at) => (counts[at] = token === endOfDocument ? 0 : 1));
    return { counts, ...told };
  }
  leaveOutTornStarts(counts, tokens, corpus);
  const all = counts.slice();
  passages.forEach(({ start, end }, index) => copied[index] === 1 && counts.fill(0, start, end));
  const left = counts.reduce((sum, counted) => sum + counted, 0) / Math.max(1, textTokens);
  return { counts: left < leastLeft ? all : counts, ...told };
}

/** The end of a document that is trained on starts anywhere, and not as documents do: its first tokens are no measure. */
function leaveOutTornStarts(counts: Uint8Array, tokens: Uint16Array, { documents }: Corpus): void {
  let start = 0;
  for (const { characters, heldOut } of documents) {
    if (heldOut === 0 || start < 0) continue;
    if (heldOut < characters) counts.fill(0, start, Math.min(start + 1 + tornTokens, tokens.length));
    start = tokens.indexOf(endOfDocument, start + 1);
  }
}

/** What is to be said of copies among the held-out text, one sentence; null where there are hardly any. */
export function copiesNote({ passages, copied }: HeldOutTargets, isList: boolean): string | null {
  if (copied <= mostUntold * passages) return null;
  const what = isList ? 'items' : 'passages';
  const share = `${copied.toLocaleString('en')} of ${passages.toLocaleString('en')} unseen ${what}`;
  const isAll = copied / passages > 1 - leastLeft;
  if (isAll)
    return `${share} stand in the training text too: the score says little about text that is new to the model.`;
  return isList
    ? `${share} stand in the training text too, since the list has them more than once.`
    : `${share} stand in the training text too and don't count.`;
}

function piecesOf(tokens: Uint16Array, { validationCharacters }: Corpus): readonly TokenRange[] {
  const length = Math.max(8, Math.round((passageCharacters * tokens.length) / Math.max(1, validationCharacters)));
  const count = Math.floor((tokens.length - 1) / length);
  return Array.from({ length: count }, (_, index) => ({ start: 1 + index * length, end: 1 + (index + 1) * length }));
}

function itemsOf(tokens: Uint16Array): readonly TokenRange[] {
  const items: TokenRange[] = [];
  for (let start = 0; start < tokens.length;) {
    const next = tokens.indexOf(endOfDocument, start + 1);
    const end = next < 0 ? tokens.length : next;
    items.push({ start: start + 1, end });
    start = end;
  }
  return items;
}

/** Two hashes of a run of tokens, the second with 21 bits, as one number. */
function pairOf(first: number, second: number): number {
  return (first >>> 0) * 2 ** 21 + (second >>> 11);
}

const bases = [0x01000193, 0x2c1b3c6d] as const;

function hashOf(tokens: Uint16Array, { start, end }: TokenRange): number {
  let [first, second] = [0, 0];
  for (let i = start; i < end; i++) {
    const token = (tokens[i] ?? 0) + 1;
    first = (Math.imul(first, bases[0]) + token) | 0;
    second = (Math.imul(second, bases[1]) + token) | 0;
  }
  return pairOf(first, second);
}

function byHash(tokens: Uint16Array, passages: readonly TokenRange[]): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  passages.forEach((passage, index) => {
    const hash = hashOf(tokens, passage);
    const known = places.get(hash);
    if (known === undefined) places.set(hash, [index]);
    else known.push(index);
  });
  return places;
}

async function copiedItems(
  tokens: Uint16Array,
  passages: readonly TokenRange[],
  training: TokenSequence,
  ranges: readonly TokenRange[],
): Promise<Uint8Array> {
  const places = byHash(tokens, passages);
  const copied = new Uint8Array(passages.length);
  for (const range of ranges) {
    let [first, second] = [0, 0];
    const mark = () => {
      for (const index of places.get(pairOf(first, second)) ?? []) copied[index] = 1;
      first = second = 0;
    };
    for await (const ids of blocksOf(training, range)) {
      for (const id of ids) {
        if (id === endOfDocument) {
          mark();
          continue;
        }
        first = (Math.imul(first, bases[0]) + id + 1) | 0;
        second = (Math.imul(second, bases[1]) + id + 1) | 0;
      }
    }
    mark();
  }
  return copied;
}

/** Looks for pieces, all of one length, wherever they may begin (a rolling hash: Karp and Rabin, 1987). */
async function copiedPieces(
  tokens: Uint16Array,
  pieces: readonly TokenRange[],
  training: TokenSequence,
): Promise<Uint8Array> {
  const copied = new Uint8Array(pieces.length);
  const [piece] = pieces;
  if (piece === undefined) return copied;
  const places = byHash(tokens, pieces);
  const length = piece.end - piece.start;
  const sieve = new Uint8Array(2 ** 16);
  for (const hash of places.keys()) sieve[Math.floor(hash / 2 ** 21) & 0xffff] = 1;
  const leaving = bases.map((base) => Array.from({ length }).reduce<number>((power) => Math.imul(power, base), 1));
  const [leavingFirst = 0, leavingSecond = 0] = leaving;
  const ring = new Uint32Array(length);
  let [first, second, read] = [0, 0, 0];
  for await (const ids of blocksOf(training, { start: 0, end: Math.min(training.length, mostSearched) })) {
    for (const id of ids) {
      const slot = read % length;
      const left = ring[slot] ?? 0;
      ring[slot] = id + 1;
      first = (Math.imul(first, bases[0]) + id + 1 - Math.imul(left, leavingFirst)) | 0;
      second = (Math.imul(second, bases[1]) + id + 1 - Math.imul(left, leavingSecond)) | 0;
      read++;
      if (sieve[first & 0xffff] !== 1) continue;
      for (const index of places.get(pairOf(first, second)) ?? []) copied[index] = 1;
    }
  }
  return copied;
}

/** Lets other work of this thread go first after each block. */
async function* blocksOf(sequence: TokenSequence, { start, end }: TokenRange): AsyncGenerator<Uint16Array, void, void> {
  const room = new Uint16Array(Math.min(block, end - start));
  for (let offset = start; offset < end; offset += room.length) {
    const ids = room.subarray(0, Math.min(room.length, end - offset));
    sequence.read(offset, ids);
    yield ids;
    await yieldToOthers();
  }
}
