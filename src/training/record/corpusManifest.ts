import { join } from 'node:path';
import * as v from 'valibot';
import {
  type CorpusDocument,
  type CorpusOptions,
  type CorpusSource,
  type FolderWeights,
  keepableReasons,
} from '../../corpus/corpus';
import { keepStagedFiles } from '../../corpus/read/stagedFiles';
import { sealJson, sealOfJson } from '../../model/checksum';
import { replaceFile } from '../../model/disk';
import { documentsChoices } from '../../model/itemForm';
import { ModelError } from '../../model/modelError';
import { modelFiles } from '../../model/modelFiles';
import { readRegularText } from '../../model/regularFile';
import { tokenizerChoices } from '../../model/tokenizerKinds';
import { isKnown, pathOutside, signatureOf } from './provenance';

/** What a corpus is built from: enough to build it again when its model is trained further. */
export interface CorpusManifest {
  readonly source: CorpusSource;
  readonly options: CorpusOptions;
  /** The documents as they were; none where that isn't known. */
  readonly documents?: readonly KnownDocument[];
  /** Weights in place of the options', while a run is under way that learns new text besides the old. See topUp.ts. */
  readonly topUp?: FolderWeights;
}

/** A document that was trained on, without its text. */
export type KnownDocument = Pick<CorpusDocument, 'name' | 'characters' | 'hash'>;

/** Stands beside the checkpoint and not in model.json: it names folders of this machine, and may hold unsaved text. */
const corpusFile = modelFiles.corpus;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const weightsSchema = v.record(v.string(), v.pipe(v.number(), v.gtValue(0)));
const manifestSchema = v.object({
  source: v.object({
    paths: v.array(v.string()),
    root: v.string(),
    documents: v.array(v.object({ name: v.string(), text: v.string() })),
    spool: v.exactOptional(v.pipe(v.string(), v.uuid())),
    places: v.exactOptional(v.array(v.string())),
    encodings: v.exactOptional(
      v.array(
        v.object({
          folder: v.string(),
          languages: v.exactOptional(v.array(v.string())),
          encoding: v.string(),
        }),
      ),
    ),
    filters: v.object({
      include: v.array(v.string()),
      exclude: v.array(v.string()),
      respectGitignore: v.boolean(),
      maximumFileSize: v.pipe(v.number(), v.minValue(0)),
      keep: v.exactOptional(v.array(v.picklist(keepableReasons))),
    }),
  }),
  options: v.object({
    tokenizer: v.picklist(tokenizerChoices),
    maximumVocabulary: count,
    vocabularySize: v.exactOptional(count),
    minimumCount: count,
    validationShare: v.pipe(v.number(), v.gtValue(0), v.maxValue(0.5)),
    seed: v.pipe(v.number(), v.safeInteger()),
    weights: v.exactOptional(weightsSchema),
    normalization: v.exactOptional(v.literal('nfc')),
    documents: v.exactOptional(v.picklist(documentsChoices)),
  }),
  topUp: v.exactOptional(weightsSchema),
  signature: v.exactOptional(v.string()),
  documents: v.exactOptional(v.array(v.object({ name: v.string(), characters: count, hash: v.string() }))),
});

/** Saves it, and has what it refers to stay. @throws StorageError */
export async function saveCorpusManifest(folder: string, manifest: CorpusManifest): Promise<void> {
  const { source, options, documents, topUp } = manifest;
  if (source.spool !== undefined) await keepStagedFiles(source.spool);
  const known = documents?.map(({ name, characters, hash }) => ({ name, characters, hash }));
  const signature = await signatureOf(source);
  const text = JSON.stringify({ source, options, documents: known, topUp, signature });
  await replaceFile(join(folder, corpusFile), [Buffer.from(sealJson(text))]);
}

/**
 * What the model of a folder was trained on.
 * @throws ModelError where that isn't known here, or where the model came from elsewhere and names text outside of its
 * workspace: see {@link acceptCorpus}.
 */
export async function readCorpusManifest(folder: string): Promise<CorpusManifest> {
  const { signature, ...manifest } = await readCorpusFile(folder);
  const outside = pathOutside(folder, manifest.source);
  if (outside === undefined || (await isKnown(manifest.source, signature))) return manifest;
  throw new ModelError(
    'missing',
    `This model came from elsewhere and names text outside of its folder: ${outside}. Continue it to be asked whether to read that.`,
  );
}

/** What text outside of its workspace a model names that it came with from elsewhere; undefined where there is none. */
export async function outsideText(folder: string): Promise<string | undefined> {
  const { signature, source } = await readCorpusFile(folder);
  const outside = pathOutside(folder, source);
  return outside === undefined || (await isKnown(source, signature)) ? undefined : outside;
}

/** From now on the text that a model names is read wherever it lies: the user has said so. @throws ModelError, StorageError */
export async function acceptCorpus(folder: string): Promise<void> {
  await saveCorpusManifest(folder, await readCorpusFile(folder));
}

async function readCorpusFile(folder: string): Promise<v.InferOutput<typeof manifestSchema>> {
  const text = await readRegularText(join(folder, corpusFile)).catch((cause: unknown) => {
    const message = 'It is not known here what this model was trained on, so it cannot be trained further.';
    throw new ModelError('missing', message, { cause });
  });
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), text);
  if (parsed.success && sealOfJson(text) !== 'changed') return parsed.output;
  throw new ModelError(
    'damaged',
    `This model is damaged: ${corpusFile} no longer says what it was trained on. Train a new model from this one, and choose its text again.`,
  );
}
