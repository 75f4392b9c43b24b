import {
  type SecretRuleGroup,
  looksRandom,
  privateKeyEnd,
  privateKeyName,
  privateKeyStart,
  secretRules,
} from './secretRules';

/** Leaves out, line by line, what looks like a key or a password in one document, and counts by rule what it left out. */
export class SecretFilter {
  private readonly found = new Map<string, number>();
  private insideKey = false;

  /** Lines left out so far, by the name of the rule. */
  get lines(): ReadonlyMap<string, number> {
    return this.found;
  }

  /** A piece of the document, which is whole lines, without the lines that hold secrets. */
  filter(text: string): string {
    let left = this.withoutRestOfKey(text);
    for (const group of secretRules) left = this.withoutLinesOf(group, left);
    return left;
  }

  private withoutLinesOf({ trigger, rules }: SecretRuleGroup, text: string): string {
    let kept = '';
    let place = 0;
    trigger.lastIndex = 0;
    for (let match = trigger.exec(text); match !== null; match = trigger.exec(text)) {
      const start = text.lastIndexOf('\n', match.index) + 1;
      const line = text.slice(start, lineEnd(text, match.index));
      const rule = rules.find(({ pattern, looksRandom: random }) => {
        const hit = pattern.exec(line);
        return hit !== null && (!random || looksRandom(hit[1] ?? ''));
      });
      let next = start + line.length;
      if (rule) {
        kept += text.slice(place, start);
        next = rule.name === privateKeyName ? this.keyEnd(text, start) : next;
        this.count(rule.name, text.slice(start, next));
        place = next;
      }
      trigger.lastIndex = Math.max(next, match.index + 1);
    }
    return place === 0 ? text : kept + text.slice(place);
  }

  /** Where a private key that starts at `start` ends; it may go on in the next piece. */
  private keyEnd(text: string, start: number): number {
    const begin = privateKeyStart.exec(text.slice(start, lineEnd(text, start)));
    const from = start + (begin?.index ?? 0);
    const end = privateKeyEnd.exec(text.slice(from));
    this.insideKey = end === null;
    return end === null ? text.length : lineEnd(text, from + end.index);
  }

  private withoutRestOfKey(text: string): string {
    if (!this.insideKey) return text;
    const end = privateKeyEnd.exec(text);
    this.insideKey = end === null;
    const next = end === null ? text.length : lineEnd(text, end.index);
    this.count(privateKeyName, text.slice(0, next));
    return text.slice(next);
  }

  private count(rule: string, lines: string): void {
    const number = lines.split('\n').length - (lines.endsWith('\n') ? 1 : 0);
    this.found.set(rule, (this.found.get(rule) ?? 0) + number);
  }
}

/** Where the line that `place` is in ends, its line end included. */
function lineEnd(text: string, place: number): number {
  const end = text.indexOf('\n', place);
  return end < 0 ? text.length : end + 1;
}
