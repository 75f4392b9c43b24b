/**
 * Globs that are matched in bounded time, whoever wrote them: a pattern becomes a small automaton, of which all states that
 * are possible are followed side by side (K. Thompson, "Regular expression search algorithm", 1968). A path costs at most
 * its length times the pattern's, where backtracking would take time without end.
 */
import { type CharacterRange, closersOf, classAt } from './globSyntax';

/** How a pattern is to be read. */
export interface GlobReading {
  /** Upper and lower case are the same. */
  readonly ignoresCase: boolean;
  /** As git reads the lines of `.gitignore`: without groups, and `a/**` is what is in `a`, not `a` itself. */
  readonly git?: boolean;
}

type Instruction =
  | { readonly op: 'text'; readonly code: number }
  | { readonly op: 'class'; readonly ranges: readonly CharacterRange[]; readonly negated: boolean }
  | { readonly op: 'in segment' }
  | { readonly op: 'any' }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'match' };

const slash = 47;

/** A glob, ready to be asked about paths with forward slashes. */
export class Glob {
  private readonly program: readonly Instruction[];
  /** What a path must end in: most paths are told by that alone. */
  private readonly ending: string;
  private readonly marks: Uint32Array;
  private mark = 0;
  private counted = 0;

  /** @param pattern one without a {@link globFault}, where it isn't git's */
  constructor(
    pattern: string,
    private readonly reading: GlobReading,
  ) {
    const parser = new Parser(reading.ignoresCase ? pattern.toLowerCase() : pattern, reading.git === true);
    this.program = parser.parse();
    this.ending = parser.ending;
    this.marks = new Uint32Array(this.program.length);
  }

  /** States of the automaton: at most a few for each character of the pattern. */
  get size(): number {
    return this.program.length;
  }

  /** States that were looked at since the glob was made: what it has cost. */
  get steps(): number {
    return this.counted;
  }

  /** Whether the whole of a path matches. */
  matches(path: string): boolean {
    const text = this.reading.ignoresCase ? path.toLowerCase() : path;
    if (!text.endsWith(this.ending)) return false;
    let states: number[] = [];
    let next: number[] = [];
    this.nextMark();
    this.follow(0, states);
    for (let index = 0; index < text.length && states.length > 0; index++) {
      const code = text.charCodeAt(index);
      this.nextMark();
      for (const state of states) if (this.takes(state, code)) this.follow(state + 1, next);
      [states, next] = [next, states];
      next.length = 0;
    }
    return states.some((state) => this.program[state]?.op === 'match');
  }

  private nextMark(): void {
    if (this.mark === 0xffffffff) {
      this.marks.fill(0);
      this.mark = 0;
    }
    this.mark++;
  }

  private takes(state: number, code: number): boolean {
    const instruction = this.program[state];
    switch (instruction?.op) {
      case 'text':
        return code === instruction.code;
      case 'class':
        return code !== slash && this.isIn(instruction.ranges, code) !== instruction.negated;
      case 'in segment':
        return code !== slash;
      case 'any':
        return true;
      default:
        return false;
    }
  }

  private isIn(ranges: readonly CharacterRange[], code: number): boolean {
    const upper = this.reading.ignoresCase ? String.fromCharCode(code).toUpperCase().charCodeAt(0) : code;
    return ranges.some(({ first, last }) => (code >= first && code <= last) || (upper >= first && upper <= last));
  }

  /** Adds a state, and those that it leads to without a character, each once. */
  private follow(start: number, states: number[]): void {
    const waiting = [start];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (this.marks[state] === this.mark) continue;
      this.marks[state] = this.mark;
      this.counted++;
      const instruction = this.program[state];
      if (instruction?.op === 'jump') waiting.push(instruction.to);
      else if (instruction?.op === 'split') waiting.push(instruction.second, instruction.first);
      else states.push(state);
    }
  }
}

/** Writes the program of a pattern, from left to right. */
class Parser {
  private readonly program: Instruction[] = [];
  private readonly closers: ReadonlyMap<number, number>;
  private place = 0;
  /** Where the plain characters begin with which the program ends so far. */
  private plainFrom = 0;

  constructor(
    private readonly pattern: string,
    private readonly git: boolean,
  ) {
    this.closers = git ? new Map() : closersOf(pattern);
  }

  get ending(): string {
    const plain = this.program.slice(this.plainFrom, -1);
    return plain
      .map((instruction) => (instruction.op === 'text' ? String.fromCharCode(instruction.code) : ''))
      .join('');
  }

  parse(): readonly Instruction[] {
    this.sequence(this.pattern.length);
    this.program.push({ op: 'match' });
    return this.program;
  }

  private sequence(end: number): void {
    while (this.place < end) this.piece(end);
  }

  private piece(end: number): void {
    const character = this.pattern[this.place] ?? '';
    const close = this.closers.get(this.place + (character === '{' ? 0 : 1));
    if (character === '\\' && this.place + 1 < end) {
      this.text(this.place + 1);
      this.place += 2;
    } else if (character === '{' && close !== undefined) {
      this.group(this.place + 1, close, ',');
    } else if ('?*+@'.includes(character) && this.pattern[this.place + 1] === '(' && close !== undefined) {
      this.repeated(character, close);
    } else if (character === '*') this.stars(end);
    else if (character === '?') this.one({ op: 'in segment' });
    else if (character === '[') this.class();
    else if (character === '/' && this.endsInStars(this.place + 1, end)) this.rest();
    else {
      this.text(this.place);
      this.place++;
    }
  }

  private text(place: number): void {
    this.program.push({ op: 'text', code: this.pattern.charCodeAt(place) });
  }

  private one(instruction: Instruction): void {
    this.program.push(instruction);
    this.place++;
    this.settle();
  }

  private settle(): void {
    this.plainFrom = this.program.length;
  }

  private class(): void {
    const found = classAt(this.pattern, this.place);
    if (found === undefined) {
      this.text(this.place);
      this.place++;
      return;
    }
    this.program.push({ op: 'class', ranges: found.ranges, negated: found.negated });
    this.place = found.end;
    this.settle();
  }

  /** A run of stars: two of them that are a whole segment go through folders. */
  private stars(end: number): void {
    const start = this.place;
    while (this.place < end && this.pattern[this.place] === '*' && !this.opensGroup(this.place)) this.place++;
    const whole = this.place - start === 2 && this.beginsSegment(start);
    if (whole && this.pattern[this.place] === '/' && this.place < end) {
      // Any number of folders: ( [^/]+ / )*
      const loop = this.split();
      this.any('in segment');
      this.program.push({ op: 'text', code: slash }, { op: 'jump', to: loop });
      this.land(loop);
      this.place++;
    } else this.any(whole && this.place >= end ? 'any' : 'in segment', true);
    this.settle();
  }

  private opensGroup(place: number): boolean {
    return this.pattern[place + 1] === '(' && this.closers.has(place + 1);
  }

  private beginsSegment(place: number): boolean {
    return place === 0 || '/{(,|'.includes(this.pattern[place - 1] ?? '');
  }

  private endsInStars(place: number, end: number): boolean {
    return place + 2 === end && this.pattern.startsWith('**', place);
  }

  /** `/**` at an end: all that is in a folder, and, but for git, the folder itself. */
  private rest(): void {
    const choice = this.git ? undefined : this.split();
    this.program.push({ op: 'text', code: slash });
    if (this.git) this.program.push({ op: 'any' });
    this.any('any', true);
    if (choice !== undefined) this.land(choice);
    this.place += 3;
    this.settle();
  }

  /** Characters of a kind, any number of them or at least one. */
  private any(op: 'any' | 'in segment', none = false): void {
    if (!none) this.program.push({ op });
    const loop = this.split();
    this.program.push({ op }, { op: 'jump', to: loop });
    this.land(loop);
  }

  private repeated(kind: string, close: number): void {
    const choice = kind === '*' || kind === '?' ? this.split() : undefined;
    const start = this.program.length;
    this.group(this.place + 2, close, '|');
    if (kind === '*') this.program.push({ op: 'jump', to: choice ?? start });
    if (kind === '+') this.program.push({ op: 'split', first: start, second: this.program.length + 1 });
    if (choice !== undefined) this.land(choice);
    this.settle();
  }

  /** One of several sequences. */
  private group(start: number, close: number, separator: string): void {
    const ends = this.separators(start, close, separator);
    const jumps: { to: number }[] = [];
    this.place = start;
    for (const end of ends) {
      const choice = end === close ? undefined : this.split();
      this.sequence(end);
      const jump = { op: 'jump' as const, to: 0 };
      this.program.push(jump);
      jumps.push(jump);
      if (choice !== undefined) this.land(choice);
      this.place = end + 1;
    }
    for (const jump of jumps) jump.to = this.program.length;
    this.settle();
  }

  /** Where the alternatives of a group end. */
  private separators(start: number, close: number, separator: string): readonly number[] {
    const ends: number[] = [];
    for (let place = start; place < close; place++) {
      const inner = this.closers.get(place);
      if (this.pattern[place] === '\\') place++;
      else if (inner !== undefined) place = inner;
      else if (this.pattern[place] === '[') place = (classAt(this.pattern, place)?.end ?? place + 1) - 1;
      else if (this.pattern[place] === separator) ends.push(place);
    }
    return [...ends, close];
  }

  private split(): number {
    this.program.push({ op: 'split', first: this.program.length + 1, second: -1 });
    return this.program.length - 1;
  }

  /** Has the other way of a split lead to what comes next. */
  private land(split: number): void {
    const instruction = this.program[split];
    if (instruction?.op === 'split') instruction.second = this.program.length;
  }
}
