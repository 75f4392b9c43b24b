import { Journal } from './journal';

/** How large a table may grow. */
export interface TableLimits {
  /** Contexts. Each takes 8 bytes. */
  readonly contexts: number;
  /** Numbers of lists of more than one symbol. Each takes 4 bytes. */
  readonly lists: number;
}

/** What a table holds, for a file. */
export interface TableParts {
  /** Hash of each context, ascending, never 0. */
  readonly keys: Uint32Array;
  /** What is known of each: see {@link ContextTable}. */
  readonly values: Uint32Array;
  readonly lists: Uint32Array;
}

/** A moment of a table, to be taken back to. */
export interface TableMark {
  readonly position: number;
  readonly top: number;
  readonly used: number;
}

/** What a note of the journal is about; its place is a multiple of 4 more. */
const aKey = 0;
const aValue = 1;
const aList = 2;
const aFreeList = 3;
/** The place of a note about arrays that grew. */
const arrays = 0xffff_ffff;

/** A context stands at so many places at most, one after another, from where it is at home. */
const reach = 32;

/** Fuller than this, it grows while it may: such runs don't come to be before. */
const fullest = 0.8;

const fewestContexts = 1 << 10;
const fewestLists = 1 << 10;

/** How often a symbol is counted at most. */
export const mostCounted = 255;

/** Where another symbol comes, counts above this lose half of what they are above it: what was seen lately counts more. */
const lasting = 30;

/** Room of a list of each size class: 2, 4, 8... symbols. Longer ones aren't kept: what is so open foretells nothing. */
const largestClass = 7;

/**
 * How often which symbols followed which contexts. A context whose only symbol is known takes 8 bytes; others have a list,
 * the latest symbol first. Bounded: where it is full, a new context takes the place of the one near it that was seen least,
 * and lists stay as they are; before that, nothing is lost. What is in the table stands in the order of its hashes with gaps
 * between (ordered hashing: Amble and Knuth, 1974), so that one that isn't there is missed after a few looks.
 *
 * A value is 0 where there is none; of one symbol, id << 16 | count << 1; of several, place of the list << 1 | 1. A list is a
 * number, symbols << 8 | size class, and the symbols, id << 16 | count each, with room for 2 to the size class of them.
 */
export class ContextTable {
  /** What {@link read} found: the symbols, the latest first... */
  readonly symbols = new Uint16Array(1 << largestClass);
  /** ...and how often each was seen, 1 to {@link mostCounted}. */
  readonly counts = new Uint16Array(1 << largestClass);
  private keys: Uint32Array;
  private values: Uint32Array;
  private lists: Uint32Array;
  /** Homes of contexts; a run may go on past the last, and ends before the last place. */
  private homes = 0;
  /** Where the next list goes. */
  private top = 1;
  private used = 0;
  /** By size class: a list that another has grown out of, 0 where there is none. Its first number names the next one. */
  private readonly free = new Uint32Array(largestClass + 1);

  /** What was changed since the first mark. */
  private journal: Journal | null = null;
  /** Where the next journal starts: no mark from before counts in it. */
  private journalStart = 0;
  /** Arrays that were given up for longer ones since then, the latest last. */
  private readonly replaced: {
    readonly keys: Uint32Array;
    readonly values: Uint32Array;
    readonly lists: Uint32Array;
  }[] = [];

  constructor(
    private readonly limits: TableLimits,
    parts?: TableParts,
  ) {
    const keys = parts?.keys ?? new Uint32Array(0);
    this.lists = parts?.lists.slice() ?? new Uint32Array(Math.min(limits.lists, fewestLists));
    this.top = Math.max(1, parts?.lists.length ?? 0);
    [this.keys, this.values] = [keys, keys];
    this.fill(keys, parts?.values ?? keys, Math.max(fewestContexts, Math.ceil(keys.length / fullest)));
  }

  /** Bytes in memory. */
  get bytes(): number {
    return 8 * this.keys.length + 4 * this.lists.length;
  }

  /** Bytes in memory beside those, for what may be taken back. */
  get undoBytes(): number {
    const arrayBytes = this.replaced.reduce(
      (sum, { keys, values, lists }) => sum + keys.byteLength + values.byteLength + lists.byteLength,
      0,
    );
    return (this.journal?.bytes ?? 0) + arrayBytes;
  }

  /** What is worth a place in a file; lists in the order of their contexts, without gaps. */
  get parts(): TableParts {
    const keys = new Uint32Array(this.used);
    const values = new Uint32Array(this.used);
    const lists = new Uint32Array(this.top);
    let top = 1;
    let count = 0;
    for (let at = 0; at < this.keys.length; at++) {
      const value = this.values[at] ?? 0;
      if (value === 0) continue;
      keys[count] = this.keys[at] ?? 0;
      values[count++] = (value & 1) === 0 ? value : ((top << 1) | 1) >>> 0;
      if ((value & 1) === 0) continue;
      const list = value >>> 1;
      const length = (this.lists[list] ?? 0) >>> 8;
      const sizeClass = classOf(length);
      lists[top] = (length << 8) | sizeClass;
      lists.set(this.lists.subarray(list + 1, list + 1 + length), top + 1);
      top += 1 + (1 << sizeClass);
    }
    return { keys: keys.subarray(0, count), values: values.subarray(0, count), lists: lists.slice(0, top) };
  }

  /** Whether a context was ever seen. */
  has(key: number): boolean {
    return this.find(key) >= 0;
  }

  /** Reads what followed a context into {@link symbols} and {@link counts}. @returns how many symbols did */
  read(key: number): number {
    const at = this.find(key);
    const value = at < 0 ? 0 : (this.values[at] ?? 0);
    if (value === 0) return 0;
    if ((value & 1) === 0) {
      this.symbols[0] = value >>> 16;
      this.counts[0] = (value & 0xffff) >>> 1;
      return 1;
    }
    const list = value >>> 1;
    const length = (this.lists[list] ?? 0) >>> 8;
    for (let i = 0; i < length; i++) {
      const entry = this.lists[list + 1 + i] ?? 0;
      this.symbols[i] = entry >>> 16;
      this.counts[i] = entry & 0xffff;
    }
    return length;
  }

  /** Counts that a symbol followed a context. */
  add(key: number, symbol: number): void {
    const at = this.find(key);
    if (at < 0) {
      this.insert(key, ((symbol << 16) | 2) >>> 0);
      return;
    }
    const value = this.values[at] ?? 0;
    if ((value & 1) === 1) this.addToList(at, value >>> 1, symbol);
    else if (value >>> 16 === symbol) {
      if ((value & 0xffff) >>> 1 < mostCounted) this.setValue(at, value + 2);
    } else this.startList(at, value, symbol);
  }

  /** This moment, to be taken back to. From the first mark on, what changes is noted. */
  mark(): TableMark {
    this.journal ??= new Journal(this.journalStart);
    return { position: this.journal.position, top: this.top, used: this.used };
  }

  /** Makes the table what it was. @throws RangeError where that was forgotten */
  takeBack({ position, top, used }: TableMark): void {
    if (this.journal === null) throw new RangeError('What stood there was never noted.');
    this.journal.takeBack(position, (where, before) => this.undo(where, before));
    this.top = top;
    this.used = used;
  }

  /** Moments before this one will not be taken back to. */
  forgetBefore({ position }: TableMark): void {
    let grown = 0;
    this.journal?.drop(position, (where) => (grown += where === arrays ? 1 : 0));
    this.replaced.splice(0, grown);
  }

  /** No moment until now will be taken back to: until the next mark, nothing is noted. */
  forgetMarks(): void {
    if (this.journal !== null) this.journalStart = this.journal.position + 1;
    this.journal = null;
    this.replaced.length = 0;
  }

  private undo(where: number, before: number): void {
    if (where === arrays) {
      const former = this.replaced.pop() ?? { keys: this.keys, values: this.values, lists: this.lists };
      [this.keys, this.values, this.lists] = [former.keys, former.values, former.lists];
      this.homes = this.keys.length - reach;
      return;
    }
    const of = [this.keys, this.values, this.lists, this.free][where & 3];
    if (of !== undefined) of[where >>> 2] = before;
  }

  private setKey(at: number, key: number): void {
    this.journal?.note(4 * at + aKey, this.keys[at] ?? 0);
    this.keys[at] = key;
  }

  private setValue(at: number, value: number): void {
    this.journal?.note(4 * at + aValue, this.values[at] ?? 0);
    this.values[at] = value;
  }

  private setList(at: number, value: number): void {
    this.journal?.note(4 * at + aList, this.lists[at] ?? 0);
    this.lists[at] = value;
  }

  private setFree(sizeClass: number, list: number): void {
    this.journal?.note(4 * sizeClass + aFreeList, this.free[sizeClass] ?? 0);
    this.free[sizeClass] = list;
  }

  private keepArrays(): void {
    if (this.journal === null) return;
    this.journal.note(arrays, 0);
    this.replaced.push({ keys: this.keys, values: this.values, lists: this.lists });
  }

  /** Where a context is; below 0 where it isn't: then ~ of where it belongs. */
  private find(key: number): number {
    const { keys } = this;
    let at = this.home(key);
    let there = keys[at] ?? 0;
    while (there !== 0 && there < key) there = keys[++at] ?? 0;
    return there === key ? at : ~at;
  }

  private home(key: number): number {
    return Math.floor(key * (this.homes / 0x1_0000_0000));
  }

  private insert(key: number, value: number): void {
    const mayGrow = this.homes < this.limits.contexts;
    if (mayGrow && this.used > fullest * this.homes) this.grow();
    while (!this.place(key, value)) {
      if (this.homes === this.limits.contexts) {
        this.replaceLeast(key, value);
        return;
      }
      this.grow();
    }
  }

  /** Puts a context where it belongs, which moves those up to the next gap. @returns whether it has found room */
  private place(key: number, value: number): boolean {
    const { keys, values } = this;
    const at = ~this.find(key);
    if (at - this.home(key) >= reach) return false;
    let gap = at;
    for (; keys[gap] !== 0; gap++) if (!this.mayMoveOn(gap)) return false;
    for (; gap > at; gap--) {
      this.setKey(gap, keys[gap - 1] ?? 0);
      this.setValue(gap, values[gap - 1] ?? 0);
    }
    this.setKey(at, key);
    this.setValue(at, value);
    this.used++;
    return true;
  }

  private mayMoveOn(at: number): boolean {
    return at + 1 - this.home(this.keys[at] ?? 0) < reach;
  }

  private replaceLeast(key: number, value: number): void {
    const { keys, values } = this;
    const home = this.home(key);
    let at = ~this.find(key);
    let least = -1;
    let fewest = Infinity;
    for (let i = at; i < home + reach && keys[i] !== 0; i++) {
      const count = this.seen(i);
      if (count < fewest) {
        least = i;
        fewest = count;
      }
      if (!this.mayMoveOn(i)) break;
    }
    for (let i = at - 1; i >= home; i--) {
      const count = this.seen(i);
      if (count < fewest) {
        least = i;
        fewest = count;
      }
      // What is at home here can't make room for one before it.
      if (this.home(keys[i] ?? 0) === i) break;
    }
    if (least < 0) return;
    if (least < at) at--;
    const step = least < at ? 1 : -1;
    for (let i = least; i !== at; i += step) {
      this.setKey(i, keys[i + step] ?? 0);
      this.setValue(i, values[i + step] ?? 0);
    }
    this.setKey(at, key);
    this.setValue(at, value);
  }

  /** How often a context was seen, as far as it may be forgotten for another. */
  private seen(at: number): number {
    const value = this.values[at] ?? 0;
    return (value & 1) === 1 ? Infinity : (value & 0xffff) >>> 1;
  }

  private grow(): void {
    this.keepArrays();
    this.fill(this.keys, this.values, Math.ceil(this.homes * 1.5));
  }

  /** Takes contexts that stand in order into a larger table. */
  private fill(keys: Uint32Array, values: Uint32Array, wanted: number): void {
    const { contexts } = this.limits;
    for (let homes = Math.min(contexts, wanted); ; homes = Math.min(contexts, Math.ceil(homes * 1.25))) {
      this.homes = homes;
      this.keys = new Uint32Array(homes + reach);
      this.values = new Uint32Array(homes + reach);
      this.used = 0;
      if (this.append(keys, values, homes === contexts)) return;
    }
  }

  /** @returns whether all has found room. `anyway`: where some don't, the others do */
  private append(keys: Uint32Array, values: Uint32Array, anyway: boolean): boolean {
    let next = 0;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? 0;
      if (key === 0) continue;
      const home = this.home(key);
      const at = Math.max(home, next);
      if (at - home >= reach) {
        if (anyway) continue;
        return false;
      }
      this.keys[at] = key;
      this.values[at] = values[i] ?? 0;
      this.used++;
      next = at + 1;
    }
    return true;
  }

  private startList(at: number, value: number, symbol: number): void {
    const list = this.allocate(1);
    if (list === null) return;
    this.setList(list, (2 << 8) | 1);
    this.setList(list + 1, (symbol << 16) | 1);
    this.setList(list + 2, ((value >>> 16) << 16) | faded((value & 0xffff) >>> 1));
    this.setValue(at, ((list << 1) | 1) >>> 0);
  }

  private addToList(at: number, list: number, symbol: number): void {
    const { lists } = this;
    const head = lists[list] ?? 0;
    const length = head >>> 8;
    let known = -1;
    for (let i = 0; i < length; i++) {
      const entry = lists[list + 1 + i] ?? 0;
      if (entry >>> 16 === symbol) known = i;
      else if ((entry & 0xffff) > lasting) this.setList(list + 1 + i, (entry & 0xffff0000) | faded(entry & 0xffff));
    }
    if (known < 0) this.extend(at, list, symbol);
    else {
      const entry = lists[list + 1 + known] ?? 0;
      this.setList(list + 1 + known, lists[list + 1] ?? 0);
      this.setList(list + 1, (entry & 0xffff) < mostCounted ? entry + 1 : entry);
    }
  }

  private extend(at: number, list: number, symbol: number): void {
    const head = this.lists[list] ?? 0;
    const length = head >>> 8;
    const sizeClass = head & 0xff;
    let place = list;
    if (length === 1 << sizeClass) {
      const larger = sizeClass === largestClass ? null : this.allocate(sizeClass + 1);
      if (larger === null) return;
      for (let i = 1; i <= length; i++) this.setList(larger + i, this.lists[list + i] ?? 0);
      this.setList(list, this.free[sizeClass] ?? 0);
      this.setFree(sizeClass, list);
      this.setValue(at, ((larger << 1) | 1) >>> 0);
      place = larger;
    }
    this.setList(place + 1 + length, this.lists[place + 1] ?? 0);
    this.setList(place + 1, (symbol << 16) | 1);
    this.setList(place, ((length + 1) << 8) | (place === list ? sizeClass : sizeClass + 1));
  }

  /** Room for a list; null where there is none. */
  private allocate(sizeClass: number): number | null {
    const free = this.free[sizeClass] ?? 0;
    if (free !== 0) {
      this.setFree(sizeClass, this.lists[free] ?? 0);
      return free;
    }
    const end = this.top + 1 + (1 << sizeClass);
    if (end > this.lists.length) {
      if (end > this.limits.lists) return null;
      const longer = new Uint32Array(Math.min(this.limits.lists, Math.max(end, Math.ceil(1.5 * this.lists.length))));
      longer.set(this.lists);
      this.keepArrays();
      this.lists = longer;
    }
    const place = this.top;
    this.top = end;
    return place;
  }
}

function faded(count: number): number {
  return count > lasting ? lasting + ((count - lasting) >> 1) : count;
}

function classOf(length: number): number {
  return Math.max(1, 32 - Math.clz32(length - 1));
}

/** Whether a table from a file is one that {@link ContextTable} could have written within these limits: nothing in it leads out of it. */
export function isSoundTable(
  { keys, values, lists }: TableParts,
  limits: TableLimits,
  vocabularySize: number,
): boolean {
  if (keys.length > limits.contexts + reach || lists.length > Math.max(1, limits.lists)) return false;
  let before = 0;
  let top = 1;
  const listOf = new Uint32Array(vocabularySize);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? 0;
    const value = values[i] ?? 0;
    if (key <= before) return false;
    before = key;
    if ((value & 1) === 0) {
      if (!isSoundEntry(value >>> 16, (value & 0xffff) >>> 1, vocabularySize)) return false;
      continue;
    }
    // Lists stand one after another: two contexts never share one.
    if (value >>> 1 !== top || !isSoundList(lists, top, listOf)) return false;
    top += 1 + (1 << ((lists[top] ?? 0) & 0xff));
  }
  return top === lists.length && lists[0] === 0;
}

/** @param listOf in which list each symbol was met last: none comes twice in one */
function isSoundList(lists: Uint32Array, list: number, listOf: Uint32Array): boolean {
  const head = lists[list] ?? 0;
  const length = head >>> 8;
  const sizeClass = head & 0xff;
  if (length < 2 || length > 1 << largestClass || sizeClass !== classOf(length)) return false;
  if (list + 1 + (1 << sizeClass) > lists.length) return false;
  for (let i = 0; i < length; i++) {
    const entry = lists[list + 1 + i] ?? 0;
    const symbol = entry >>> 16;
    if (!isSoundEntry(symbol, entry & 0xffff, listOf.length) || listOf[symbol] === list) return false;
    listOf[symbol] = list;
  }
  return true;
}

function isSoundEntry(symbol: number, count: number, vocabularySize: number): boolean {
  return symbol < vocabularySize && count >= 1 && count <= mostCounted;
}
