import { escapeMarkdown } from './markdown';
import { formatCount, formatDuration, formatLoss, formatProgress, sparkline, speakDuration } from '../base/format';
import type { LockHolder } from '../training/record/lockOwner';
import { isFinishing, isScoring, type Run, waitsForMains } from '../training/record/run';
import { baselineName } from '../training/validation/comparison';
import type { Action } from './failure';
import type { SessionState } from './session';
import { trainerText } from './trainerText';
import { resume } from './training/notice';

/** What the status bar item shows. */
export interface StatusBarView {
  /** Short, one icon. */
  readonly text: string;
  /** Markdown with command links, of {@link linkedCommands} only. */
  readonly tooltip: string;
  /** Run by a click. */
  readonly command: string;
  /** What a screen reader says in place of the text. */
  readonly accessibilityLabel: string;
  /** It asks to be looked at: the editor's own colour for that. */
  readonly background?: 'warning';
}

const links = {
  'textloom.train': 'Train Model…',
  'textloom.continue': 'Continue Training…',
  'textloom.pause': 'Pause',
  'textloom.resume': 'Resume',
  'textloom.stop': 'Stop and Keep',
  'textloom.runQuietly': 'Run Quietly',
  'textloom.runAtFullSpeed': 'Full Speed',
  'textloom.cancelPreparation': 'Cancel',
  'textloom.generate': 'Generate at Cursor',
  'textloom.stopGenerating': 'Stop Writing',
  'textloom.alternatives': 'Choose from Alternatives…',
  'textloom.stopStepping': 'Stop Stepping',
  'textloom.selectModel': 'Select Model',
  'textloom.ghostText': 'Ghost Text…',
  'textloom.showPanel': 'Show Panel',
  'textloom.showLog': 'Show Log',
} as const;

/** A command of {@link links}, or one with what it is given and what it is called then. */
type Link = keyof typeof links | Action;

/** Commands that a tooltip may link to: nothing else in it is trusted. */
export const linkedCommands: readonly string[] = Object.keys(links);

/** The status bar item of a state. Pure: all that it says comes from its argument. */
export function statusBarView(state: SessionState): StatusBarView {
  if (state.generating > 0) return generatingView(state);
  if (state.stepping) return steppingView(state);
  const { activity, run } = state;
  switch (activity.kind) {
    case 'idle':
      return state.elsewhere === null ? idleView(state) : elsewhereView(state, state.elsewhere);
    case 'preparing':
      return {
        text: `$(loading~spin) ${activity.message}`,
        tooltip: tooltip('Preparing training', escapeMarkdown(activity.message), [
          'textloom.cancelPreparation',
          'textloom.showLog',
        ]),
        command: 'textloom.showPanel',
        accessibilityLabel: `Textloom is preparing training: ${activity.message}`,
      };
    case 'training':
      return trainingView(state);
    case 'paused':
      return pausedView(run);
    case 'failed':
      return {
        text: '$(warning) Textloom: training failed',
        tooltip: tooltip('Training failed', escapeMarkdown(activity.message), [
          ...(activity.resumable === null ? [] : [resume(activity.resumable)]),
          'textloom.train',
          'textloom.showLog',
        ]),
        command: 'textloom.showPanel',
        accessibilityLabel: `Textloom: training failed. ${activity.message}`,
        background: 'warning',
      };
    default:
      return activity satisfies never;
  }
}

function idleView({ activeModel, run }: SessionState): StatusBarView {
  const cutShort = run !== null && run.phase !== 'finished' ? [resume(run.started.folder)] : [];
  if (activeModel === null) {
    return {
      text: '$(textloom-mark) Textloom',
      tooltip: tooltip('No model yet', 'Train one on the text of this workspace; nothing leaves this machine.', [
        ...cutShort,
        'textloom.train',
        'textloom.showPanel',
      ]),
      command: 'textloom.train',
      accessibilityLabel: 'Textloom has no model yet. Activate to train one.',
    };
  }
  const learned = run?.started.folder === activeModel.folder ? quality(run) : [];
  return {
    text: `$(textloom-mark) ${escapeIcons(activeModel.name)}`,
    tooltip: tooltip(escapeMarkdown(activeModel.name), ['This model writes at the cursor.', ...learned].join('  \n'), [
      ...cutShort,
      'textloom.generate',
      'textloom.alternatives',
      'textloom.selectModel',
      'textloom.continue',
      'textloom.train',
      'textloom.ghostText',
      'textloom.showPanel',
    ]),
    command: 'textloom.showPanel',
    accessibilityLabel: `Textloom model ${activeModel.name}. Activate to show the panel.`,
  };
}

/** Somebody else trains: it can be looked at here, and steered there. */
function elsewhereView({ run }: SessionState, trainer: LockHolder): StatusBarView {
  const whose = trainerText(trainer);
  const percent = formatProgress(run?.progress.at(-1)?.share ?? 0);
  const loss = run === null ? '–' : currentLoss(run);
  const name = run?.started.name ?? '';
  return {
    text: `$(eye) ${percent} · ${loss} · in ${whose}`,
    tooltip: tooltip(
      `${escapeMarkdown(name)} is trained in ${escapeMarkdown(whose)}: ${percent}`,
      run === null ? '' : describe(run),
      ['textloom.showPanel', 'textloom.generate', 'textloom.train'],
    ),
    command: 'textloom.showPanel',
    accessibilityLabel: `Textloom: ${name} is trained in ${whose}: ${percent} done, loss ${loss}.`,
  };
}

function generatingView({ activity, run, activeModel }: SessionState): StatusBarView {
  const share = run?.progress.at(-1)?.share;
  const beside = activity.kind === 'training' && share !== undefined ? ` · training ${formatProgress(share)}` : '';
  return {
    text: `$(edit) Writing, Esc stops${beside}`,
    tooltip: tooltip('Writing', activeModel === null ? '' : `with ${escapeMarkdown(activeModel.name)}`, [
      'textloom.stopGenerating',
      'textloom.showPanel',
    ]),
    command: 'textloom.stopGenerating',
    accessibilityLabel: 'Textloom is writing at the cursor. Activate to stop.',
  };
}

function steppingView({ activeModel }: SessionState): StatusBarView {
  return {
    text: '$(list-selection) Step by hand, Esc ends',
    tooltip: tooltip('Step by hand', activeModel === null ? '' : `with ${escapeMarkdown(activeModel.name)}`, [
      'textloom.stopStepping',
      'textloom.showPanel',
    ]),
    command: 'textloom.stopStepping',
    accessibilityLabel: 'Textloom shows the likeliest ways on at the cursor. Activate to end that.',
  };
}

function trainingView({ run, effort }: SessionState): StatusBarView {
  const pace = effort === 'full' ? 'textloom.runQuietly' : 'textloom.runAtFullSpeed';
  const actions: readonly Link[] = ['textloom.pause', 'textloom.stop', pace, 'textloom.showPanel'];
  const progress = run?.progress.at(-1);
  if (run === null || progress === undefined) {
    return {
      text: '$(pulse) Training…',
      tooltip: tooltip('Training', 'The first steps are being taken.', actions),
      command: 'textloom.showPanel',
      accessibilityLabel: 'Textloom is training.',
    };
  }
  if (isScoring(run)) {
    return {
      text: '$(pulse) Scoring…',
      tooltip: tooltip(`Scoring ${escapeMarkdown(run.started.name)}`, describe(run), ['textloom.showPanel']),
      command: 'textloom.showPanel',
      accessibilityLabel: 'Textloom has trained the model, and scores it on unseen text.',
    };
  }
  const percent = formatProgress(progress.share);
  const left = formatDuration(progress.secondsLeft);
  const loss = currentLoss(run);
  if (isFinishing(run)) {
    return {
      text: `$(pulse) Finishing · ${loss} · ${left} left`,
      tooltip: tooltip(`Finishing ${escapeMarkdown(run.started.name)}`, describe(run), actions),
      command: 'textloom.showPanel',
      accessibilityLabel: `Textloom has scored the model, which learns the unseen text too: ${speakDuration(progress.secondsLeft)} left.`,
    };
  }
  return {
    text: `$(pulse) ${percent} · ${loss} · ${left} left`,
    tooltip: tooltip(`Training ${escapeMarkdown(run.started.name)}: ${percent}`, describe(run), actions),
    command: 'textloom.showPanel',
    accessibilityLabel: `Textloom is training: ${percent} done, loss ${loss}, ${speakDuration(progress.secondsLeft)} left.`,
  };
}

function pausedView(run: Run | null): StatusBarView {
  const percent = formatProgress(run?.progress.at(-1)?.share ?? 0);
  const onBattery = run !== null && waitsForMains(run);
  const why = onBattery ? 'It resumes by itself on AC power.  \n' : '';
  return {
    text: onBattery ? '$(plug) Paused: on battery' : `$(debug-pause) Paused at ${percent}`,
    tooltip: tooltip(`Training paused at ${percent}`, run === null ? '' : why + describe(run), [
      'textloom.resume',
      'textloom.stop',
      'textloom.showPanel',
    ]),
    command: 'textloom.showPanel',
    accessibilityLabel: `Textloom training paused at ${percent}${onBattery ? ' because the machine is on battery' : ''}.`,
  };
}

/** Validation once there is one, before that the training loss. */
function currentLoss(run: Run): string {
  const nats = run.evaluations.at(-1)?.natsPerCharacter ?? run.progress.at(-1)?.loss;
  return nats === undefined ? '–' : formatLoss(nats, 2);
}

/** Lines on how well a model does: its curve as a sparkline, and the baseline. */
function quality(run: Run): readonly string[] {
  const lines: string[] = [];
  const curve = run.evaluations.map((evaluation) => evaluation.natsPerCharacter);
  const validation = curve.at(-1);
  if (validation !== undefined) {
    lines.push(`\`${sparkline(curve)}\` ${formatLoss(validation)} nats per character on unseen text`);
  }
  if (run.baseline !== null) {
    lines.push(`The ${baselineName(run.baseline)}: ${formatLoss(run.baseline.natsPerCharacter)}`);
  }
  return lines;
}

function describe(run: Run): string {
  const progress = run.progress.at(-1);
  const speed =
    progress === undefined
      ? []
      : [`${formatCount(Math.round(progress.tokensPerSecond))} tokens/s with ${run.started.engine.name}`];
  return [...quality(run), ...speed].join('  \n');
}

function tooltip(title: string, body: string, actions: readonly Link[]): string {
  const bar = actions.map(linkTo).join(' · ');
  return [`**${title}**`, body, bar].filter((part) => part !== '').join('\n\n');
}

function linkTo(link: Link): string {
  if (typeof link === 'string') return `[${links[link]}](command:${link})`;
  return `[${link.title}](command:${link.command}?${encodeURIComponent(JSON.stringify(link.arguments ?? []))})`;
}

/** A name that holds `$(icon)` isn't drawn as one. */
function escapeIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}
