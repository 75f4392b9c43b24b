import { visible } from '../base/visible';

/**
 * The door to Markdown: names, messages and text that a model has written go through here into tooltips and hovers, some
 * of which may run commands.
 */

/** Text that Markdown shows as it is, in one line: it makes no link, picture, icon or HTML. */
export function escapeMarkdown(text: string): string {
  return visible(text.replace(/\s+/g, ' ')).replace(/[\\`*_{}[\]()#+\-.!<>|~$&:@]/g, '\\$&');
}

/** Text as it is in a span of code; blanks made visible. */
export function code(text: string): string {
  const shown = visible(text.replaceAll(' ', '␣').replaceAll('\n', '⏎').replaceAll('\t', '⇥'));
  const fence = '`'.repeat(1 + Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length)));
  const gap = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${gap}${shown}${gap}${fence}`;
}
