import { formatAge, formatBytes, formatLoss, formatProgress, plural } from '../../base/format';
import type { ListedModel } from '../../model/modelList';
import { asItWrites } from '../../model/asItWrites';
import { folderNameOf } from '../../model/modelName';
import { escapeMarkdown } from '../markdown';

/** One row of the view. Plain data, so that plain Node tests what a user reads. */
export interface ModelRow {
  readonly label: string;
  /** Smaller, after the label; cut off first where the view is narrow. */
  readonly description: string;
  /** Markdown, without links. */
  readonly tooltip: string;
  readonly icon: { readonly id: string; readonly color?: string };
  /** Words for `when` clauses of menus, as `viewItem`. */
  readonly context: string;
  /** What a screen reader says in place of label and description. */
  readonly spoken: string;
}

/** A training that is on. */
export interface RowProgress {
  readonly phase: 'training' | 'paused';
  /** Share of the budget used, 0 to 1; null where another window or a terminal trains, whose progress isn't seen from here. */
  readonly share: number | null;
}

/** A model with what stands beside its description. */
export interface ShownModel {
  readonly listed: ListedModel;
  /** Size of its folder. */
  readonly bytes: number;
  /** It writes in this workspace. */
  readonly isActive: boolean;
  readonly progress: RowProgress | null;
}

/** Said of a model whose training hasn't come that far. */
const noWeights = 'no weights yet';

/** The row of a model at a time in milliseconds. Pure: all that it says comes from its arguments. */
export function modelRow(model: ShownModel, now: number): ModelRow {
  const { listed, bytes } = model;
  if (listed.kind === 'damaged') return damagedRow(listed.folder, listed.reason, bytes);
  const { name, created, best } = listed.description;
  const age = formatAge(Date.parse(created), now);
  const folder = lastPart(listed.folder);
  const progress = model.progress === null ? [] : [progressText(model.progress)];
  const reached = asItWrites(listed.description);
  const bits = reached && formatLoss(reached.bitsPerCharacter, 2);
  const size = formatBytes(bytes);
  // As where it was copied by hand: it tells apart what has one name.
  const place = folder === folderNameOf(name) ? [] : [`in ${folder}`];
  const context = [
    'model',
    ...(best === null ? [] : ['usable']),
    ...(model.isActive ? ['active'] : []),
    ...(model.progress === null ? [] : ['running']),
  ];
  return {
    label: name,
    description: [...progress, bits === null ? noWeights : `${bits} bits/char`, size, age, ...place].join(' · '),
    tooltip: tooltipOf(model, listed),
    icon: iconOf(model, best !== null),
    context: context.join(' '),
    spoken: [
      name,
      ...(model.isActive ? ['writes in this workspace'] : []),
      ...progress,
      bits === null ? noWeights : `${bits} bits per character`,
      size,
      age === 'new' ? age : `${age} old`,
      ...place,
    ].join(', '),
  };
}

function damagedRow(folder: string, reason: string, bytes: number): ModelRow {
  const label = lastPart(folder);
  return {
    label,
    description: `can't be used · ${formatBytes(bytes)}`,
    tooltip: `**${escapeMarkdown(label)}** can't be used  \n${escapeMarkdown(reason)}`,
    icon: { id: 'warning', color: 'list.warningForeground' },
    context: 'damaged',
    spoken: `${label} can't be used: ${reason}`,
  };
}

/** The name of a folder. */
function lastPart(folder: string): string {
  return folder.split(/[\\/]/).at(-1) ?? folder;
}

function progressText({ phase, share }: RowProgress): string {
  if (share === null) return 'training';
  return phase === 'paused' ? `paused at ${formatProgress(share)}` : `training ${formatProgress(share)}`;
}

function iconOf({ progress, isActive }: ShownModel, hasWeights: boolean): ModelRow['icon'] {
  if (progress?.phase === 'paused') return { id: 'debug-pause', color: 'charts.yellow' };
  if (progress !== null) return { id: 'loading~spin', color: 'charts.blue' };
  if (isActive) return { id: 'pass-filled', color: 'charts.green' };
  return { id: hasWeights ? 'circle-outline' : 'circle-slash' };
}

function tooltipOf({ isActive, bytes }: ShownModel, listed: Extract<ListedModel, { kind: 'model' }>): string {
  const { name, corpus, created, appVersion } = listed.description;
  const reached = asItWrites(listed.description);
  const lines = [
    `**${escapeMarkdown(name)}**${isActive ? ': writes in this workspace' : ''}`,
    reached === null
      ? 'It has no weights yet: its training did not come that far.'
      : `${formatLoss(reached.bitsPerCharacter)} bits (${formatLoss(reached.natsPerCharacter)} nats) per character of unseen text`,
    `Trained on ${plural(corpus.summary.files, 'file')}, begun on ${new Date(created).toLocaleString()} by Textloom ${escapeMarkdown(appVersion)}`,
    `${formatBytes(bytes)} in ${escapeMarkdown(listed.folder)}`,
  ];
  return lines.join('  \n');
}
