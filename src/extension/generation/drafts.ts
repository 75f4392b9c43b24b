import type { Copy } from '../../generation/copies/copyWatch';

/** One way on that is offered: grows while it is drawn. */
export interface Alternative {
  readonly seed: number;
  readonly temperature: number;
  text: string;
  isComplete: boolean;
  /** Passages that stand verbatim in the model's corpus: known once it is complete. */
  copies: readonly Copy[];
}

/** How much cooler and hotter than usual the drafts of one round are. */
const factors = [0.6, 0.8, 1, 1.25, 1.5];

/** The temperature that is varied where the usual one is 0, which draws one and the same text. */
const plainTemperature = 0.8;

/** A round of drafts about a temperature, from sober to wild; their seeds count on. */
export function newRound(temperature: number, seed: number): readonly Alternative[] {
  const middle = temperature > 0 ? temperature : plainTemperature;
  return factors.map((factor, index) => ({
    seed: (seed + index) % 2 ** 31,
    temperature: Math.round(100 * middle * factor) / 100,
    text: '',
    isComplete: false,
    copies: [],
  }));
}

/** Most characters of a draft that a list shows. */
const longestLabel = 60;

/** A draft as a line of a list: it goes on from the text before it, line ends can be seen, nothing is an icon. */
export function draftLabel({ text }: Alternative): string {
  const line = Array.from(text).slice(0, longestLabel).join('');
  return `…${line.replace(/\n/g, ' ↵ ').replaceAll('$(', '$\u200b(')}`;
}
