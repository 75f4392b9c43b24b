import type { Budget } from '../../training/training';
import { askText, type back, pickOne, type Step } from '../picks';
import { minutesFault, parseMinutes } from './minutes';

const presets = [
  { label: '$(zap) Quick', minutes: 1, detail: 'A first taste: words and rhythm, little sense.' },
  { label: '$(clock) Standard', minutes: 5, detail: 'The usual choice for some hundred pages of text.' },
  { label: '$(telescope) Thorough', minutes: 30, detail: 'The best from a large corpus, while you do something else.' },
] as const;

/** Has the user say how long to train. Steps by number are for callers with arguments only. */
export async function pickBudget(step: Step, placeholder: string): Promise<Budget | typeof back> {
  for (;;) {
    const minutes = await pickOne<number | 'custom'>(step, placeholder, [
      ...presets.map(({ label, minutes: value, detail }) => ({
        label,
        description: value === 1 ? '1 minute' : `${value} minutes`,
        detail,
        value,
      })),
      { label: '$(edit) Other…', description: 'any number of minutes', value: 'custom' as const },
    ]);
    if (typeof minutes === 'symbol') return minutes;
    if (minutes !== 'custom') return { kind: 'minutes', minutes };
    const typed = await askText({ ...step, canGoBack: true }, 'How many minutes?', '10', minutesFault);
    if (typeof typed !== 'symbol') return { kind: 'minutes', minutes: parseMinutes(typed) };
  }
}
