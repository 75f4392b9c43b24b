import type { LineSigns } from './lineStatistics';

/** Fewer records than this are no list of them; of tunes, fewer will do. */
const fewestRecords = 20;
const fewestTunes = 3;

/** Keys that records have: a few, or they are words of a text. */
const fewestKeys = 3;
const mostKeys = 40;

/** Lines of a record, on average, at most. */
const longestRecord = 60;

/** So many times as many records as blocks between blank lines: these don't keep them apart. */
const moreThanBlocks = 1.2;

/** Records that follow each other with no line between them, and what each begins with; null where there are none. */
export interface FoundRecords {
  readonly start: string | null;
  /** Records, where a blank line ends one too. */
  readonly count: number;
}

/**
 * Tells records by their first lines: tunes ("X:"), sequences (">"), and forms, whose lines are keys and values, each key
 * once. What a few people say looks like the latter, but each of them says more than one thing between two of another.
 */
export class RecordStarts {
  /** What the first line begins with that may begin a record; undefined before it has come, null for nothing. */
  private start: string | null | undefined;
  private count = 0;
  private starts = 0;
  private lines = 0;
  private inBlock = false;
  private follows = false;
  /** Starts right after a start. */
  private empty = 0;
  /** With the record in which each stood last. */
  private readonly keys = new Map<string, number>();
  private keyed = 0;
  /** Keys that their record has had already. */
  private repeated = 0;

  constructor(private readonly language: string) {
    if (language === 'abc') this.start = 'X:';
  }

  /** A line that is looked at closely. */
  add(line: string): void {
    if (line.trim() === '') {
      this.inBlock = false;
      this.follows = false;
      return;
    }
    this.start ??= this.start === null ? null : (/^(?:>(?!\s)|X:(?=\s*\d))/.exec(line)?.[0] ?? keyOf(line));
    this.lines++;
    const isStart = this.take(line, 0);
    const key = keyOf(line);
    if (key === null) return;
    this.keyed++;
    if (this.keys.get(key) === this.starts && !isStart) this.repeated++;
    if (this.keys.size <= mostKeys || this.keys.has(key)) this.keys.set(key, this.starts);
  }

  /** Another line, of which only the number of records is wanted. */
  addUnseen(text: string, start: number, end: number): void {
    if (start === end) this.inBlock = false;
    else this.take(text, start);
  }

  /** @param blocks Between blank lines. */
  finish({ blank }: LineSigns, blocks: number): FoundRecords {
    const { start = null, count } = this;
    return start !== null && this.areRecords(start, blank, blocks) ? { start, count } : { start: null, count: 0 };
  }

  private take(text: string, at: number): boolean {
    const isStart = typeof this.start === 'string' && text.startsWith(this.start, at);
    if (isStart) {
      this.starts++;
      if (this.follows) this.empty++;
    }
    if (isStart || !this.inBlock) this.count++;
    this.inBlock = true;
    this.follows = isStart;
    return isStart;
  }

  private areRecords(start: string, blank: number, blocks: number): boolean {
    const { starts, lines, empty } = this;
    if (starts <= moreThanBlocks * blocks) return false;
    if (this.language === 'abc') return starts >= fewestTunes;
    if (starts < fewestRecords || blank > 0.03 || empty > 0.02 * starts || lines > longestRecord * starts) return false;
    if (start === '>' || start === 'X:') return true;
    const isForm = this.keyed > 0.9 * lines && this.keys.size >= fewestKeys && this.keys.size <= mostKeys;
    return isForm && this.repeated < 0.02 * lines;
  }
}

/** "Title:" or "year =" at the start of a line; null where there is nothing like it. */
function keyOf(line: string): string | null {
  return /^[\p{L}_][\p{L}\p{N}_-]{0,24} ?[:=](?=\s|$)/u.exec(line)?.[0] ?? null;
}
