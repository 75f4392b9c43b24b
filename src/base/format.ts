/**
 * Numbers as people read them, the same in the editor, the panel, a terminal and a model's card: short, rounded, never a
 * false precision. Pure; a value that is not finite becomes a dash, never "NaN".
 */

const nothing = '–';

/** A count in prose: 999, 12,345, 1.2 million. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return nothing;
  if (Math.abs(count) < 999_950) return Math.round(count).toLocaleString('en');
  const [value, word] = Math.abs(count) < 999.5e6 ? [count / 1e6, 'million'] : [count / 1e9, 'billion'];
  return `${value.toFixed(Math.abs(value) < 9.95 ? 1 : 0)} ${word}`;
}

/** "1 file", "2 files". */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A count where there is little room: 812, 62.4k, 1.25M. */
export function formatShortCount(value: number): string {
  if (!Number.isFinite(value)) return nothing;
  const [divisor, suffix] = magnitude(Math.abs(value));
  if (suffix === '') return String(Math.round(value));
  const scaled = value / divisor;
  return `${Math.abs(scaled) >= 99.95 ? scaled.toFixed(0) : trimZeros(scaled.toPrecision(3))}${suffix}`;
}

function magnitude(value: number): readonly [number, string] {
  if (value >= 999_500_000) return [1e9, 'G'];
  if (value >= 999_500) return [1e6, 'M'];
  return value >= 999.5 ? [1e3, 'k'] : [1, ''];
}

const byteUnits = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** A size in decimal units, as disks and networks have them: 940 bytes, 1.5 kB, 412 MB, 1.3 GB. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return nothing;
  let unit = 0;
  let value = bytes;
  while (value >= (unit === 0 ? 1000 : 999.5) && unit < byteUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${byteUnits[unit] ?? ''}`;
}

/** A duration as a clock shows it: 0:07, 3:12, 1:02:03. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return nothing;
  const [hours, minutes, rest] = clockParts(seconds);
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** A duration in words, for a sentence or a screen reader: "3 minutes 12 seconds". */
export function speakDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'an unknown time';
  const [hours, minutes, rest] = clockParts(seconds);
  const parts = [
    hours > 0 ? plural(hours, 'hour') : '',
    minutes > 0 ? plural(minutes, 'minute') : '',
    hours === 0 && rest > 0 ? plural(rest, 'second') : '',
  ];
  return parts.filter((part) => part !== '').join(' ') || '0 seconds';
}

function clockParts(seconds: number): readonly [hours: number, minutes: number, seconds: number] {
  const whole = Math.max(0, Math.round(seconds));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
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

/** A share of 1 in whole percent: 21%. */
export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)}%` : nothing;
}

/** How much of something is done, from 0 to 1, in whole percent: it reaches 100% only at the end. */
export function formatProgress(share: number): string {
  return Number.isFinite(share) ? `${Math.floor(Math.min(1, Math.max(0, share)) * 100)}%` : nothing;
}

/** A probability or a small share: 34%, 3.4%, <0.1%. */
export function formatProbability(probability: number): string {
  if (!Number.isFinite(probability)) return nothing;
  const percent = 100 * probability;
  if (percent > 0 && percent < 0.1) return '<0.1%';
  return `${percent === 0 || percent >= 9.95 ? percent.toFixed(0) : percent.toFixed(1)}%`;
}

/** A loss, bits per character or a perplexity: the digits that matter at the size of such numbers. @param places below 10 */
export function formatLoss(value: number, places: 2 | 3 = 3): string {
  if (!Number.isFinite(value)) return nothing;
  if (value >= 1000) return formatShortCount(value);
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : places);
}

/** A learning rate or a gradient's norm: three digits, whatever the size. */
export function formatSmall(value: number): string {
  if (!Number.isFinite(value)) return nothing;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1000) return formatShortCount(value);
  return size < 1e-4 ? trimExponent(value.toExponential(1)) : trimZeros(value.toPrecision(3));
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function trimExponent(digits: string): string {
  return digits.replace('.0e', 'e').replace('e+', 'e');
}

/** A day as the editor's language writes it: 4 May 2026. */
export function formatDate(timestamp: string): string {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? nothing : date.toLocaleDateString(undefined, { dateStyle: 'long' });
}

/** A line of block characters, lowest to highest, for at most `width` values: evenly thinned, first and last kept. */
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
