import type { Interruption } from './documentWriter';

/** Why a text was left as it stands, in one sentence. */
export function interruptionText(reason: Exclude<Interruption, 'read-only'>): string {
  switch (reason) {
    case 'changed':
      return 'Stopped writing: the document was changed. What was written stays.';
    case 'closed':
      return 'Stopped writing: the editor was closed. What was written stays.';
    default:
      return reason satisfies never;
  }
}

/** Names the characters of prompts that a model has never seen: each of them once for each model. */
export class UnknownCharacters {
  private readonly named = new Map<string, Set<string>>();

  /** One sentence on those that weren't named yet; undefined where there are none. */
  remark(folder: string, characters: readonly string[]): string | undefined {
    const known = this.named.get(folder) ?? new Set<string>();
    this.named.set(folder, known);
    const fresh = characters.filter((character) => !known.has(character));
    if (fresh.length === 0) return undefined;
    for (const character of fresh) known.add(character);
    const shown = fresh.slice(0, 10).map(nameOf).join(' ');
    const more = fresh.length > 10 ? ` and ${fresh.length - 10} more` : '';
    return `The model has never seen ${shown}${more}: it reads them as unknown.`;
  }
}

/** The character, or its number where it can't be seen. */
function nameOf(character: string): string {
  const visible = /^[\p{L}\p{N}\p{P}\p{S}]/u.test(character);
  return visible ? character : `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
