import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { createHash } from 'node:crypto';
import { type FileHandle, lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from '../base/processes';
import { withoutMemory } from './description';
import { realDisk, storageError, temporaryEnding, temporaryPath } from './disk';
import { ModelError } from './modelError';
import { modelFiles } from './modelFiles';
import { requireModel, sealed } from './modelFolder';
import { type Manifest, manifestFile, memoryParts, modelParts, packageVersion, trainingParts } from './packedModel';
import { readDescription } from './readModel';
import { openRegular } from './regularFile';

/** How a model is packed. */
export interface PackOptions {
  /** With what a training goes on from: the checkpoint, and the folders that the text was read from. */
  readonly withTraining?: boolean;
  /** With the memory, which holds pieces of the text. */
  readonly withMemory?: boolean;
  readonly signal?: AbortSignal;
  /** Hears the share done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Read at a time: short enough that whoever packs stays responsive. */
const pieceLength = 65_536;

/** The archive's numbers are 32-bit. */
const mostBytes = 0xffffffff;

/** Numbers hardly pack; text does. */
const stored: readonly string[] = [modelFiles.weights, modelFiles.checkpoint, modelFiles.copies, modelFiles.memory];

interface Part {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Packs a model folder into one file, which is there as a whole or not at all. A model may be packed while it is trained.
 * @returns the bytes written.
 * @throws ModelError where there is no model with weights; StorageError; the signal's reason.
 */
export async function packModel(folder: string, path: string, options: PackOptions = {}): Promise<number> {
  await requireModel(folder);
  const description = await readDescription(folder);
  const { best, name, memory } = description;
  if (best === null) throw new ModelError('no weights', `"${name}" has no weights yet: there is nothing to pack.`);
  const parts = await partsOf(folder, [
    ...modelParts,
    ...(options.withMemory === true ? memoryParts : []),
    ...(options.withTraining === true ? trainingParts : []),
  ]);
  const texts = new Map<string, Buffer>();
  if (memory !== undefined && options.withMemory !== true) {
    // What the model reaches with its memory isn't what goes out.
    const alone = withoutMemory(description);
    const { modelCard } = await import('./modelCard');
    texts.set(modelFiles.description, sealed(alone)).set(modelFiles.card, Buffer.from(modelCard(alone)));
  }
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > mostBytes * 0.99) throw new ModelError('damaged', `"${name}" is too large to be packed: over 4 GB.`);
  const temporary = temporaryPath(path);
  try {
    await removeTemporaryFilesOf(path);
    const file = await open(temporary, 'wx');
    try {
      await new Packing(file, total, options, texts).write(folder, parts);
      await file.sync();
    } finally {
      await file.close();
    }
    const { size } = await stat(temporary);
    await rename(temporary, path);
    await realDisk.syncFolder(dirname(path));
    return size;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storageError(error, path);
  }
}

/** Removes what processes that died have left in writing one file, in a folder that may hold anything. */
async function removeTemporaryFilesOf(path: string): Promise<void> {
  const [start, end] = [`.${basename(path)}.`, temporaryEnding];
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    if (!name.startsWith(start) || !name.endsWith(end)) continue;
    const writer = name.slice(start.length, -end.length);
    if (!/^\d+$/.test(writer) || (Number(writer) !== process.pid && isAlive(Number(writer)))) continue;
    await rm(join(dirname(path), name), { force: true }).catch(() => undefined);
  }
}

/** Regular files only: what a link leads to isn't the model's. Model.json comes first: weights that are replaced meanwhile are then newer than it, which a reader understands. */
async function partsOf(folder: string, names: readonly string[]): Promise<readonly Part[]> {
  const found = await Promise.all(names.map((name) => lstat(join(folder, name)).catch(() => undefined)));
  return names.flatMap((name, index) => {
    const file = found[index];
    return file?.isFile() === true ? [{ name, bytes: file.size }] : [];
  });
}

/** An archive being written: each piece reaches the disk before the next is read. */
class Packing {
  private readonly waiting: Uint8Array[] = [];
  private readonly zip: Zip;
  private done = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly total: number,
    private readonly options: PackOptions,
    /** What is packed in place of files, by their names. */
    private readonly texts: ReadonlyMap<string, Buffer>,
  ) {
    this.zip = new Zip((error, piece) => {
      if (error !== null) throw error;
      this.waiting.push(piece);
    });
  }

  async write(folder: string, parts: readonly Part[]): Promise<void> {
    const files: Manifest['files'] = [];
    for (const { name } of parts) files.push({ name, ...(await this.add(folder, name)) });
    const manifest: Manifest = { format: 'textloom model', formatVersion: packageVersion, files };
    const entry = new ZipDeflate(manifestFile);
    this.zip.add(entry);
    entry.push(Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`), true);
    this.zip.end();
    await this.flush();
  }

  private async add(folder: string, name: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const hash = createHash('sha256');
    const entry = stored.includes(name) ? new ZipPassThrough(name) : new ZipDeflate(name);
    this.zip.add(entry);
    let bytes = 0;
    const text = this.texts.get(name);
    if (text !== undefined) {
      hash.update(text);
      entry.push(text, true);
      await this.flush();
      return { bytes: text.length, sha256: hash.digest('hex') };
    }
    const source = await openRegular(join(folder, name));
    try {
      for (;;) {
        this.options.signal?.throwIfAborted();
        // A new buffer each time: the packer may hold on to the one before.
        const { bytesRead, buffer } = await source.read(Buffer.alloc(pieceLength), 0, pieceLength);
        const piece = buffer.subarray(0, bytesRead);
        hash.update(piece);
        entry.push(piece, bytesRead === 0);
        await this.flush();
        if (bytesRead === 0) break;
        bytes += bytesRead;
        this.done += bytesRead;
        this.options.onProgress?.(Math.min(1, this.done / Math.max(1, this.total)));
      }
    } finally {
      await source.close();
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  private async flush(): Promise<void> {
    for (const piece of this.waiting.splice(0)) await this.file.writeFile(piece);
  }
}
