/**
 * corpus/items/: lists and records: whether a text is made of items, where each of them ends, which are held out, and how they
 * are told apart.
 */
import type { DocumentsChoice, ItemForm } from '../../model/itemForm';
import { isCode } from '../select/names';
import { type LineSigns, LineStatistics } from './lineStatistics';
import { RecordStarts } from './recordStarts';

/** How a document's text is laid out: what may be one text of its own each. */
export interface Layout {
  /** Lines with something on them. */
  readonly lines: number;
  /** Blocks by {@link separator}. */
  readonly blocks: number;
  /** The line that stands between its blocks; empty for a blank line. */
  readonly separator: string;
  /** What each block begins with, where they follow each other without a line between them. */
  readonly start?: string;
  /** What it is made of, by all that its text tells; `file` for what is one text. */
  readonly found: 'file' | 'lines' | 'blocks';
  /** Most of its lines, and of its blocks, come but once. */
  readonly distinct: { readonly lines: boolean; readonly blocks: boolean };
}

/** The form of a document's items by a choice; null where the document is one text. */
export function formOf(layout: Layout, choice: DocumentsChoice): ItemForm | null {
  const unit = choice === 'auto' ? layout.found : choice;
  switch (unit) {
    case 'file':
    case 'files':
      return null;
    case 'lines':
      return layout.lines < 2 ? null : { unit: 'lines' };
    case 'blocks':
      if (layout.blocks < 2) return null;
      return {
        unit: 'blocks',
        separator: layout.separator,
        ...(layout.start !== undefined && { start: layout.start }),
      };
    default:
      return unit satisfies never;
  }
}

/** Lines that are looked at closely; of the others it is only counted how many there are. */
const sampledLines = 20_000;

/** Fewer lines, or blocks, than this make no list. */
const fewestLines = 50;
const fewestBlocks = 20;

/** Blocks without a mark are items only where there are so many, all with as many lines. */
const fewestAlike = 100;

/** Items most of which come but once: at least in this share there are different ones. */
const mostlyOnce = 0.7;

/** Blocks longer than this on average, code units, are parts of a whole: scenes, chapters. */
const longestBlock = 1500;

/** A line that can only be there to separate. */
const longestSeparator = 80;
const mayBegin = new Set(Array.from('-=*~#%<', (mark) => mark.charCodeAt(0)));
const separatorLine = /^(?:-{3,}|={3,}|\*{3,}|~{3,}|#{3,}|%|<\|endoftext\|>|<\|startoftext\|>)$/;

/** Endings of lists and tune books that aren't those of prose. */
const listEndings = new Set(['abc', 'list', 'lst', 'names', 'dic', 'words', 'jsonl', 'ndjson', 'dat', 'data']);

/** Learns the layout of one document from its text, piece by piece. */
export class LayoutFinder {
  private readonly mayBeList: boolean;
  private readonly statistics: LineStatistics;
  private readonly blocks = new BlockStatistics();
  private readonly separators = new Map<string, number>();
  private readonly records: RecordStarts;
  private rest = '';
  private lines = 0;
  private runs = 0;
  private inBlock = false;
  private units = 0;

  constructor(private readonly language: string) {
    this.mayBeList = language !== 'log' && (!isCode(language) || listEndings.has(language));
    this.records = new RecordStarts(language);
    this.statistics = new LineStatistics(language === 'csv' ? ',' : language === 'tsv' ? '\t' : null);
  }

  add(piece: string): void {
    const text = this.rest + piece;
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.take(text, start, end);
      start = end + 1;
    }
    this.rest = text.slice(start);
  }

  finish(): Layout {
    if (this.rest !== '') this.take(this.rest, 0, this.rest.length);
    this.rest = '';
    const [separator = '', marks = 0] = [...this.separators].sort((a, b) => b[1] - a[1])[0] ?? [];
    const signs = this.statistics.signs;
    const isMarked = this.isMarked(separator, marks);
    const distinct = { lines: signs.distinct >= mostlyOnce, blocks: this.blocks.distinct >= mostlyOnce };
    const byBlank = { lines: this.lines, blocks: this.runs, separator: '', distinct };
    if (isMarked) return { ...byBlank, blocks: marks + 1, separator, found: this.mayBeList ? 'blocks' : 'file' };
    if (!this.mayBeList) return { ...byBlank, found: 'file' };
    const { start, count } = this.records.finish(signs, this.runs);
    if (start !== null) return { ...byBlank, blocks: count, start, found: 'blocks' };
    if (isList(signs, this.language)) return { ...byBlank, found: 'lines' };
    return { ...byBlank, found: areRecords(signs, this.blocks, this.language) ? 'blocks' : 'file' };
  }

  private take(text: string, start: number, end: number): void {
    this.units += end - start + 1;
    if (this.mayBeList && this.lines < sampledLines) {
      const line = text.slice(start, end);
      this.statistics.add(line);
      this.blocks.add(line.trimEnd());
      this.records.add(line);
      this.count(line.trim() === '');
    } else {
      this.records.addUnseen(text, start, end);
      this.count(start === end);
    }
    if (end - start > longestSeparator || !mayBegin.has(text.charCodeAt(start))) return;
    const line = text.slice(start, end).trimEnd();
    if (separatorLine.test(line) && (this.separators.has(line) || this.separators.size < 64)) {
      this.separators.set(line, (this.separators.get(line) ?? 0) + 1);
    }
  }

  private count(isBlank: boolean): void {
    if (!isBlank) this.lines++;
    if (!isBlank && !this.inBlock) this.runs++;
    this.inBlock = !isBlank;
  }

  /** Whether lines like this separate the parts of the document that are texts of their own. */
  private isMarked(separator: string, marks: number): boolean {
    if (separator.startsWith('<|')) return marks >= 2;
    const fewest = separator.startsWith('%') ? fewestBlocks : 2 * fewestBlocks;
    return marks >= fewest && this.units / marks <= longestBlock;
  }
}

/** Whether lines are items: many, short, alike, and nothing that tells of an order. */
function isList(signs: LineSigns, language: string): boolean {
  const { lines, blank, length, long, indented, timed, spoken, headed, distinct } = signs;
  if (lines < fewestLines || distinct < 0.5 || timed > 0.2) return false;
  if (signs.json > 0.95) return true;
  if (language === 'csv' || language === 'tsv') return signs.table > 0.95 && length <= 400;
  const isSpaced = blank > 0.48 && blank < 0.52;
  if (blank > 0.03 && !isSpaced) return false;
  if (length > 140 || long > 0.02 || indented > 0.05 || headed > 0.03) return false;
  return spoken < 0.5 && isApart(signs);
}

/** Whether no line seems to go on in the next. */
function isApart({ length, alike, open, closed, several, code, small }: LineSigns): boolean {
  if (open > 0.12 || code > 0.2) return false;
  // Sentences one a line are a list where they are all of a size, as verses of four lines in one, or all short and alone.
  if (closed > 0.4) return closed > 0.9 && (alike > 0.8 || (length <= 40 && several < 0.1));
  // As many signs a line as there is room for: text that was wrapped, or a sequence.
  if (length > 30 && alike > 0.6) return false;
  return length < 22 || small < 0.1 || small > 0.9;
}

/** Whether blocks between blank lines are items: all begin with one mark, or all are of as many short lines. */
function areRecords({ timed, indented, spoken }: LineSigns, blocks: BlockStatistics, language: string): boolean {
  if (timed > 0.2 || indented > 0.3) return false;
  const fewest = language === 'abc' ? 3 : fewestBlocks;
  if (blocks.count >= fewest && blocks.marked > 0.8) return true;
  return blocks.count >= fewestAlike && blocks.alike > 0.95 && blocks.lineLength <= 80 && spoken < 0.5;
}

/** Counts what blocks between blank lines have in common. */
class BlockStatistics {
  count = 0;
  private readonly marks = new Map<string, number>();
  private readonly sizes = new Map<number, number>();
  private readonly firstLines = new Set<string>();
  private size = 0;
  private lines = 0;
  private units = 0;

  /** @param line Without blanks at its end; empty between blocks. */
  add(line: string): void {
    if (line === '') {
      this.close();
      return;
    }
    if (this.size++ === 0) {
      this.count++;
      if (this.firstLines.size < sampledLines) this.firstLines.add(line);
      const mark = /^([\p{L}_][\p{L}\p{N}_ -]{0,20}[:=])/u.exec(line)?.[1];
      if (mark !== undefined && this.marks.size < 1000) this.marks.set(mark, (this.marks.get(mark) ?? 0) + 1);
    }
    this.lines++;
    this.units += line.length;
  }

  /** Share of blocks of more than a line that begin with the commonest mark: "X:", "Title:". */
  get marked(): number {
    const single = this.sizes.get(1) ?? 0;
    if (2 * single > this.count) return 0;
    return Math.max(0, ...this.marks.values()) / Math.max(1, this.count);
  }

  /** Share of blocks that have as many lines as most, two to fourteen. */
  get alike(): number {
    this.close();
    const likely = [...this.sizes].filter(([size]) => size >= 2 && size <= 14).map(([, count]) => count);
    return Math.max(0, ...likely) / Math.max(1, this.count);
  }

  get lineLength(): number {
    return this.units / Math.max(1, this.lines);
  }

  /** Share of blocks that begin unlike any other. */
  get distinct(): number {
    return this.firstLines.size / Math.max(1, this.count);
  }

  private close(): void {
    if (this.size > 0) this.sizes.set(this.size, (this.sizes.get(this.size) ?? 0) + 1);
    this.size = 0;
  }
}
