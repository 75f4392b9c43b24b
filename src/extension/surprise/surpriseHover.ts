import { formatCount, formatProbability } from '../../base/format';
import type { NextWord } from '../../generation/choices';
import { levels } from '../../scoring/surpriseLevels';
import { code } from '../markdown';
import { colorOf } from './colors';

/** What a hover over a token says, in Markdown: how surprising it is, and what was expected. */
export function hoverText(token: string, bits: number, expected: readonly NextWord[]): string {
  const odds = bits < 1 ? '' : ` · 1 in ${oddsOf(bits)}`;
  const lines = [`**${bits.toFixed(1)} bits** for ${code(token)}${odds}`];
  if (expected.length > 0) {
    const ways = expected.map(({ text, probability }) => `${code(text)} ${formatProbability(probability)}`);
    lines.push(`Expected: ${ways.join(' · ')}`);
  }
  return lines.join('\n\n');
}

/** The colours and what they stand for, in Markdown with HTML. */
export function legend(): string {
  const rows = levels.map(({ name, label, from }, i) => {
    const next = levels[i + 1]?.from;
    const range = next === undefined ? `${from} bits and more` : `${from} to ${next} bits`;
    const variable = `var(--vscode-${colorOf(name).replaceAll('.', '-')})`;
    const swatch = `<span style="background-color:${variable};">&nbsp;&nbsp;Aa&nbsp;&nbsp;</span>`;
    return `${swatch}&nbsp; ${label}: ${range}`;
  });
  return rows.join('  \n');
}

function oddsOf(bits: number): string {
  const odds = 2 ** bits;
  return odds < 1e6 ? formatCount(odds) : 'more than a million';
}
