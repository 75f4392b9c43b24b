import type { ModelFault } from '../../model/modelError';
import type { ModelCommand, ModelPage, ModelStanding } from '../../protocol/modelPage';
import { isRunning, type SessionState } from '../session';
import type { ReadPage } from './readPage';

/** Commands of the editor that do what the page offers, and what they are given. */
export const commandIds = {
  use: 'textloom.useModel',
  generate: 'textloom.generateWithModel',
  continue: 'textloom.continueTraining',
  compare: 'textloom.compareModels',
  export: 'textloom.exportModel',
  import: 'textloom.importModel',
  rename: 'textloom.renameModel',
  duplicate: 'textloom.duplicateModel',
  reveal: 'textloom.revealModel',
  delete: 'textloom.deleteModel',
  showCard: 'textloom.showCard',
  saveCard: 'textloom.saveCard',
  showPanel: 'textloom.showPanel',
  showText: 'vscode.openWith',
  update: 'workbench.extensions.action.checkForUpdates',
} as const satisfies Readonly<Record<ModelCommand, string>>;

/** How a model stands in a window, and what can be done with it there. Pure. */
export function modelStanding(
  { activity, run, activeModel, elsewhere }: SessionState,
  path: string,
  shown: ReadPage,
  registered: ReadonlySet<string>,
): ModelStanding {
  const isTrained = run?.started.folder === path && (isRunning(activity) || elsewhere !== null);
  const active = activeModel?.folder === path;
  const busy = isRunning(activity) || activity.kind === 'preparing';
  const possible =
    shown.kind === 'damaged' ? helpful[shown.damage.fault] : possibleCommands(shown.model, { active, busy, isTrained });
  return {
    active,
    training: isTrained ? { share: wholePercent(run.progress.at(-1)?.share), paused: run.phase === 'paused' } : null,
    commands: possible.filter((command) => isThere(commandIds[command], registered)),
  };
}

/** The editor's own commands are always there, and not all of them are listed. */
function isThere(id: string, registered: ReadonlySet<string>): boolean {
  return !id.startsWith('textloom.') || registered.has(id);
}

/** What can be done about a model that can't be read. */
const helpful: Readonly<Record<ModelFault, readonly ModelCommand[]>> = {
  missing: [],
  newer: ['update', 'showText', 'reveal'],
  damaged: ['showText', 'reveal', 'delete'],
  'no weights': ['continue', 'reveal', 'delete'],
};

interface Circumstances {
  readonly active: boolean;
  /** A training is on, of whatever model. */
  readonly busy: boolean;
  readonly isTrained: boolean;
}

function possibleCommands(
  { place, hasWeights, description, source }: ModelPage,
  { active, busy, isTrained }: Circumstances,
): readonly ModelCommand[] {
  if (place === 'pack') return ['import', 'reveal'];
  const canWrite = hasWeights && description.best !== null;
  const offers: readonly (readonly [ModelCommand, boolean])[] = [
    ['showPanel', isTrained],
    ['generate', canWrite],
    ['use', canWrite && !active],
    ['continue', source !== null && !busy && !isTrained],
    ['compare', canWrite],
    ['export', canWrite],
    ['rename', !isTrained],
    ['duplicate', !isTrained],
    ['showCard', true],
    ['saveCard', true],
    ['reveal', true],
    ['showText', true],
    ['delete', !isTrained],
  ];
  return offers.flatMap(([command, isPossible]) => (isPossible ? [command] : []));
}

/** So that the page is told a hundred times a training, and not at each step. */
function wholePercent(share = 0): number {
  return Math.floor(share * 100) / 100;
}
