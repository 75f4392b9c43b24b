/** Tabs, line ends and other control characters of a text made visible or harmless, for a line of a terminal. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '');
}
