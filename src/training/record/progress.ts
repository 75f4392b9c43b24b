import * as v from 'valibot';
import type { TrainerState } from '../../engine/engine';
import type { Parameters } from '../../model/architecture';
import { type Checkpoint, readCheckpoint, saveCheckpoint } from '../../model/checkpoint';
import {
  encodeDescription,
  hyperparametersSchema,
  type ModelDescription,
  qualitySchema,
  savedHyperparameters,
} from '../../model/description';
import { ModelError } from '../../model/modelError';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const notNegative = v.pipe(v.number(), v.finite(), v.minValue(0));
const word = v.pipe(count, v.maxValue(0xffffffff));

/** Where a run stands, apart from what its trainer holds, as the checkpoint holds it: plain JSON. */
const savedProgressSchema = v.object({
  /** With the budget as it has been extended. */
  recipe: hyperparametersSchema,
  step: count,
  seconds: notNegative,
  tokens: count,
  /** Factor on the schedule's rate: halved at each roll-back, changed by the user. */
  rateScale: notNegative,
  rollBacks: count,
  /** Where the training that the budget is for began, in its unit: see schedule.ts. 0 for a run that was never continued. */
  begun: v.optional(notNegative, 0),
  /** In the unit of the budget. */
  nextEvaluation: notNegative,
  evaluationsSinceBest: count,
  best: v.nullable(qualitySchema),
  /** Training loss since the last evaluation. */
  sinceEvaluation: v.object({ loss: notNegative, steps: count, seconds: notNegative }),
  stability: v.object({ recent: v.nullable(notNegative), lowest: v.nullable(notNegative) }),
  batches: v.object({
    read: count,
    random: v.tuple([word, word, word, word]),
    items: v.exactOptional(v.object({ taken: count, places: v.array(v.pipe(v.number(), v.safeInteger())) })),
  }),
  /** Under way (or interrupted), stopped by the user, or come to its own end. */
  standing: v.picklist(['running', 'stopped', 'ended']),
});

const progressSchema = v.pipe(
  savedProgressSchema,
  v.transform(({ recipe, ...rest }) => ({ hyperparameters: recipe, ...rest })),
);

/** Where a run stands, apart from what its trainer holds. */
export type Progress = v.InferOutput<typeof progressSchema>;

/** Everything that a run goes on from. */
export interface Snapshot {
  readonly state: TrainerState;
  readonly progress: Progress;
  /** The best weights as they were scored, where those of the model have learned the held-out text since. */
  readonly scored?: Parameters;
}

/** Saves a snapshot as the checkpoint of a model folder, with a copy of its model's description. @throws StorageError */
export async function saveSnapshot(
  folder: string,
  { state, progress, scored }: Snapshot,
  description?: ModelDescription,
): Promise<void> {
  const { architecture, batchSize: streams } = progress.hyperparameters;
  const { hyperparameters, ...rest } = progress;
  const saved = { recipe: savedHyperparameters(hyperparameters), ...rest };
  const extras = { ...(scored && { scored }), ...(description && { description: encodeDescription(description) }) };
  const checkpoint: Checkpoint = { architecture, streams, ...state, ...extras, progress: saved };
  await saveCheckpoint(folder, checkpoint);
}

/** The snapshot that a model folder's checkpoint holds; undefined where there is none. @throws ModelError */
export async function readSnapshot(folder: string): Promise<Snapshot | undefined> {
  const checkpoint = await readCheckpoint(folder);
  if (checkpoint === undefined) return undefined;
  const parsed = v.safeParse(progressSchema, checkpoint.progress);
  if (!parsed.success)
    throw new ModelError('damaged', 'The checkpoint is damaged: it does not say where the run stood.');
  const progress = parsed.output;
  const { architecture, streams, parameters, averaged, firstMoments, secondMoments, carried, scored } = checkpoint;
  if (
    JSON.stringify(progress.hyperparameters.architecture) !== JSON.stringify(architecture) ||
    progress.hyperparameters.batchSize !== streams
  ) {
    throw new ModelError('damaged', 'The checkpoint is damaged: its hyperparameters are for other tensors.');
  }
  const state = { step: progress.step, parameters, averaged, firstMoments, secondMoments, carried };
  return { state, progress, ...(scored && { scored }) };
}

/** Whether a state holds nothing but numbers: one that has blown up can't be gone on from, and must not be saved. */
export function isSound(state: TrainerState): boolean {
  const { parameters, averaged, firstMoments, secondMoments, carried } = state;
  return hasOnlyNumbers(carried) && [parameters, averaged, firstMoments, secondMoments].every(areSound);
}

/** The same of a model's weights. */
export function areSound(parameters: Parameters): boolean {
  return [...parameters.values()].every(({ data }) => hasOnlyNumbers(data));
}

/** A loop, since a callback for each of some ten million numbers takes longer than a step. */
function hasOnlyNumbers(numbers: Float32Array): boolean {
  for (const number of numbers) if (!Number.isFinite(number)) return false;
  return true;
}
