/** Whether a text may be suggested before the rest of a line: at its end, but for what closes after it. */
export function isSuggestiblePlace(restOfLine: string): boolean {
  return /^[\s)\]}"'’”»;,.]*$/u.test(restOfLine);
}

/** A text as it is suggested: without a word that its end may have cut; undefined where nothing is worth it. */
export function tidySuggestion(text: string, isCut: boolean): string | undefined {
  const tidy = (isCut ? (/^.*(?=[^\p{L}\p{N}_'’-])/su.exec(text)?.[0] ?? text) : text).trimEnd();
  return tidy.trim() === '' ? undefined : tidy;
}

/** What keeps ghost text from a document. */
export type Silence =
  /** The setting, which may be another for each language. */
  | { readonly kind: 'setting' }
  | { readonly kind: 'file' }
  | { readonly kind: 'snoozed'; /** Milliseconds since 1970. */ readonly until: number };

/** Why a document gets no ghost text; undefined where it does. */
export function silenceOf(
  document: { readonly isEnabled: boolean; readonly uri: string },
  switches: { readonly offFiles: ReadonlySet<string>; readonly snoozedUntil: number },
  now: number,
): Silence | undefined {
  if (!document.isEnabled) return { kind: 'setting' };
  if (switches.offFiles.has(document.uri)) return { kind: 'file' };
  if (switches.snoozedUntil > now) return { kind: 'snoozed', until: switches.snoozedUntil };
  return undefined;
}
