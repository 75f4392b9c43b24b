/** Where a model is, and what its files are called. */
import { basename, dirname } from 'node:path';

/** Names of the files of a model folder. */
export const modelFiles = {
  description: 'model.json',
  weights: 'model.safetensors',
  checkpoint: 'training.safetensors',
  metrics: 'metrics.jsonl',
  samples: 'samples.jsonl',
  card: 'README.md',
  copies: 'copies.index',
  memory: 'memory.bin',
  corpus: 'corpus.json',
  run: 'run.json',
} as const;

/** The file that stands in a model's folder while it is trained. */
export const lockFile = 'training.lock';

/** The folder of a workspace in which its models' folder is. */
export const hiddenFolder = '.textloom';

/** How the name of a model ends that is packed in one file (packedModel.ts). */
export const packedEnding = '.textloom';

/** Where the weights' metadata hold the description that they belong to. */
export const descriptionKey = 'textloom';

/**
 * What is above a folder of models and was chosen by the user, so that links on the way to it are the user's: the workspace,
 * where its models are in a hidden folder of it; else the folder of models itself.
 */
export function rootOf(modelsFolder: string): string {
  const above = dirname(modelsFolder);
  return basename(above) === hiddenFolder ? dirname(above) : modelsFolder;
}
