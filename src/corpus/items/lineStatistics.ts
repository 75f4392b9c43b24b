import { itemHash } from './itemHash';

/** What is looked at of a document's lines to tell a list from prose, verse, code or a chat. All shares are in [0, 1]. */
export interface LineSigns {
  /** Lines with something on them. */
  readonly lines: number;
  /** Share of blank lines among all. */
  readonly blank: number;
  /** Mean length, code units. */
  readonly length: number;
  /** Share of lines about as long as most are, within one code unit. */
  readonly alike: number;
  /** Share of lines of more than 400 code units. */
  readonly long: number;
  readonly indented: number;
  /** Share of lines that end within a sentence: with a comma, a semicolon, a dash. */
  readonly open: number;
  /** Share of lines that end a sentence. */
  readonly closed: number;
  /** Share of lines in which a sentence ends and another begins. */
  readonly several: number;
  /** Share of lines that end as code does. */
  readonly code: number;
  /** Share of lines that begin with a small letter, of those that begin with a letter which has two forms. */
  readonly small: number;
  /** Share of lines that begin with a date or a time. */
  readonly timed: number;
  /** Share of lines that begin with a name and a colon, or the like, where a few names do for all. */
  readonly spoken: number;
  readonly headed: number;
  /** Share of different lines. */
  readonly distinct: number;
  /** Share of lines that are an object or a list of JSON, by their ends. */
  readonly json: number;
  /** Share of lines with as many separators of a table as most have, and all their quotes closed. */
  readonly table: number;
}

/** Counts signs line by line. */
export class LineStatistics {
  private lines = 0;
  private blanks = 0;
  private units = 0;
  private readonly counts = {
    long: 0,
    indented: 0,
    open: 0,
    closed: 0,
    several: 0,
    code: 0,
    small: 0,
    large: 0,
    timed: 0,
    spoken: 0,
    headed: 0,
    json: 0,
  };
  private readonly lengths = new Map<number, number>();
  private readonly columns = new Map<number, number>();
  private readonly speakers = new Set<string>();
  private readonly seen = new Set<number>();
  private readonly hash = new Uint32Array(2);

  /** @param separator Of a table's columns; null where the document is no table. */
  constructor(private readonly separator: string | null) {}

  add(line: string): void {
    const text = line.trim();
    if (text === '') {
      this.blanks++;
      return;
    }
    const { counts, lengths } = this;
    this.lines++;
    this.units += text.length;
    lengths.set(text.length, (lengths.get(text.length) ?? 0) + 1);
    counts.long += Number(text.length > 400);
    counts.indented += Number(/^[ \t]/.test(line));
    counts.open += Number(/[,;:\-–—،、，；：]["'”’)\]]?$/u.test(text));
    counts.closed += Number(/[.!?…。！？]["'”’»」』)\]]?$/u.test(text));
    counts.several += Number(/[.!?]["'”’)]? |[。！？]["'”’」』)]?./u.test(text));
    counts.code += Number(/(?:[{};]|\)\s*[:{]|=>|\()$/.test(text));
    counts.small += Number(/^\p{Ll}/u.test(text));
    counts.large += Number(/^\p{Lu}/u.test(text));
    counts.timed += Number(timed.test(text));
    counts.headed += Number(/^#{1,6}\s/.test(text));
    counts.json += Number(/^\{.*\}$|^\[.*\]$/.test(text));
    const speaker = speakerOf.exec(text)?.[1];
    if (speaker !== undefined) {
      counts.spoken++;
      if (this.speakers.size < 2000) this.speakers.add(speaker);
    }
    if (this.separator !== null) {
      const count = columnsOf(text, this.separator);
      this.columns.set(count, (this.columns.get(count) ?? 0) + 1);
    }
    itemHash(text, this.hash);
    this.seen.add((this.hash[0] ?? 0) * 2 ** 20 + ((this.hash[1] ?? 0) >>> 12));
  }

  get signs(): LineSigns {
    const { lines, counts, columns } = this;
    const share = (count: number) => count / Math.max(1, lines);
    const cased = counts.small + counts.large;
    columns.delete(0);
    columns.delete(-1);
    return {
      lines,
      blank: this.blanks / Math.max(1, lines + this.blanks),
      length: share(this.units),
      alike: share(this.alike()),
      long: share(counts.long),
      indented: share(counts.indented),
      open: share(counts.open),
      closed: share(counts.closed),
      several: share(counts.several),
      code: share(counts.code),
      small: cased === 0 ? 0 : counts.small / cased,
      timed: share(counts.timed),
      spoken: this.speakers.size <= Math.max(12, lines / 10) ? share(counts.spoken) : 0,
      headed: share(counts.headed),
      distinct: share(this.seen.size),
      json: share(counts.json),
      table: share(Math.max(0, ...columns.values())),
    };
  }

  private alike(): number {
    const { lengths } = this;
    let most = 0;
    for (const length of lengths.keys()) {
      most = Math.max(
        most,
        (lengths.get(length - 1) ?? 0) + (lengths.get(length) ?? 0) + (lengths.get(length + 1) ?? 0),
      );
    }
    return most;
  }
}

/** A date or a time of day, with marks that can't be seen and a bracket before it. */
const timed = /^[\p{Cf}\s]*[[(<]?\d{1,4}[-./:]\d{1,2}(?:[-./:T]\d{1,4}|\b)/u;

/** What comes before what someone says: "Ada:", "<ada>", "ada>", "ADA |". */
const speakerOf = /^<?([^\s:<>|][^:<>|\t]{0,30})(?::\s|:$|>\s|\s\|\s)/u;

/** Separators outside of quotes; -1 where a quote is left open. */
function columnsOf(line: string, separator: string): number {
  let count = 0;
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) count++;
  }
  return quoted ? -1 : count;
}
