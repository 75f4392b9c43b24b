/** How unexpected a character is, in steps that are told apart by their colours. */
export const levels = [
  { name: 'slight', label: 'slightly unexpected', from: 4 },
  { name: 'unexpected', label: 'unexpected', from: 6 },
  { name: 'surprising', label: 'surprising', from: 8 },
  { name: 'astonishing', label: 'astonishing', from: 11 },
] as const;

/** Index into {@link levels}; -1 for what is expected or not known. */
export function levelOf(bits: number): number {
  let level = -1;
  while (bits >= (levels[level + 1]?.from ?? Infinity)) level++;
  return level;
}

/** Name of a level. */
export type LevelName = (typeof levels)[number]['name'];

/** A run of code units of one level. */
export interface LevelRun {
  readonly start: number;
  readonly end: number;
  readonly level: number;
}

/** The runs of a part of a text that are to be coloured. */
export function runsIn(surprise: Float32Array, from: number, to: number): readonly LevelRun[] {
  const runs: LevelRun[] = [];
  for (let start = from, end = from; start < to; start = end) {
    const level = levelOf(surprise[start] ?? NaN);
    while (end < to && levelOf(surprise[end] ?? NaN) === level) end++;
    if (level >= 0) runs.push({ start, end, level });
  }
  return runs;
}

/** A place that stands out. */
export interface SurprisingPlace {
  readonly offset: number;
  readonly bits: number;
}

/** The most surprising places of a text, most surprising first: one a word, at least the lowest level. */
export function mostSurprising(surprise: Float32Array, text: string, count: number): readonly SurprisingPlace[] {
  const places: SurprisingPlace[] = [];
  let best: SurprisingPlace | null = null;
  const close = (): void => {
    if (best !== null && levelOf(best.bits) >= 0) places.push(best);
    best = null;
  };
  for (let i = 0; i < surprise.length; i++) {
    const bits = surprise[i] ?? NaN;
    if (isBlank(text.charCodeAt(i))) close();
    if (best === null ? !Number.isNaN(bits) : bits > best.bits) best = { offset: i, bits };
  }
  close();
  return places.sort((a, b) => b.bits - a.bits || a.offset - b.offset).slice(0, count);
}

/** Whether a code unit stands between words. */
export function isBlank(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}
