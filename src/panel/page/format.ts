/** Numbers as people read them. Pure; a value that is not finite becomes a dash, never "NaN". */

const nothing = '–';

/** A loss, a rate of bits or a perplexity: four digits that matter at the size such numbers have. */
export function formatLoss(value: number): string {
  if (!Number.isFinite(value)) return nothing;
  if (value >= 1000) return formatCount(value);
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** A duration as a clock shows it: 0:07, 3:12, 1:02:03. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return nothing;
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** A duration in words, for a screen reader: "3 minutes 12 seconds". */
export function speakDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'an unknown time';
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const parts = [plural(hours, 'hour'), plural(minutes, 'minute'), hours > 0 ? '' : plural(rest, 'second')];
  return parts.filter((part) => part !== '').join(' ') || '0 seconds';
}

function plural(count: number, noun: string): string {
  if (count === 0) return '';
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** A count, shortened: 812, 62.4k, 1.25M. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return nothing;
  const [divisor, suffix] = magnitude(Math.abs(value));
  if (suffix === '') return String(Math.round(value));
  const scaled = value / divisor;
  return `${Math.abs(scaled) >= 99.95 ? scaled.toFixed(0) : trimZeros(scaled.toPrecision(3))}${suffix}`;
}

function magnitude(value: number): readonly [number, string] {
  if (value >= 999_500_000) return [1e9, 'G'];
  if (value >= 999_500) return [1e6, 'M'];
  return value >= 1000 ? [1e3, 'k'] : [1, ''];
}

/** Bytes in the units that system monitors use: 85 KB, 412 MB, 1.3 GB. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return nothing;
  const megabytes = bytes / 2 ** 20;
  if (megabytes < 1) return `${Math.ceil(bytes / 1024)} KB`;
  return megabytes >= 1000 ? `${(megabytes / 1024).toFixed(1)} GB` : `${Math.round(megabytes)} MB`;
}

/** A share of one in whole percent, with a thin space before the sign. */
export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)}\u202f%` : nothing;
}

/** A learning rate or a gradient's norm: three digits, whatever the size. */
export function formatSmall(value: number): string {
  if (!Number.isFinite(value)) return nothing;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1000) return formatCount(value);
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
