import { join } from 'node:path';
import * as v from 'valibot';
import { type Architecture, elementCount, type Parameters, parameterShapes, type Tensor } from './architecture';
import { architectureSchema } from './description';
import { type Disk, realDisk, replaceFile } from './disk';
import { ModelError } from './modelError';
import { modelFiles } from './modelFiles';
import { encodeSafetensors, readSafetensors, readSafetensorsOutline, SafetensorsError } from './safetensors';

/** Everything that a run needs to go on: one file, so that its parts always belong together. */
export interface Checkpoint {
  readonly architecture: Architecture;
  /** Parallel streams, B. */
  readonly streams: number;
  readonly parameters: Parameters;
  readonly averaged: Parameters;
  readonly firstMoments: Parameters;
  readonly secondMoments: Parameters;
  /** [layers, 2, streams, H], hidden before cell. */
  readonly carried: Float32Array;
  /** The text of the model's model.json, for where that is damaged; older checkpoints have none. */
  readonly description?: string;
  /** The best weights as they were scored, where the model's own have learned the held-out text since. */
  readonly scored?: Parameters;
  /** Where the run stands: JSON that its owner, the training loop, writes and checks. */
  readonly progress: unknown;
}

/** Prefixes of the tensors' names. The newest weights stand under their plain names, so PyTorch reads them too. */
const groups = {
  parameters: '',
  averaged: 'averaged.',
  firstMoments: 'first_moment.',
  secondMoments: 'second_moment.',
} as const;

/** The same of tensors that only some checkpoints have. */
const scoredPrefix = 'scored.';

const headSchema = v.object({
  architecture: architectureSchema,
  streams: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  progress: v.unknown(),
});

/** Replaces the checkpoint of a model folder. @throws StorageError; the one before is then still whole. */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint, disk: Disk = realDisk): Promise<void> {
  const { architecture, streams, carried, scored, progress, description } = checkpoint;
  const tensors = new Map<string, Tensor>();
  for (const [group, prefix] of Object.entries(groups)) {
    for (const [name, tensor] of checkpoint[group as keyof typeof groups]) tensors.set(prefix + name, tensor);
  }
  for (const [name, tensor] of scored ?? []) tensors.set(scoredPrefix + name, tensor);
  tensors.set('carried', { shape: carriedShape(architecture, streams), data: carried });
  const textloom = JSON.stringify({ architecture, streams, progress });
  const metadata = { format: 'pt', textloom, ...(description !== undefined && { description }) };
  await replaceFile(join(folder, modelFiles.checkpoint), encodeSafetensors({ tensors, metadata }), disk);
}

/** The checkpoint of a model folder; undefined where there is none. @throws ModelError where it is damaged. */
export async function readCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  return reading(async () => parse(await readSafetensors(join(folder, modelFiles.checkpoint))));
}

/** What the header of a model folder's checkpoint tells; undefined where there is none. @throws as {@link readCheckpoint} */
export async function readCheckpointOutline(
  folder: string,
): Promise<Pick<Checkpoint, 'architecture' | 'description'> | undefined> {
  return reading(async () => {
    const { metadata } = await readSafetensorsOutline(join(folder, modelFiles.checkpoint));
    return { ...headOf(metadata), ...descriptionIn(metadata) };
  });
}

async function reading<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    if (!(cause instanceof SafetensorsError)) throw cause;
    throw damaged(cause.message, cause);
  }
}

function headOf(metadata: Readonly<Record<string, string>>): v.InferOutput<typeof headSchema> {
  const head = v.safeParse(headSchema, parseJson(metadata['textloom'] ?? ''));
  if (!head.success) throw damaged('it does not say what it is a checkpoint of.');
  return head.output;
}

function descriptionIn({ description }: Readonly<Record<string, string>>): Pick<Checkpoint, 'description'> {
  return description === undefined ? {} : { description };
}

function parse({ tensors, metadata }: Awaited<ReturnType<typeof readSafetensors>>): Checkpoint {
  const { architecture, streams, progress } = headOf(metadata);
  const shapes = parameterShapes(architecture);
  const withPrefix = (prefix: string) => {
    return new Map([...shapes].map(([key, shape]) => [key, checked(tensors, prefix + key, shape)]));
  };
  const isScored = [...tensors.keys()].some((name) => name.startsWith(scoredPrefix));
  return {
    architecture,
    streams,
    parameters: withPrefix(groups.parameters),
    averaged: withPrefix(groups.averaged),
    firstMoments: withPrefix(groups.firstMoments),
    secondMoments: withPrefix(groups.secondMoments),
    carried: checked(tensors, 'carried', carriedShape(architecture, streams)).data,
    ...(isScored && { scored: withPrefix(scoredPrefix) }),
    progress,
    ...descriptionIn(metadata),
  };
}

function checked(tensors: ReadonlyMap<string, Tensor>, name: string, shape: readonly number[]): Tensor {
  const tensor = tensors.get(name);
  if (tensor?.data.length !== elementCount(shape)) throw damaged(`"${name}" does not fit.`);
  return { shape, data: tensor.data };
}

function carriedShape({ layers, hiddenSize }: Architecture, streams: number): readonly number[] {
  return [layers, 2, streams, hiddenSize];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(detail: string, cause?: unknown): ModelError {
  return new ModelError('damaged', `The checkpoint is damaged: in ${modelFiles.checkpoint}: ${detail}`, { cause });
}
