import type { Insertion } from './insertionPoints';

/** A part of a document that Textloom wrote. Offsets are UTF-16 units. */
export interface WrittenRange {
  readonly start: number;
  readonly text: string;
  /** Texts that were written at once have the same. */
  readonly writing: number;
}

/** Whose a change of a document is. To undo or redo is the user's, but edits nothing: what was Textloom's stays so. */
export type ChangeOrigin = 'user' | 'undo' | 'textloom';

/** A text of Textloom's that has gone. */
interface Gone {
  readonly text: string;
  /** Where it stood in what was deleted... */
  readonly at: number;
  /** ...and the length of that: an undo brings back no more and no less. */
  readonly deleted: number;
}

/** Texts that are remembered once they have gone, since an undo may bring them back. */
const mostGone = 64;

/**
 * What Textloom wrote of a document, followed through edits. A range that the user edits inside is the user's from then on.
 */
export class WrittenRanges {
  /** Ascending. */
  private known: readonly WrittenRange[] = [];
  /** Latest last. */
  private gone: Gone[] = [];
  private writings = 0;

  get ranges(): readonly WrittenRange[] {
    return this.known;
  }

  /** The next text of Textloom's is another than the last one. */
  startWriting(): void {
    this.writings++;
  }

  /** The document has changed. @param changes all in the document as it was before, none over another */
  change(changes: readonly Insertion[], origin: ChangeOrigin): void {
    const ordered = [...changes].sort((one, other) => one.offset - other.offset);
    const moved = this.known.flatMap((range) => this.pieces(range, ordered, origin));
    let shift = 0;
    const added: WrittenRange[] = [];
    for (const { offset, replaced, text } of ordered) {
      if (origin === 'textloom' && text !== '') added.push({ start: offset + shift, text, writing: this.writings });
      if (origin === 'undo') added.push(...this.broughtBack(offset + shift, text));
      shift += text.length - replaced;
    }
    this.known = joined([...moved, ...added].sort((one, other) => one.start - other.start));
  }

  /** What is left of a range. */
  private pieces(range: WrittenRange, changes: readonly Insertion[], origin: ChangeOrigin): readonly WrittenRange[] {
    const { start, text, writing } = range;
    const end = start + text.length;
    let shift = 0;
    let from = start;
    const pieces: WrittenRange[] = [];
    for (const { offset, replaced, text: inserted } of changes) {
      const cutsOut = offset < end && offset + replaced > start;
      const goesInside = replaced === 0 && offset > start && offset < end;
      if (cutsOut || goesInside) {
        const isGone = offset <= start && offset + replaced >= end;
        if (origin === 'user' && !isGone) return [];
        const buried = text.slice(Math.max(0, offset - start), Math.max(0, offset + replaced - start));
        this.bury({ text: buried, at: Math.max(0, start - offset), deleted: replaced });
        if (offset > from) {
          pieces.push({ start: from + shift, text: text.slice(from - start, offset - start), writing });
        }
        from = offset + replaced;
      }
      if (offset + replaced <= from || cutsOut) shift += inserted.length - replaced;
    }
    if (from < end) pieces.push({ start: from + shift, text: text.slice(from - start), writing });
    return pieces;
  }

  private bury(one: Gone): void {
    if (one.text === '') return;
    const isOther = ({ text, at, deleted }: Gone) => text !== one.text || at !== one.at || deleted !== one.deleted;
    this.gone = [...this.gone.filter(isOther), one].slice(-mostGone);
  }

  /** What of a text that an undo or redo has put somewhere was Textloom's when it went. */
  private broughtBack(start: number, text: string): readonly WrittenRange[] {
    const found: WrittenRange[] = [];
    for (const gone of this.gone.toReversed()) {
      if (gone.deleted !== text.length || !text.startsWith(gone.text, gone.at)) continue;
      const from = start + gone.at;
      const end = from + gone.text.length;
      if (found.some((other) => from < endOf(other) && end > other.start)) continue;
      found.push({ start: from, text: gone.text, writing: ++this.writings });
    }
    return found;
  }
}

function endOf({ start, text }: WrittenRange): number {
  return start + text.length;
}

/** Pieces of one writing that follow each other, as one. */
function joined(ranges: readonly WrittenRange[]): readonly WrittenRange[] {
  const all: WrittenRange[] = [];
  for (const range of ranges) {
    const last = all.at(-1);
    if (last?.writing === range.writing && endOf(last) === range.start) {
      all[all.length - 1] = { ...last, text: last.text + range.text };
    } else {
      all.push(range);
    }
  }
  return all;
}
