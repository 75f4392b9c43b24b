import type { ItemForm } from '../../model/itemForm';

/**
 * Cuts a text that comes in pieces into its items, each with the end that all of them have: a line break, a blank line or
 * the separator's line, which is put after blocks that follow each other without one. Blank lines between lines and empty
 * blocks are no items. A line may be torn between two pieces.
 */
export class ItemSplitter {
  private readonly separator: string | null;
  private readonly blockBegins: string | undefined;
  private rest = '';
  private block = '';
  private blockStart = 0;
  private hasText = false;
  /** Code units before {@link rest}. */
  private consumed = 0;
  private latest = 0;

  constructor(form: ItemForm) {
    this.separator = form.unit === 'lines' ? null : form.separator;
    this.blockBegins = form.unit === 'lines' ? undefined : form.start;
  }

  /** Code units of the text before the item that came last. */
  get start(): number {
    return this.latest;
  }

  /** The items that are complete with this piece. */
  *push(piece: string): Generator<string, void, void> {
    const text = this.rest + piece;
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const item = this.take(text.slice(start, end), this.consumed + start);
      if (item !== null) yield item;
      start = end + 1;
    }
    this.rest = text.slice(start);
    this.consumed += start;
  }

  /** The last item, if the text didn't end with its end. */
  *end(): Generator<string, void, void> {
    const item = this.take(this.rest, this.consumed);
    this.rest = '';
    if (item !== null) yield item;
    const last = this.close();
    if (last !== null) yield last;
  }

  /** Takes in a line that stands at `start`. @returns the item that it completes */
  private take(line: string, start: number): string | null {
    if (this.separator === null) {
      this.latest = start;
      return isBlank(line) ? null : `${line}\n`;
    }
    if (isSeparator(line, this.separator)) return this.close();
    const before = this.blockBegins !== undefined && line.startsWith(this.blockBegins) ? this.close() : null;
    if (this.block === '') this.blockStart = start;
    if (this.block !== '' || !isBlank(line)) this.block += `${line}\n`;
    this.hasText ||= !isBlank(line);
    return before;
  }

  private close(): string | null {
    const item = this.hasText ? `${this.block}${this.separator ?? ''}\n` : null;
    if (item !== null) this.latest = this.blockStart;
    this.block = '';
    this.hasText = false;
    return item;
  }
}

/** The items of a text that comes in pieces. See {@link ItemSplitter}. */
export function* itemsOf(pieces: Iterable<string>, form: ItemForm): Generator<string, void, void> {
  const splitter = new ItemSplitter(form);
  for (const piece of pieces) yield* splitter.push(piece);
  yield* splitter.end();
}

/**
 * Where the items of a text end, code units, in order: after the line break, the blank line or the separator's line that
 * ends each. What stands after the last is an item that isn't complete.
 */
export function itemEnds(text: string, form: ItemForm): readonly number[] {
  const watch = new ItemWatch(form);
  const ends: number[] = [];
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (watch.line(text.slice(start, end))) ends.push(end + 1);
    start = end + 1;
  }
  return ends;
}

/** An item of a text. */
export interface ItemPlace {
  readonly start: number;
  /** Where its last line with something on it ends: before the line break. */
  readonly end: number;
}

/** The items of a text that are complete, code units. @param isComplete the text's end is the end of an item */
export function itemPlaces(text: string, form: ItemForm, isComplete: boolean): readonly ItemPlace[] {
  const ends = [...itemEnds(text, form)];
  if (isComplete && (ends.at(-1) ?? 0) < text.length) ends.push(text.length);
  let start = 0;
  return ends.flatMap((end) => {
    const item = bare(text.slice(start, end), form);
    const lead = item.length - item.trimStart().length;
    const place = { start: start + lead, end: start + item.length };
    start = end;
    return place.end > place.start ? [place] : [];
  });
}

/** An item without what ends it. */
export function bare(item: string, form: ItemForm): string {
  const text = item.trimEnd();
  if (form.unit === 'lines' || form.separator === '') return text;
  return text === form.separator || text.endsWith(`\n${form.separator}`)
    ? text.slice(0, -form.separator.length).trimEnd()
    : text;
}

/** Says line by line where items end. */
export class ItemWatch {
  private hasText = false;

  constructor(private readonly form: ItemForm) {}

  /** @returns whether an item ends with this line's break; a blank line before anything else is no item's end. */
  line(line: string): boolean {
    const { form } = this;
    this.hasText ||= !isBlank(line);
    if (form.unit === 'blocks' && !isSeparator(line, form.separator)) return false;
    if (form.unit === 'blocks' && form.separator === '' && !this.hasText) return true;
    this.hasText = false;
    return true;
  }
}

/** Follows a text that grows, and says when an item is complete. */
export class ItemFollower {
  private readonly watch: ItemWatch;
  private line = '';

  /** @param begun What stands of the item already. */
  constructor(form: ItemForm, begun = '') {
    this.watch = new ItemWatch(form);
    this.push(begun);
  }

  /** @returns whether an item ends where this piece does. */
  push(piece: string): boolean {
    let ends = false;
    for (const character of piece) {
      ends = false;
      if (character === '\n') {
        ends = this.watch.line(this.line);
        this.line = '';
      } else {
        this.line += character;
      }
    }
    return ends;
  }
}

function isSeparator(line: string, separator: string): boolean {
  return separator === '' ? isBlank(line) : line.trimEnd() === separator;
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}
