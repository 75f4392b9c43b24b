import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileStamp } from '../../base/fileStamp';
import type { ModelDescription } from '../../model/description';
import { jsonLinesLimits } from '../../model/jsonLines';
import { modelFiles } from '../../model/modelFiles';
import { readDescription } from '../../model/readModel';
import type { PackedModel } from '../../model/packedModel';
import { openRegular, readRegularText } from '../../model/regularFile';
import type { ModelFile, ModelPlace } from '../../protocol/modelPage';
import { type CorpusManifest, readCorpusManifest } from '../../training/record/corpusManifest';

/** The files of a model, wherever they lie, as far as its page needs them. */
export interface ModelFiles {
  readonly place: ModelPlace;
  /** The model folder, or the packed model: absolute path. */
  readonly path: string;
  /** @throws ModelError */
  description(): Promise<ModelDescription>;
  /** Lines of a JSON Lines file as text; empty where there is none. */
  text(name: string): Promise<string>;
  /** Every file, by name. */
  list(): Promise<readonly ModelFile[]>;
  /** SHA-256 of the weights, hex; null where there are none. @throws ModelError where a file isn't as it was packed; Error where it can't be read. */
  checksum(): Promise<string | null>;
  /** What tells one state of the files from another: every write makes a new file, or a longer one. */
  stamp(): Promise<string>;
  /** What the text was read from; null where that isn't known here. */
  corpus(): Promise<CorpusManifest | null>;
}

/** The files of a model folder. */
export function folderFiles(folder: string): ModelFiles {
  return {
    place: 'folder',
    path: folder,
    description: () => readDescription(folder),
    text: (name) => readRegularText(join(folder, name), jsonLinesLimits.bytes).catch(() => ''),
    list: () => listFiles(folder),
    checksum: () => checksumOf(join(folder, modelFiles.weights)).catch(noneIfAbsent),
    stamp: () => fileStamp(Object.values(modelFiles).map((name) => join(folder, name))),
    corpus: () => readCorpusManifest(folder).catch(() => null),
  };
}

/** The files of a packed model. Each reading opens it anew, so that it may be replaced at any time. */
export function packedFiles(path: string): ModelFiles {
  const reading = async <T>(read: (packed: PackedModel) => Promise<T>): Promise<T> => {
    // What reads archives is loaded when there is one: activation is to be quick.
    const { PackedModel: opened } = await import('../../model/packedModel');
    const packed = await opened.open(path);
    try {
      return await read(packed);
    } finally {
      await packed.close();
    }
  };
  return {
    place: 'pack',
    path,
    description: () => reading((packed) => packed.description()),
    text: (name) => reading(async (packed) => (await packed.text(name)) ?? ''),
    list: () => reading((packed) => Promise.resolve(packed.files.map(({ name, bytes }) => ({ name, bytes })))),
    checksum: () =>
      reading(async (packed) => {
        await packed.verify();
        return packed.files.find(({ name }) => name === modelFiles.weights)?.sha256 ?? null;
      }),
    stamp: () => fileStamp([path]),
    corpus: () => Promise.resolve(null),
  };
}

function noneIfAbsent(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

async function listFiles(folder: string): Promise<readonly ModelFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
  const sizes = await Promise.all(names.map((name) => lstat(join(folder, name)).catch(() => null)));
  const files = names.map((name, index) => ({ name, bytes: sizes[index]?.size ?? 0 }));
  return files.sort((one, other) => one.name.localeCompare(other.name));
}

/** Read piece by piece, so that whoever waits stays responsive. */
async function checksumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await openRegular(path);
  for await (const piece of file.createReadStream()) hash.update(piece as Buffer);
  return hash.digest('hex');
}
