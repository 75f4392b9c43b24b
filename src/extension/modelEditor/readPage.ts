import { isAbsolute, relative } from 'node:path';
import { parameterCount } from '../../model/architecture';
import { formatVersion } from '../../model/description';
import { parseJsonLines } from '../../model/jsonLines';
import { ModelError, type ModelFault } from '../../model/modelError';
import { modelFiles } from '../../model/modelFiles';
import type { CorpusPlace, ModelContent, ModelDamage, ModelPage } from '../../protocol/modelPage';
import type { CorpusManifest } from '../../training/record/corpusManifest';
import { storedHistory } from '../../training/record/history';
import type { ModelFiles } from './modelFiles';

/** What a page shows of a model: the model, or why there is none. */
export type ReadPage =
  { readonly kind: 'model'; readonly model: ModelPage } | { readonly kind: 'damaged'; readonly damage: ModelDamage };

/** Reads everything that a model's page shows, but for the checksum. A model that can't be read is told of, not thrown. */
export async function readPage(files: ModelFiles): Promise<ReadPage> {
  try {
    return { kind: 'model', model: await readModelPage(files) };
  } catch (error) {
    return damagedPage(error, files);
  }
}

/** The page of a model with the checksum of its weights, which takes a moment; where a file isn't as it was packed, the damage. */
export async function checkedContent(
  page: Extract<ReadPage, { kind: 'model' }>,
  files: ModelFiles,
): Promise<ModelContent> {
  try {
    return { ...page, checksum: { sha256: await files.checksum() } };
  } catch (error) {
    return error instanceof ModelError ? damagedPage(error, files) : { ...page, checksum: 'unreadable' };
  }
}

/** What is shown in place of a model that can't be read. @throws whatever isn't about the model */
function damagedPage(error: unknown, files: ModelFiles): Extract<ReadPage, { kind: 'damaged' }> {
  if (!(error instanceof ModelError)) throw error;
  return { kind: 'damaged', damage: { fault: error.fault, ...adviceOn[error.fault](files), reason: error.message } };
}

async function readModelPage(files: ModelFiles): Promise<ModelPage> {
  const [{ tokenizer, ...description }, metrics, samples, list, corpus] = await Promise.all([
    files.description(),
    files.text(modelFiles.metrics),
    files.text(modelFiles.samples),
    files.list(),
    files.corpus(),
  ]);
  return {
    description,
    tokenizer: tokenizer.kind,
    newestFormat: formatVersion,
    place: files.place,
    history: storedHistory(
      files.path,
      { ...description, tokenizer },
      { metrics: parseJsonLines(metrics), samples: parseJsonLines(samples) },
    ),
    source: corpus === null ? null : corpusPlace(corpus),
    files: list,
    parameters: parameterCount(description.architecture),
    hasWeights: list.some(({ name }) => name === modelFiles.weights),
  };
}

function corpusPlace({ source }: CorpusManifest): CorpusPlace {
  const { paths, root, documents, filters } = source;
  return {
    paths: [...paths.map((path) => nameBelow(root, path)), ...documents.map(({ name }) => name)],
    include: filters.include,
    exclude: filters.exclude,
  };
}

/** A path as it is called from a folder, where it lies in it. */
function nameBelow(root: string, path: string): string {
  const name = relative(root, path);
  if (name === '') return 'everything in its folder';
  return name.startsWith('..') || isAbsolute(name) ? path : name;
}

type Advice = Pick<ModelDamage, 'title' | 'advice'>;

/** What to do where a model can't be read. */
const adviceOn: Readonly<Record<ModelFault, (files: ModelFiles) => Advice>> = {
  missing: ({ place }) => ({
    title: 'There is no model here',
    advice:
      place === 'folder'
        ? 'Its folder was moved or deleted, or its model.json has gone: put it back, or choose another model.'
        : 'The file was moved or deleted: put it back, or choose another model.',
  }),
  newer: () => ({
    title: 'This model is newer than this Textloom',
    advice: 'Update the extension, and open it again.',
  }),
  damaged: ({ place }) => ({
    title: 'This model is damaged',
    advice:
      place === 'folder'
        ? 'Nothing was changed. Put its files back from a copy or from version control; else it can only be deleted and trained anew.'
        : 'Ask for the file again, or pack the model once more where it came from.',
  }),
  'no weights': () => ({
    title: 'This model has no weights yet',
    advice: 'Its training did not come to a first score: continue it.',
  }),
};
