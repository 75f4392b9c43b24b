import { codePointCount, codePointOffset } from '../tokenizers/codeUnits';
import type { CharacterRange, DocumentSplit } from './split';

/** What becomes of a piece of a document: trained on, held out, or left out for now by its document's weight. */
export type Part = 'training' | 'validation' | 'none';

/** A piece of text of one part of a document. */
export interface PartPiece {
  readonly part: Part;
  readonly text: string;
  /** Code points. */
  readonly characters: number;
}

/** How much of a document is read. */
export interface PartOptions {
  /** Code points that are trained on at most, from the document's start; left out: all. */
  readonly most?: number;
  /** It has been read before: nothing is held out again, and it isn't read any further than it has to be. */
  readonly isAgain?: boolean;
}

/** The pieces of a document, cut where what is held out of it begins and ends. The same wherever its text comes in pieces. */
export function* partPieces(
  pieces: Iterable<string>,
  { heldOut }: DocumentSplit,
  { most = Infinity, isAgain = false }: PartOptions = {},
): Generator<PartPiece, void, void> {
  let left = most;
  for (const { text, isHeldOut } of cutPieces(pieces, heldOut)) {
    const characters = codePointCount(text);
    if (isHeldOut) {
      yield { part: isAgain ? 'none' : 'validation', text, characters };
      continue;
    }
    const trained = Math.min(left, characters);
    left -= trained;
    const end = trained === characters ? text.length : codePointOffset(text, trained);
    if (trained > 0) yield { part: 'training', text: text.slice(0, end), characters: trained };
    if (trained < characters) yield { part: 'none', text: text.slice(end), characters: characters - trained };
    if (isAgain && left === 0) return;
  }
}

/** A place where a document is cut: so many code points from its start, or up to so many code units later. */
interface Cut {
  readonly place: number;
  readonly leeway: number;
}

/** A block begins and ends where a paragraph or a line does, if one does within so many code units. */
const longestMove = 400;

function cutsOf(ranges: readonly CharacterRange[]): readonly Cut[] {
  return ranges.flatMap(({ start, end }) => {
    const leeway = end === Infinity ? 0 : Math.min(longestMove, Math.floor((end - start) / 4));
    return [
      { place: start, leeway },
      { place: end, leeway },
    ];
  });
}

/** Text between two cuts, or a piece of it. */
interface CutPiece {
  readonly text: string;
  readonly isHeldOut: boolean;
}

function* cutPieces(pieces: Iterable<string>, ranges: readonly CharacterRange[]): Generator<CutPiece, void, void> {
  const cuts = cutsOf(ranges);
  let next = 0;
  /** Code points before `rest`, which waits for the text in which its cut is looked for. */
  let before = 0;
  let rest = '';
  const isHeldOut = () => next % 2 === 1;
  const cutUp = function* (isLast: boolean): Generator<CutPiece, void, void> {
    let characters = codePointCount(rest);
    for (let cut = cuts[next]; cut !== undefined && cut.place < before + characters; cut = cuts[next]) {
      const ahead = Math.max(0, cut.place - before);
      const from = characters === rest.length ? ahead : codePointOffset(rest, ahead);
      if (!isLast && from + cut.leeway > rest.length) return;
      const text = rest.slice(0, lineEndAfter(rest, from, cut.leeway));
      if (text !== '') yield { text, isHeldOut: isHeldOut() };
      next++;
      rest = rest.slice(text.length);
      const taken = characters === rest.length + text.length ? text.length : codePointCount(text);
      before += taken;
      characters -= taken;
    }
    if (rest !== '') yield { text: rest, isHeldOut: isHeldOut() };
    before += characters;
    rest = '';
  };
  for (const piece of pieces) {
    rest += piece;
    yield* cutUp(false);
  }
  yield* cutUp(true);
}

/** Marks, and vowels and consonants that end a Hangul syllable: all that is composed with what stands before it. */
const marks = /^[\p{M}\u1160-\u11ff]+/u;

/**
 * Where a paragraph ends within `leeway` code units after a place, else where a line does, else the place itself; though a
 * letter stays with its marks, so that they can be composed.
 */
function lineEndAfter(text: string, place: number, leeway: number): number {
  const window = text.slice(place, place + leeway);
  for (const end of ['\n\n', '\n']) {
    const found = window.indexOf(end);
    if (found >= 0) return place + found + end.length;
  }
  return place + (marks.exec(window)?.[0].length ?? 0);
}
