import { join } from 'node:path';
import { readJsonLines } from '../../../src/model/jsonLines';
import { modelFiles, readModel } from '../../../src/model/modelFolder';
import { readSafetensors } from '../../../src/model/safetensors';
import { readRun } from '../../../src/training/record/record';
import type { TrainingFixture } from './trainingFixture';

/** Everything of a finished run that must not depend on whether it was interrupted. */
export async function result(workshop: TrainingFixture, folder: string) {
  const { tensors } = await readSafetensors(join(folder, modelFiles.checkpoint));
  const run = (await readRun(folder))!;
  const metrics = (await readJsonLines(join(folder, modelFiles.metrics))) as { step: number; validation: number }[];
  return {
    tensors,
    best: (await readModel(folder)).parameters,
    evaluations: run.evaluations.map(({ step, tokens, train, validation, rate, best }) => [
      step,
      tokens,
      train,
      validation,
      rate,
      best,
    ]),
    samples: run.samples.map(({ step, text }) => [step, text]),
    metrics: metrics.map(({ step, validation }) => [step, validation]),
    last: workshop.told('finished').at(-1)!.natsPerCharacter,
  };
}
