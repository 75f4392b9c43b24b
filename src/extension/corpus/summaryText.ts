import { formatBytes, formatCount, formatProbability, plural } from '../../base/format';
import { type CorpusSummary, defaultCorpusOptions, reasonText } from '../../corpus/corpus';
import { itemsText } from '../../corpus/items/itemsText';
import { chooseKind } from '../../corpus/tokenizers/chooseKind';
import type { TokenizerChoice } from '../../corpus/tokenizers/tokenizer';
import { heldOutShare } from '../../corpus/tokens/split';

/** "34 files, 1.2 million characters". */
export function summaryTitle(summary: CorpusSummary): string {
  return `${plural(summary.files, 'file')}, ${formatCount(summary.characters)} characters`;
}

/** The same with what lists are made of: "32,032 names, one a line, 228,145 characters", with the files where there are others. */
export function itemsTitle(summary: CorpusSummary): string {
  const { items, files, characters } = summary;
  if (items === undefined) return summaryTitle(summary);
  if (items.files < files) return `${summaryTitle(summary)}; ${itemsText(items)}`;
  return `${itemsText(items)}, ${formatCount(characters)} characters`;
}

/** "120 files, 3.4 MB": how far a survey has come. */
export function progressText(progress: { readonly files: number; readonly bytes: number }): string {
  return `${plural(progress.files, 'file')}, ${formatBytes(progress.bytes)}`;
}

/** A line of a summary, and more about it. */
export interface SummaryLine {
  readonly label: string;
  readonly detail: string;
}

/** What is made of the text: how much is held out, and what it is cut into. */
export function useLines(
  { characters, items, outside = 0 }: CorpusSummary,
  choice: TokenizerChoice,
): readonly SummaryLine[] {
  const share = heldOutShare(characters, defaultCorpusOptions.validationShare);
  const { kind, reason } = chooseKind(choice, characters);
  const list = items && {
    label: itemsText(items),
    detail: 'each a text of its own; they come up in a new order each time (setting "Documents")',
  };
  return [
    ...(list ? [list] : []),
    {
      label: `${formatProbability(share)} kept as unseen text`,
      detail: `${formatCount(Math.round(characters * share))} characters, to see how well it predicts what it has not read`,
    },
    { label: `Tokeniser ${kind}`, detail: reason },
    ...(outside > 0
      ? [
          {
            label: `${plural(outside, 'file')} from outside`,
            detail: 'picked by hand, not part of the workspace folder',
          },
        ]
      : []),
  ];
}

/** What is odd about how the text was read: encodings but UTF-8, and bytes that could not be read. */
export function readingLines({ encodings = [], unreadable }: CorpusSummary): readonly SummaryLine[] {
  const lines = encodings.map(({ encoding, files, examples }) => ({
    label: `${plural(files, 'file')} read as ${encoding}`,
    detail: examples.slice(0, 3).join(', '),
  }));
  if (unreadable === undefined) return lines;
  const { bytes, examples } = unreadable;
  return [...lines, { label: `${plural(bytes, 'byte')} could not be read`, detail: examples.slice(0, 3).join(', ') }];
}

/** What was left out: a line a reason, most files first, with an example or two; then lines that look like secrets. */
export function skippedLines({ skipped, secretLines }: CorpusSummary): readonly SummaryLine[] {
  const files = [...skipped]
    .sort((one, other) => other.files - one.files)
    .map(({ reason, files, examples }) => ({
      label: `${plural(files, 'file')} left out: ${reasonText(reason)}`,
      detail: examples.slice(0, 3).join(', '),
    }));
  const lines = secretLines.map(({ rule, lines }) => ({
    label: `${plural(lines, 'line')} left out: secret`,
    detail: rule,
  }));
  return [...files, ...lines];
}

/** Why there is nothing to train on, in one sentence. */
export function nothingText(summary: CorpusSummary): string {
  const skipped = skippedLines(summary);
  if (skipped.length === 0) return 'There is no text here to train on: the folder is empty.';
  const reasons = skipped.map(({ label, detail }) => `${label} (${detail})`).join('; ');
  return `There is no text here to train on: ${reasons}. To have files read all the same, take them in in the Corpus view, or set "textloom.corpus.keep".`;
}
