/** How numbers are said to a user: short, rounded, never a false precision. */

/** 1,234 or 5.7 million. */
export function formatCount(count: number): string {
  if (count < 1_000_000) return count.toLocaleString('en');
  const [value, word] = count < 1_000_000_000 ? [count / 1_000_000, 'million'] : [count / 1_000_000_000, 'billion'];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${word}`;
}

/** "1 file", "2 files". */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** 940 bytes, 12 KB, 3.4 MB. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 10 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** 45 s, 3 min, 1 h 20 min. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** An age in whole units: "new", "5 min", "3 h", "2 days", "5 months". Both times in milliseconds. */
export function formatAge(then: number, now: number): string {
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) return 'new';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h`;
  const days = Math.floor(hours / 24);
  if (days < 60) return plural(days, 'day');
  return days < 730 ? `${Math.floor(days / 30.44)} months` : `${Math.floor(days / 365.25)} years`;
}

/** A share of 1 as a whole percentage that reaches 100 only at the end. */
export function formatPercent(share: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, share)) * 100)}%`;
}

/** Nats per character, to two places, or to three where the difference matters to a reader. */
export function formatLoss(nats: number, places: 2 | 3 = 2): string {
  return nats.toFixed(places);
}

/** A line of block characters, lowest to highest, for at most `width` values: the newest ones, evenly thinned. */
export function sparkline(values: readonly number[], width = 24): string {
  const bars = '▁▂▃▄▅▆▇█';
  const count = Math.min(width, values.length);
  const shown = Array.from({ length: count }, (_, i) => {
    const index = count === 1 ? 0 : Math.round((i * (values.length - 1)) / (count - 1));
    return values[index] ?? 0;
  });
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low;
  return shown.map((value) => bars[span === 0 ? 0 : Math.round(((value - low) / span) * 7)]).join('');
}
