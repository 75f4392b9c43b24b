/**
 * What is done to models while it is made to fail: the real functions on real files, with Textloom's own engine. Each
 * runs in a process of its own: see program.ts.
 */

import { bringBack, removeSetAside, setAside } from '../../src/model/deletedModels';
import { duplicateModel, moveModel, renameModel } from '../../src/model/modelChanges';
import { packModel } from '../../src/model/packModel';
import { unpackModel } from '../../src/model/unpackModel';
import { type LoopControl, TrainingControls } from '../../src/training/loop/controls';
import { train } from '../../src/training/loop/train';
import type { TrainingJob } from '../../src/training/prepare/trainingJob';
import { indexCopies } from '../../src/training/record/copiesOfModel';
import type { Bench } from './bench';

/** What a deed begins with: nothing, a model whose training has ended or was interrupted, or one that was deleted. */
export type Beginning = 'nothing' | 'finished' | 'interrupted' | 'deleted';

/** Something that is done to a folder of models. */
export interface Deed {
  readonly beginning: Beginning;
  readonly act: (bench: Bench) => Promise<unknown>;
  /** The model that was there may be gone afterwards, since that is what is asked for. */
  readonly mayRemove?: boolean;
  /** What it trains ends bit for bit the same, whenever it was killed. */
  readonly repeats?: boolean;
}

/** All of them by name. */
export const deeds: Readonly<Record<string, Deed>> = {
  train: { beginning: 'nothing', repeats: true, act: (bench) => trainToEnd(bench.begin()) },
  'discard a new one': { beginning: 'nothing', act: (bench) => trainToEnd(bench.begin(), { type: 'discard' }) },
  resume: { beginning: 'interrupted', repeats: true, act: (bench) => trainToEnd(bench.goOn()) },
  continue: { beginning: 'finished', act: (bench) => trainToEnd(bench.goOn({ minutes: 0.5 })) },
  'discard what was continued': {
    beginning: 'finished',
    act: (bench) => trainToEnd(bench.goOn({ minutes: 1 }), { type: 'discard' }),
  },
  'top up, with a larger vocabulary': {
    beginning: 'finished',
    act: (bench) => trainToEnd(bench.goOn({ minutes: 0.5, text: bench.newText })),
  },
  'index copies': { beginning: 'finished', act: ({ model }) => indexCopies(model) },
  rename: { beginning: 'finished', act: ({ model }) => renameModel(model, 'renamed') },
  duplicate: { beginning: 'finished', act: ({ model }) => duplicateModel(model) },
  move: { beginning: 'finished', act: ({ model, otherShelf }) => moveModel(model, otherShelf) },
  'move to another disk': {
    beginning: 'finished',
    act: ({ model, shelfElsewhere }) => moveModel(model, shelfElsewhere),
  },
  delete: { beginning: 'finished', act: ({ model }) => setAside(model) },
  restore: { beginning: 'deleted', act: async ({ aside }) => bringBack(await aside()) },
  'delete for good': { beginning: 'deleted', mayRemove: true, act: async ({ aside }) => removeSetAside(await aside()) },
  export: { beginning: 'finished', act: ({ model, packed }) => packModel(model, packed, { withTraining: true }) },
  import: {
    beginning: 'finished',
    act: ({ sent, shelf }) => unpackModel(sent, shelf, { name: 'imported', withTraining: true }),
  },
};

/** Trains to the end, or until the middle, where something else is asked for. */
async function trainToEnd(preparing: Promise<TrainingJob>, control?: LoopControl): Promise<void> {
  const job = await preparing;
  const controls = new TrainingControls();
  if (control !== undefined) void controls.send(control);
  const end = await train(job, controls);
  if (end.kind === 'failed') throw Object.assign(new Error(end.message), { name: 'StorageError' });
}
