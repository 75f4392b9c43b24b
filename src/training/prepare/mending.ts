/**
 * Going on with a model of which a part is damaged: what stands in for that is put into its place, since from now on the model
 * is what is trained.
 */
import { withoutMemory } from '../../model/description';
import { ModelError } from '../../model/modelError';
import { readDescription, readModel, saveDescription, saveModel } from '../../model/modelFolder';
import { modelFiles } from '../../model/modelFiles';
import { damagedParts } from '../../model/modelParts';
import { readSnapshot, type Snapshot } from '../record/progress';

/** What was damaged of a model. */
export interface Mending {
  /** A sentence each. */
  readonly sentences: readonly string[];
  /** Other weights have taken the place of the best: their quality isn't known. */
  readonly hasOtherWeights: boolean;
}

/**
 * Puts in order what of a model folder is damaged or missing and can be had from the rest of it. Its checkpoint is read, and
 * replaced, by whoever goes on.
 * @throws ModelError where the rest is not enough; StorageError
 */
export async function mendModel(folder: string): Promise<Mending> {
  const damaged = await damagedParts(folder);
  const sentences = damaged.filter(({ file }) => file !== modelFiles.checkpoint).map(({ sentence }) => sentence);
  const description = await readDescription(folder);
  const isDescriptionDamaged = damaged.some(({ file }) => file === modelFiles.description);
  if (description.best === null) {
    if (isDescriptionDamaged) await saveDescription(folder, description);
    return { sentences, hasOtherWeights: false };
  }
  const { parameters, notice, standIn, description: usable } = await readModel(folder);
  if (notice === undefined) return { sentences, hasOtherWeights: false };
  const isWeights = standIn === 'weights';
  if (isWeights) {
    const snapshot = await readSnapshotOrFault(folder);
    const step = snapshot === undefined || snapshot instanceof ModelError ? 0 : snapshot.progress.step;
    const best = { ...description.best, step: Math.min(description.best.step, step) };
    await saveModel(folder, { ...withoutMemory(usable), best }, parameters);
  } else {
    await saveDescription(folder, description);
  }
  const isTold = damaged.some(({ file }) => file === (isWeights ? modelFiles.weights : modelFiles.description));
  return { sentences: isTold ? sentences : [notice, ...sentences], hasOtherWeights: isWeights };
}

/** The snapshot of a model's checkpoint, undefined where there is none, or the reason why it can't be gone on from. */
export async function readSnapshotOrFault(folder: string): Promise<Snapshot | ModelError | undefined> {
  try {
    return await readSnapshot(folder);
  } catch (error) {
    if (error instanceof ModelError && error.fault === 'damaged') return error;
    throw error;
  }
}

/** What a run goes on from whose best weights had to be replaced: whatever it reaches next is the best. */
export function withoutBest({ state, progress }: Snapshot): Snapshot {
  return { state, progress: { ...progress, best: null, evaluationsSinceBest: 0 } };
}
