import {
  blanked,
  isSuspect,
  looksRandom,
  namesSecret,
  privateKeyEnd,
  privateKeyLine,
  privateKeyStart,
  privateKeyTrigger,
  secretRules,
  valueAlone,
} from './secretRules';

/** What a private key's lines are counted under. */
const privateKey = 'private key';

/** A key has fewer lines. */
const longestKey = 500;

/** Leaves out, line by line, what looks like a key or a password in one document, and counts by rule what it left out. */
export class SecretFilter {
  private readonly found = new Map<string, number>();
  /** Lines of a private key that may come still; none outside of one. */
  private keyLines = 0;

  /** Lines left out so far, by the name of the rule. */
  get lines(): ReadonlyMap<string, number> {
    return this.found;
  }

  /** A piece of the document, which is whole lines, without the lines that hold secrets. */
  filter(text: string): string {
    return this.withoutTokens(this.withoutKeys(text));
  }

  /** Private keys span lines, and may go on in the next piece. */
  private withoutKeys(text: string): string {
    // Dashes alone are found sooner than a pattern, and few texts have so many in a row.
    if (this.keyLines === 0 && !(text.includes('----') && privateKeyTrigger.test(text))) return text;
    return text
      .split(/(?<=\n)/)
      .filter((line) => !this.isOfKey(line))
      .join('');
  }

  /** A key ends with its last line, or where a line is none of a key: code that looks for keys has only their start. */
  private isOfKey(line: string): boolean {
    const starts = privateKeyStart.test(line);
    const ends = privateKeyEnd.test(line);
    const isInside = starts || (this.keyLines > 0 && (ends || privateKeyLine.test(line)));
    if (isInside) this.count(privateKey);
    if (!isInside || ends) this.keyLines = 0;
    else this.keyLines = starts ? longestKey : this.keyLines - 1;
    return isInside;
  }

  /** Looks at the lines that have a digit, which are few in most text, and every secret has one. */
  private withoutTokens(text: string): string {
    const digit = /\d/g;
    let kept = '';
    let place = 0;
    while (digit.test(text)) {
      const start = text.lastIndexOf('\n', digit.lastIndex - 1) + 1;
      const end = lineEnd(text, digit.lastIndex);
      const line = text.slice(start, end);
      const rule = ruleFor(line) ?? (isBelowItsName(text, start, line) ? 'assigned secret' : null);
      if (rule !== null) {
        this.count(rule);
        kept += text.slice(place, start);
        place = end;
      }
      digit.lastIndex = end;
    }
    return place === 0 ? text : kept + text.slice(place);
  }

  private count(rule: string): void {
    this.found.set(rule, (this.found.get(rule) ?? 0) + 1);
  }
}

/** The name of the rule that a line falls under. */
function ruleFor(line: string): string | null {
  if (!isSuspect(line)) return null;
  const rule = secretRules.find(({ pattern, looksRandom: random }) => {
    const hit = pattern.exec(line);
    if (hit === null || blanked.test(hit[0])) return false;
    return !random || looksRandom(hit[1] ?? '');
  });
  return rule?.name ?? null;
}

/** Whether a line is a value that looks random, and the one before it the name of a secret. */
function isBelowItsName(text: string, start: number, line: string): boolean {
  if (line.length > longestValue) return false;
  const value = valueAlone.exec(line)?.[1];
  if (value === undefined || !looksRandom(value)) return false;
  const before = text.slice(Math.max(0, start - longestName), start).trimEnd();
  return namesSecret.test(before.slice(before.lastIndexOf('\n') + 1));
}

/** Characters of such a line, and of the end of the one before. */
const longestValue = 600;
const longestName = 300;

/** Where the line that `place` is in ends, its line end included. */
function lineEnd(text: string, place: number): number {
  const end = text.indexOf('\n', place);
  return end < 0 ? text.length : end + 1;
}
