import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { CorpusOptions, CorpusSource } from '../corpus/corpus';
import { replaceFile } from '../model/disk';
import { ModelError } from '../model/modelError';
import { modelFiles } from '../model/modelFolder';

/** What a corpus is built from: enough to build it again when its model is trained further. */
export interface CorpusRecipe {
  readonly source: CorpusSource;
  readonly options: CorpusOptions;
}

/** Stands beside the checkpoint and not in model.json: it names folders of this machine, and may hold unsaved text. */
const corpusFile = modelFiles.corpus;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const recipeSchema = v.object({
  source: v.object({
    paths: v.array(v.string()),
    root: v.string(),
    documents: v.array(v.object({ name: v.string(), text: v.string() })),
    filters: v.object({
      include: v.array(v.string()),
      exclude: v.array(v.string()),
      respectGitignore: v.boolean(),
      maximumFileSize: v.pipe(v.number(), v.minValue(0)),
    }),
  }),
  options: v.object({
    tokenizer: v.picklist(['auto', 'char', 'byte', 'bpe', 'word']),
    maximumVocabulary: count,
    minimumCount: count,
    validationShare: v.pipe(v.number(), v.gtValue(0), v.maxValue(0.5)),
    seed: v.pipe(v.number(), v.safeInteger()),
    weights: v.exactOptional(v.record(v.string(), v.pipe(v.number(), v.gtValue(0)))),
  }),
});

/** @throws StorageError */
export async function saveCorpusRecipe(folder: string, { source, options }: CorpusRecipe): Promise<void> {
  await replaceFile(join(folder, corpusFile), [Buffer.from(JSON.stringify({ source, options }))]);
}

/** What the model of a folder was trained on. @throws ModelError where that isn't known here. */
export async function readCorpusRecipe(folder: string): Promise<CorpusRecipe> {
  const text = await readFile(join(folder, corpusFile), 'utf8').catch((cause: unknown) => {
    const message = 'It is not known here what this model was trained on, so it cannot be trained further.';
    throw new ModelError('missing', message, { cause });
  });
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), recipeSchema), text);
  if (parsed.success) return parsed.output;
  throw new ModelError('damaged', `This model is damaged: ${corpusFile} does not say what it was trained on.`);
}
