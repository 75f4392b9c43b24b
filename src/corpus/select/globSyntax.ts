/** Characters from one to another, both included, as UTF-16 code units. */
export interface CharacterRange {
  readonly first: number;
  readonly last: number;
}

/** `[a-z]` in a pattern. */
interface CharacterClass {
  readonly ranges: readonly CharacterRange[];
  readonly negated: boolean;
  /** The place after its bracket. */
  readonly end: number;
}

/** POSIX's names of characters, within ASCII. */
const named: Readonly<Record<string, string>> = {
  alnum: 'azAZ09',
  alpha: 'azAZ',
  blank: '  \t\t',
  cntrl: '\u0000\u001f\u007f\u007f',
  digit: '09',
  graph: '!~',
  lower: 'az',
  print: ' ~',
  punct: '!/:@[`{~',
  space: '  \t\r',
  upper: 'AZ',
  xdigit: '09afAF',
};

/** The class that begins at a bracket; undefined where none ends, and the bracket stands for itself. */
export function classAt(pattern: string, open: number): CharacterClass | undefined {
  let place = open + 1;
  const negated = pattern[place] === '!' || pattern[place] === '^';
  if (negated) place++;
  const ranges: CharacterRange[] = [];
  for (let isFirst = true; place < pattern.length; isFirst = false) {
    if (pattern[place] === ']' && !isFirst) return { ranges, negated, end: place + 1 };
    const name = /^\[:([a-z]+):\]/.exec(pattern.slice(place, place + 12))?.[1];
    const pairs = name === undefined ? undefined : named[name];
    if (pairs !== undefined && name !== undefined) {
      for (let pair = 0; pair < pairs.length; pair += 2) ranges.push(range(pairs, pair, pairs, pair + 1));
      place += name.length + 4;
      continue;
    }
    const first = pattern[place] === '\\' && place + 1 < pattern.length ? place + 1 : place;
    const isRange = pattern[first + 1] === '-' && first + 2 < pattern.length && pattern[first + 2] !== ']';
    const last = isRange ? first + 2 + (pattern[first + 2] === '\\' ? 1 : 0) : first;
    ranges.push(range(pattern, first, pattern, last));
    place = last + 1;
  }
  return undefined;
}

/** Whether a bracket opens a class that doesn't end: to git, such a pattern matches nothing. */
export function hasOpenClass(pattern: string): boolean {
  for (let place = 0; place < pattern.length; place++) {
    if (pattern[place] === '\\') place++;
    else if (pattern[place] === '[') {
      const found = classAt(pattern, place);
      if (found === undefined) return true;
      place = found.end - 1;
    }
  }
  return false;
}

function range(one: string, first: number, other: string, last: number): CharacterRange {
  return { first: one.charCodeAt(first), last: other.charCodeAt(last) };
}

/** By the place of each brace or parenthesis that opens a group, where it is closed. A brace around no comma opens none. */
export function closersOf(pattern: string): ReadonlyMap<number, number> {
  const closers = new Map<number, number>();
  const open: { readonly place: number; readonly close: string; hasComma: boolean }[] = [];
  for (let place = 0; place < pattern.length; place++) {
    const character = pattern[place] ?? '';
    const inner = open.at(-1);
    if (character === '\\') place++;
    else if (character === '[') place = (classAt(pattern, place)?.end ?? place + 1) - 1;
    else if (character === '{') open.push({ place, close: '}', hasComma: false });
    else if (character === '(' && '?*+@'.includes(pattern[place - 1] ?? ' ')) {
      open.push({ place, close: ')', hasComma: true });
    } else if (character === ',' && inner !== undefined) inner.hasComma = true;
    else if (character === inner?.close) {
      open.pop();
      if (inner.hasComma) closers.set(inner.place, place);
    }
  }
  return closers;
}
