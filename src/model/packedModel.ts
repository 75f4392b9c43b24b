/**
 * A model in one file, to be sent or kept: `name.textloom`, a ZIP archive of the files of a model folder and of a manifest
 * that tells their sizes and SHA-256 checksums. Weights are stored and not packed, since floats hardly pack. Whatever it was
 * that was sent, the reader takes files of known names only, each of the size and checksum that the manifest gives.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { type ModelDescription, parseDescription, withoutMemory } from './description';
import { storageError } from './disk';
import { ModelError } from './modelError';
import { modelFiles } from './modelFiles';
import { type ZipEntry, ZipError, ZipReader } from './zip';

/** The newest manifest that this code reads, and the one that it writes. */
export const packageVersion = 1;

/** Name of the manifest in the archive. */
export const manifestFile = 'manifest.json';

/** Files of a model folder that show and run the model: what is always packed. */
export const modelParts: readonly string[] = [
  modelFiles.description,
  modelFiles.weights,
  modelFiles.metrics,
  modelFiles.samples,
  modelFiles.card,
  modelFiles.copies,
];

/** Files that a training goes on from. They name folders of the machine, and may hold unsaved text: packed only when asked. */
export const trainingParts: readonly string[] = [modelFiles.checkpoint, modelFiles.corpus, modelFiles.run];

/** What holds pieces of the text by design: packed only when asked, and a model does without it. */
export const memoryParts: readonly string[] = [modelFiles.memory];

/** Texts are read as a whole; a longer one is an attack. Bytes. */
const longestText = 64 * 2 ** 20;

/** Most bytes that an archive may unpack to: weights don't pack at all, and text not as far as this. */
function mostUnpacked(packedSize: number): number {
  return 16 * 2 ** 20 + 10 * packedSize;
}

const manifestSchema = v.object({
  format: v.literal('textloom model'),
  formatVersion: v.literal(packageVersion),
  files: v.array(
    v.object({
      name: v.picklist([...modelParts, ...memoryParts, ...trainingParts]),
      bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    }),
  ),
});

/** What the manifest says. */
export type Manifest = v.InferOutput<typeof manifestSchema>;

/** One file of a packed model. */
export type PackedFile = Manifest['files'][number];

/** A packed model, open for reading. Close it after use. */
export class PackedModel {
  private constructor(
    /** Path of the packed model. */
    readonly path: string,
    private readonly archive: ZipReader,
    /** What it holds, as far as is known without having read it. */
    readonly files: readonly PackedFile[],
  ) {}

  /** @throws ModelError where there is none, or it is damaged or from a newer Textloom. */
  static async open(path: string): Promise<PackedModel> {
    return inWords(path, async () => {
      const archive = await ZipReader.open(path);
      try {
        const unpacked = archive.entries.reduce((sum, { size }) => sum + size, 0);
        if (unpacked > mostUnpacked(archive.size)) throw new ZipError('it would unpack to an absurd size.');
        return new PackedModel(path, archive, filesOf(archive.entries, await readManifest(archive)));
      } catch (error) {
        await archive.close();
        throw error;
      }
    });
  }

  /** Bytes of the packed model. */
  get size(): number {
    return this.archive.size;
  }

  /** Whether what a training goes on from was packed as well. */
  get holdsTraining(): boolean {
    return this.files.some(({ name }) => trainingParts.includes(name));
  }

  /** A text of the model folder, by its name; undefined where it was not packed. @throws ModelError where it is damaged. */
  async text(name: string): Promise<string | undefined> {
    const file = this.files.find((each) => each.name === name);
    if (file === undefined) return undefined;
    return inWords(this.path, async () => {
      if (file.bytes > longestText) throw new ZipError(`"${name}" is too long for a text.`);
      const chunks: Buffer[] = [];
      for await (const chunk of this.checked(file)) chunks.push(chunk);
      return Buffer.concat(chunks).toString('utf8');
    });
  }

  /** The content of its model.json. @throws ModelError */
  async description(): Promise<ModelDescription> {
    const text = await this.text(modelFiles.description);
    if (text === undefined) throw notOne(this.path, 'it holds no model.json.');
    const description = parseDescription(text);
    const remembers = this.files.some(({ name }) => memoryParts.includes(name));
    return remembers ? description : withoutMemory(description);
  }

  /**
   * Reads all that the model can't do without and compares the checksums.
   * @param onProgress hears how many bytes have been read.
   * @throws ModelError where anything isn't as it was packed.
   */
  async verify(onProgress: (bytes: number) => void = () => undefined): Promise<void> {
    let bytes = 0;
    await inWords(this.path, async () => {
      for (const file of this.files) {
        if (memoryParts.includes(file.name)) continue;
        for await (const chunk of this.checked(file)) onProgress((bytes += chunk.length));
      }
    });
  }

  /** Writes a file of it into a folder. @throws ModelError where it is damaged; StorageError; the signal's reason. */
  async extract(file: PackedFile, folder: string, signal?: AbortSignal): Promise<void> {
    const path = join(folder, file.name);
    await inWords(this.path, async () => {
      const target = await open(path, 'wx').catch((error: unknown) => {
        throw storageError(error, path);
      });
      try {
        for await (const chunk of this.checked(file)) {
          signal?.throwIfAborted();
          await target.writeFile(chunk).catch((error: unknown) => {
            throw storageError(error, path);
          });
        }
        await target.sync();
      } finally {
        await target.close();
      }
    });
  }

  async close(): Promise<void> {
    await this.archive.close();
  }

  /** The content of a file, which ends in an error where it wasn't the right one. */
  private async *checked({ name, sha256 }: PackedFile): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    for await (const chunk of this.archive.read(entryOf(this.archive.entries, name))) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest('hex') !== sha256) throw new ZipError(`the checksum of "${name}" is wrong.`);
  }
}

async function readManifest(archive: ZipReader): Promise<Manifest> {
  const entry = entryOf(archive.entries, manifestFile);
  if (entry.size > 65_536) throw new ZipError('its manifest is too long.');
  const chunks: Buffer[] = [];
  for await (const chunk of archive.read(entry)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const version = v.safeParse(v.pipe(v.string(), v.parseJson(), v.object({ formatVersion: v.number() })), text);
  if (version.success && version.output.formatVersion > packageVersion) {
    throw new ModelError('newer', 'This model was packed by a newer Textloom. Update Textloom to use it.');
  }
  const manifest = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), text);
  if (!manifest.success) throw new ZipError('its manifest makes no sense.');
  return manifest.output;
}

/** The files of the manifest, once it is certain that the archive holds them, and nothing else. */
function filesOf(entries: readonly ZipEntry[], { files }: Manifest): readonly PackedFile[] {
  const stranger = entries.find(({ name }) => name !== manifestFile && files.every((file) => file.name !== name));
  if (stranger !== undefined) throw new ZipError(`${JSON.stringify(stranger.name)} has no place in a model.`);
  if (new Set(files.map(({ name }) => name)).size !== files.length) throw new ZipError('its manifest makes no sense.');
  for (const { name, bytes } of files) {
    if (entryOf(entries, name).size !== bytes) throw new ZipError(`"${name}" has not the size that it should have.`);
  }
  return files;
}

function entryOf(entries: readonly ZipEntry[], name: string): ZipEntry {
  const entry = entries.find((each) => each.name === name);
  if (entry === undefined) throw new ZipError(`it holds no "${name}".`);
  return entry;
}

/** What is wrong with an archive, as a sentence about the model that it should be. */
async function inWords<T>(path: string, deed: () => Promise<T>): Promise<T> {
  try {
    return await deed();
  } catch (cause) {
    if (cause instanceof ZipError) throw notOne(path, cause.message, cause);
    if (!(cause instanceof Error) || !('code' in cause) || cause.name !== 'Error') throw cause;
    throw new ModelError('missing', `${path} could not be read: ${cause.message}`, { cause });
  }
}

function notOne(path: string, clause: string, cause?: unknown): ModelError {
  return new ModelError('damaged', `"${basename(path)}" is damaged, or no model of Textloom's: ${clause}`, { cause });
}
