import type { CorpusSummary } from '../../corpus/corpus';
import { formatBytes, formatCount, plural } from '../format';

/** "34 files, 1.2 million characters". */
export function summaryTitle(summary: CorpusSummary): string {
  return `${plural(summary.files, 'file')}, ${formatCount(summary.characters)} characters`;
}

/** "120 files, 3.4 MB": how far a survey has come. */
export function progressText(progress: { readonly files: number; readonly bytes: number }): string {
  return `${plural(progress.files, 'file')}, ${formatBytes(progress.bytes)}`;
}

/** What was left out: a line a reason, most files first, with an example or two. */
export function skippedLines(summary: CorpusSummary): readonly { readonly label: string; readonly detail: string }[] {
  return [...summary.skipped]
    .sort((one, other) => other.files - one.files)
    .map(({ reason, files, examples }) => ({
      label: `${plural(files, 'file')} left out: ${reason}`,
      detail: examples.slice(0, 3).join(', '),
    }));
}

/** Why there is nothing to train on, in one sentence. */
export function nothingText(summary: CorpusSummary): string {
  const skipped = skippedLines(summary);
  if (skipped.length === 0) return 'There is no text here to train on: the folder is empty.';
  return `There is no text here to train on (${skipped.map(({ label }) => label).join('; ')}).`;
}
