/**
 * Reading a model whose parts may be damaged or missing. What is whole stands in: the weights and the checkpoint each carry a
 * copy of the description, and the checkpoint holds weights.
 */
import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parameter, type Parameters, parameterShapes } from './architecture';
import type { Checkpoint } from './checkpoint';
import { sealOfJson } from './checksum';
import { longestDescription, type ModelDescription, parseDescription, withoutMemory } from './description';
import { lookInside } from './insideRoot';
import { ModelError } from './modelError';
import { descriptionKey, modelFiles, rootOf } from './modelFiles';
import { OversizedFileError, readRegularText } from './regularFile';
import { SafetensorsError } from './safetensorsError';
import { UnsafePathError } from './unsafePath';

/** A model, whole and valid. */
export interface Model {
  /** Absolute path. */
  readonly folder: string;
  readonly description: ModelDescription;
  /** The best weights by validation, shaped as the description's architecture has it. */
  readonly parameters: Parameters;
  /** What stands in for a damaged part, one sentence; left out where all is whole. */
  readonly notice?: string;
  /** Which part that is. */
  readonly standIn?: 'description' | 'weights';
}

/** A part of a model, or why it isn't there as it was saved. */
type Part<T> = { readonly kind: 'whole'; readonly value: T } | { readonly kind: 'lacking'; readonly error: ModelError };

/**
 * The model of a folder.
 * @throws ModelError where it is missing, damaged past what the rest of it can stand in for, from a newer Textloom, or has no
 * weights yet.
 */
export async function readModel(folder: string): Promise<Model> {
  const model = await readParts(folder);
  return { ...model, description: await asItStands(folder, model.description) };
}

async function readParts(folder: string): Promise<Model> {
  const { readSafetensors } = await import('./safetensors');
  const weights = await weightsOf(folder, readSafetensors);
  const { description: written, isCopy } = await descriptionFor(folder, weights);
  const fitting = partOf((): Model => {
    if (weights.kind === 'lacking') throw weights.error;
    const { tensors, metadata } = weights.value;
    const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
    const description = latest(written, metadata);
    const names = requireShapes(shapes, description);
    return { folder, description, parameters: new Map(names.map((name) => [name, parameter(tensors, name)] as const)) };
  });
  if (fitting.kind === 'whole')
    return { ...fitting.value, ...(isCopy && { notice: copyUsed, standIn: 'description' }) };
  return fromCheckpoint(folder, written, fitting.error);
}

/** The description of a model, with or without weights yet; quick. @throws ModelError as {@link readModel} */
export async function readDescription(folder: string): Promise<ModelDescription> {
  return asItStands(folder, await readWritten(folder));
}

/** A model whose memory's file isn't there writes by its weights alone: what it reached with the memory is no more. */
async function asItStands(folder: string, description: ModelDescription): Promise<ModelDescription> {
  if (description.memory === undefined) return description;
  const isThere = await lstat(join(folder, modelFiles.memory)).catch((error: unknown) => !isAbsent(error));
  return isThere === false ? withoutMemory(description) : description;
}

async function readWritten(folder: string): Promise<ModelDescription> {
  const { readSafetensorsOutline } = await import('./safetensorsHeader');
  const weights = await weightsOf(folder, readSafetensorsOutline);
  const { description: written } = await descriptionFor(folder, weights);
  const described = partOf(() => {
    if (weights.kind === 'lacking') throw weights.error;
    const description = latest(written, weights.value.metadata);
    requireShapes(weights.value.shapes, description);
    return description;
  });
  if (described.kind === 'whole') return described.value;
  if (isNone(described.error)) return written;
  // Something must be able to stand in for the weights.
  const checkpoint = await outlineOfCheckpoint(folder);
  if (isFor(checkpoint, written)) return written;
  throw described.error;
}

const copyUsed = `${modelFiles.description} is damaged: the copy of it in another file of the model is used.`;

/**
 * What model.json says; where it doesn't, the newest copy of it.
 * @throws ModelError where there is none either
 */
async function descriptionFor(
  folder: string,
  weights: Part<{ readonly metadata: Readonly<Record<string, string>> }>,
): Promise<{ readonly description: ModelDescription; readonly isCopy: boolean }> {
  const written = await descriptionOf(folder);
  if (written.kind === 'whole') return { description: written.value, isCopy: false };
  const checkpoint = await outlineOfCheckpoint(folder);
  const texts = [
    weights.kind === 'whole' ? weights.value.metadata[descriptionKey] : undefined,
    checkpoint?.description,
  ];
  const copies = texts.flatMap((text) => {
    const copy = text === undefined ? undefined : partOf(() => parseDescription(text));
    return copy?.kind === 'whole' ? [copy.value] : [];
  });
  // The checkpoint is saved more often than the weights, and last of all.
  const newest = copies.reduce<ModelDescription | undefined>(
    (best, copy) => (best === undefined || (copy.id === best.id && copy.revision >= best.revision) ? copy : best),
    undefined,
  );
  if (newest === undefined) throw written.error;
  // The model may have got another name since: that of its folder.
  const name = basename(folder);
  return { description: name.startsWith('.') ? newest : { ...newest, name }, isCopy: true };
}

/** Weights of the checkpoint in place of the best ones. @param fault what is wrong with those */
async function fromCheckpoint(folder: string, description: ModelDescription, fault: ModelError): Promise<Model> {
  if (description.best === null) throw isNone(fault) ? noWeights(description.name) : fault;
  const checkpoint = await checkpointOf(folder);
  if (checkpoint === undefined || !isFor(checkpoint, description)) throw fault;
  const what = isNone(fault) ? 'missing' : 'damaged';
  const newest = description.best.weights === 'averaged' ? checkpoint.averaged : checkpoint.parameters;
  // Those of the checkpoint have not learned the held-out text.
  const unfinished = { ...description };
  delete unfinished.finishing;
  return {
    folder,
    description: unfinished,
    parameters: checkpoint.scored ?? newest,
    notice: `${modelFiles.weights} is ${what}: the weights of the checkpoint are used.`,
    standIn: 'weights',
  };
}

// The checkpoint is seldom needed here, and so is the code that reads it.

/** Undefined where there is no checkpoint, or it is damaged too. */
async function outlineOfCheckpoint(
  folder: string,
): Promise<Pick<Checkpoint, 'architecture' | 'description'> | undefined> {
  const { readCheckpointOutline } = await import('./checkpoint');
  return readCheckpointOutline(folder).catch(() => undefined);
}

async function checkpointOf(folder: string): Promise<Checkpoint | undefined> {
  const { readCheckpoint } = await import('./checkpoint');
  return readCheckpoint(folder).catch(() => undefined);
}

function isFor(checkpoint: Pick<Checkpoint, 'architecture'> | undefined, { architecture }: ModelDescription): boolean {
  return JSON.stringify(checkpoint?.architecture) === JSON.stringify(architecture);
}

function isNone({ fault }: ModelError): boolean {
  return fault === 'no weights';
}

function noWeights(name: string): ModelError {
  return new ModelError('no weights', `"${name}" has no weights yet: its training did not come that far.`);
}

/** What model.json says. @throws ModelError of one from a newer Textloom, or one that can't be read for now */
async function descriptionOf(folder: string): Promise<Part<ModelDescription>> {
  try {
    await requireUnlinked(folder);
    const text = await readRegularText(join(folder, modelFiles.description), longestDescription);
    return partOf(() => {
      const description = parseDescription(text);
      if (sealOfJson(text) !== 'changed') return description;
      throw new ModelError(
        'damaged',
        `This model is damaged: ${modelFiles.description} has changed since it was saved. If you changed it yourself, remove its last line, "checksum".`,
      );
    });
  } catch (cause) {
    if (cause instanceof UnsafePathError || cause instanceof OversizedFileError)
      throw new ModelError('damaged', cause.message, { cause });
    if (cause instanceof ModelError) throw cause;
    if (!isAbsent(cause)) throw unreadable(modelFiles.description, cause);
    return { kind: 'lacking', error: new ModelError('missing', `There is no model in ${folder}.`, { cause }) };
  }
}

/** The weights' file. @throws ModelError of one that can't be read for now: nothing may stand in for it */
async function weightsOf<T>(folder: string, read: (path: string) => Promise<T>): Promise<Part<T>> {
  try {
    return { kind: 'whole', value: await read(join(folder, modelFiles.weights)) };
  } catch (cause) {
    if (cause instanceof SafetensorsError) {
      const message = `This model is damaged: in ${modelFiles.weights}: ${cause.message}`;
      return { kind: 'lacking', error: new ModelError('damaged', message, { cause }) };
    }
    if (isAbsent(cause)) return { kind: 'lacking', error: noWeights(basename(folder)) };
    throw unreadable(modelFiles.weights, cause);
  }
}

/** @throws ModelError of a part that is from a newer Textloom */
function partOf<T>(read: () => T): Part<T> {
  try {
    return { kind: 'whole', value: read() };
  } catch (error) {
    if (!(error instanceof ModelError) || error.fault === 'newer') throw error;
    return { kind: 'lacking', error };
  }
}

/**
 * The newer of the description in model.json and the one that the weights carry.
 * @throws ModelError where the weights aren't those that model.json describes
 */
function latest(written: ModelDescription, metadata: Readonly<Record<string, string>>): ModelDescription {
  const text = metadata[descriptionKey];
  if (text === undefined) return written;
  const carried = parseDescription(text);
  if (carried.id !== written.id || carried.revision < written.revision) {
    throw new ModelError('damaged', `This model is damaged: its weights belong to another model, "${carried.name}".`);
  }
  return carried.revision > written.revision ? carried : written;
}

/** Names of the parameters, once it is certain that each is there and fits. */
function requireShapes(
  found: ReadonlyMap<string, readonly number[]>,
  { architecture }: ModelDescription,
): readonly string[] {
  const shapes = parameterShapes(architecture);
  for (const [name, shape] of shapes) {
    const other = found.get(name);
    if (other?.join() === shape.join()) continue;
    const is = other === undefined ? 'missing' : `[${other.join(', ')}]`;
    throw new ModelError('damaged', `This model is damaged: "${name}" should be [${shape.join(', ')}], is ${is}.`);
  }
  return [...shapes.keys()];
}

/** A model that is named by hand may be read behind a link; below a workspace's hidden folder none is gone through. */
async function requireUnlinked(folder: string): Promise<void> {
  const shelf = dirname(folder);
  const root = rootOf(shelf);
  if (root !== shelf) await lookInside(root, folder);
}

function unreadable(name: string, cause: unknown): ModelError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ModelError('damaged', `${name} could not be read: ${why}`, { cause });
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
