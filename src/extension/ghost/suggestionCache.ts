/** A text that was suggested at a place. */
export interface Suggestion {
  /** What it belongs to: document and model. */
  readonly key: string;
  /** UTF-16 offset of the place. */
  readonly offset: number;
  /** What stands before the place. */
  readonly before: string;
  readonly text: string;
}

/** Code units before a place that have to be the same for a suggestion to hold there. */
const tail = 200;

/** The latest suggestions: who types on along one of them is shown the rest of it at once. */
export class SuggestionCache {
  /** Latest last. */
  private readonly suggestions: Suggestion[] = [];

  constructor(private readonly capacity = 30) {}

  add(suggestion: Suggestion): void {
    if (this.suggestions.length === this.capacity) this.suggestions.shift();
    this.suggestions.push(suggestion);
  }

  /** What is left of a suggestion at a place that has been reached along it; undefined where there is none. */
  find(key: string, offset: number, before: string): string | undefined {
    for (const suggestion of this.suggestions.toReversed()) {
      const typed = offset - suggestion.offset;
      if (suggestion.key !== key || typed < 0 || typed >= suggestion.text.length || typed > before.length) continue;
      const along = before.slice(before.length - typed) === suggestion.text.slice(0, typed);
      if (along && sameTail(before.slice(0, before.length - typed), suggestion.before)) {
        return suggestion.text.slice(typed);
      }
    }
    return undefined;
  }
}

function sameTail(one: string, other: string): boolean {
  const length = Math.min(tail, one.length, other.length);
  return one.slice(one.length - length) === other.slice(other.length - length);
}
