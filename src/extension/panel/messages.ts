import * as v from 'valibot';
import type { FromPanel } from '../../protocol/panel';

/** Longest text that the page may copy or insert, UTF-16 units; a sample has a few hundred. */
const maximumText = 100_000;

/** Largest file that the page may save, UTF-16 units: a picture in base64, or a day's metrics. */
const maximumContent = 64 * 2 ** 20;

const longest = 24 * 60;
const minutes = v.pipe(v.number(), v.minValue(0.1), v.maxValue(longest));

const control = v.variant('type', [
  v.object({ type: v.picklist(['pause', 'resume', 'stop', 'discard']) }),
  v.object({ type: v.literal('scale rate'), factor: v.pipe(v.number(), v.minValue(0.01), v.maxValue(100)) }),
  v.object({ type: v.literal('extend'), minutes }),
]);

const text = v.pipe(v.string(), v.maxLength(maximumText));

const fromPanel = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('control'), control }),
  v.object({
    type: v.literal('command'),
    command: v.picklist([
      'train',
      'cancelPreparation',
      'continue',
      'generate',
      'runQuietly',
      'runAtFullSpeed',
      'showLog',
      'showCard',
      'saveCard',
      'selectModel',
    ]),
  }),
  // None: to the end of what it was given.
  v.object({ type: v.literal('continue'), minutes: v.union([v.literal(0), minutes]) }),
  v.object({ type: v.literal('insert'), text }),
  v.object({ type: v.literal('copy'), text }),
  v.object({
    type: v.literal('save'),
    file: v.picklist(['metrics.csv', 'chart.png', 'chart.svg']),
    content: v.pipe(v.string(), v.maxLength(maximumContent)),
  }),
]);

/** What the page says, checked field by field; null for anything that the protocol doesn't have. */
export function parseFromPanel(message: unknown): FromPanel | null {
  const parsed = v.safeParse(fromPanel, message);
  return parsed.success ? parsed.output : null;
}
