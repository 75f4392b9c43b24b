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
  /** Hash of each context, never 0. */
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

/** Added to the class of a free list, in the place of a note, where one was freed and not taken. */
const freed = 1 << 4;

/** A context is looked for at so many places at most, one after another. */
const reach = 16;

/** Fuller than this, it grows while it may. */
const fullest = 0.8;

const fewestContexts = 1 << 10;
const fewestLists = 1 << 10;

/** How often a symbol is counted at most. */
export const mostCounted = 255;

/** Where another symbol comes, counts above this lose half of what they are above it: what was seen lately counts more. */
const lasting = 30;

/** Room of a list of each size class: 2, 4, 8... symbols. Longer ones aren't kept: what is so open foretells nothing. */
const largestClass = 9;

/**
 * How often which symbols followed which contexts. A context whose only symbol is known takes 8 bytes; others have a list,
 * the latest symbol first. Bounded: where it is full, a new context takes the place of the one near it that was seen least,
 * and lists stay as they are.
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
  /** Where the next list goes. */
  private top = 1;
  private used = 0;
  /** Places of lists that have grown out of them, by size class. */
  private readonly free: number[][] = Array.from({ length: largestClass + 1 }, () => []);
  /** What was changed since the first mark. */
  private journal: Journal | null = null;
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
    const room = Math.ceil((parts?.keys.length ?? 0) * 1.25);
    const contexts = Math.min(limits.contexts, Math.max(fewestContexts, room));
    this.keys = new Uint32Array(contexts);
    this.values = new Uint32Array(contexts);
    this.lists = parts?.lists.slice() ?? new Uint32Array(fewestLists);
    if (parts === undefined) return;
    this.top = Math.max(1, parts.lists.length);
    parts.keys.forEach((key, i) => this.put(key, parts.values[i] ?? 0));
  }

  /** Bytes in memory. */
  get bytes(): number {
    return 8 * this.keys.length + 4 * this.lists.length;
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
      this.insert(key, (symbol << 16) | 2);
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
    this.journal ??= new Journal();
    return { position: this.journal.position, top: this.top, used: this.used };
  }

  /** Makes the table what it was. @throws RangeError where that was forgotten */
  takeBack({ position, top, used }: TableMark): void {
    this.journal?.takeBack(position, (where, before) => this.undo(where, before));
    this.top = top;
    this.used = used;
  }

  /** Moments before this one will not be taken back to. */
  forgetBefore({ position }: TableMark): void {
    let grown = 0;
    this.journal?.drop(position, (where) => (grown += where === arrays ? 1 : 0));
    this.replaced.splice(0, grown);
  }

  private undo(where: number, before: number): void {
    if (where === arrays) {
      const former = this.replaced.pop() ?? { keys: this.keys, values: this.values, lists: this.lists };
      [this.keys, this.values, this.lists] = [former.keys, former.values, former.lists];
      return;
    }
    const at = where >>> 2;
    switch (where & 3) {
      case aKey:
        this.keys[at] = before;
        break;
      case aValue:
        this.values[at] = before;
        break;
      case aList:
        this.lists[at] = before;
        break;
      default:
        if (at < freed) this.free[at]?.push(before);
        else this.free[at - freed]?.pop();
    }
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

  private keepArrays(): void {
    if (this.journal === null) return;
    this.journal.note(arrays, 0);
    this.replaced.push({ keys: this.keys, values: this.values, lists: this.lists });
  }

  /** Where a context is; below 0 where it isn't. */
  private find(key: number): number {
    const { keys } = this;
    let at = this.home(key);
    for (let i = 0; i < reach; i++) {
      if (keys[at] === key) return at;
      if (++at === keys.length) at = 0;
    }
    return -1;
  }

  private home(key: number): number {
    return Math.floor(key * (this.keys.length / 0x1_0000_0000));
  }

  private insert(key: number, value: number): void {
    if (this.used > fullest * this.keys.length && this.keys.length < this.limits.contexts) this.grow();
    this.put(key, value);
  }

  private place(key: number, value: number): boolean {
    let at = this.home(key);
    for (let i = 0; i < reach; i++) {
      if (this.values[at] === 0) {
        this.setKey(at, key);
        this.setValue(at, value);
        this.used++;
        return true;
      }
      if (++at === this.keys.length) at = 0;
    }
    return false;
  }

  private replaceLeast(key: number, value: number): void {
    let at = this.home(key);
    let least = -1;
    let fewest = Infinity;
    for (let i = 0; i < reach; i++) {
      const known = this.values[at] ?? 0;
      const count = (known & 1) === 1 ? Infinity : (known & 0xffff) >>> 1;
      if (count < fewest) {
        fewest = count;
        least = at;
      }
      if (++at === this.keys.length) at = 0;
    }
    if (least < 0) return;
    this.setKey(least, key);
    this.setValue(least, value);
  }

  private grow(): void {
    const { keys, values, journal } = this;
    this.keepArrays();
    this.journal = null;
    const contexts = Math.min(this.limits.contexts, Math.ceil(keys.length * 1.5));
    this.keys = new Uint32Array(contexts);
    this.values = new Uint32Array(contexts);
    this.used = 0;
    for (let at = 0; at < keys.length; at++) {
      const value = values[at] ?? 0;
      if (value !== 0) this.put(keys[at] ?? 0, value);
    }
    this.journal = journal;
  }

  /** Where many have the same home, what was seen least is lost. */
  private put(key: number, value: number): void {
    if (!this.place(key, value)) this.replaceLeast(key, value);
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
      this.free[sizeClass]?.push(list);
      this.journal?.note(4 * (freed + sizeClass) + aFreeList, 0);
      this.setValue(at, ((larger << 1) | 1) >>> 0);
      place = larger;
    }
    this.setList(place + 1 + length, this.lists[place + 1] ?? 0);
    this.setList(place + 1, (symbol << 16) | 1);
    this.setList(place, ((length + 1) << 8) | (place === list ? sizeClass : sizeClass + 1));
  }

  /** Room for a list; null where there is none. */
  private allocate(sizeClass: number): number | null {
    const free = this.free[sizeClass]?.pop();
    if (free !== undefined) {
      this.journal?.note(4 * sizeClass + aFreeList, free);
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

/** Whether a table from a file is one that {@link ContextTable} could have written: nothing in it leads out of it. */
export function isSoundTable({ keys, values, lists }: TableParts, vocabularySize: number): boolean {
  for (let i = 0; i < keys.length; i++) {
    const value = values[i] ?? 0;
    if (keys[i] === 0 || value === 0) return false;
    if (
      (value & 1) === 1
        ? !isSoundList(lists, value >>> 1, vocabularySize)
        : !isSoundEntry(value >>> 16, (value & 0xffff) >>> 1, vocabularySize)
    )
      return false;
  }
  return true;
}

function isSoundList(lists: Uint32Array, list: number, vocabularySize: number): boolean {
  const head = lists[list] ?? 0;
  const length = head >>> 8;
  const sizeClass = head & 0xff;
  if (sizeClass < 1 || sizeClass > largestClass || length < 1 || length > 1 << sizeClass) return false;
  if (list + 1 + (1 << sizeClass) > lists.length) return false;
  for (let i = 0; i < length; i++) {
    const entry = lists[list + 1 + i] ?? 0;
    if (!isSoundEntry(entry >>> 16, entry & 0xffff, vocabularySize)) return false;
  }
  return true;
}

function isSoundEntry(symbol: number, count: number, vocabularySize: number): boolean {
  return symbol < vocabularySize && count >= 1 && count <= mostCounted;
}
