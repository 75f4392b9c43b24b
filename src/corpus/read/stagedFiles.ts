import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile, storageError } from '../../model/disk';
import { userCacheFolder } from '../cacheFolder';
import { CorpusError, type SkipReason } from '../corpus';

/** What is handed over of files that only the editor can read, in their order; a large file comes in several pieces. */
export type StagedPiece =
  | { readonly kind: 'skipped'; readonly name: string; readonly bytes: number; readonly reason: SkipReason }
  | {
      readonly kind: 'content';
      readonly name: string;
      /** The user named this very file. */
      readonly picked: boolean;
      readonly content: Uint8Array;
      /** Nothing more of the file comes. */
      readonly isLast: boolean;
    };

/** A file of a spool: the copy of what is read, or the reason why it isn't. */
export interface StagedFile {
  readonly name: string;
  readonly bytes: number;
  readonly picked: boolean;
  readonly reason: SkipReason | null;
  /** Absolute path of the copy; empty where there is none. */
  readonly path: string;
}

/** A line of the index. Copies are numbered. */
interface Entry extends Omit<StagedFile, 'path'> {
  readonly copy: number | null;
}

/** Written last: a spool without it isn't whole. */
const indexFile = 'index.json';
/** Is there where a model's text is in the spool: it may be read again. */
const keptFile = 'kept';

/** Age of a spool that no model needs and that nobody can be reading any more, milliseconds. */
const abandoned = 24 * 3600 * 1000;
/** A model's spool that wasn't read for so long goes: the editor can hand its files over again. Milliseconds. */
const forgotten = 90 * 24 * 3600 * 1000;

/**
 * Takes in copies of files that only the editor can read, piece by piece, so that they are read here like files on disk
 * and neither side has to hold them. They lie in the cache folder: shortly, or for as long as a model may be trained on them.
 */
export class StagedFileWriter {
  private readonly entries: Entry[] = [];
  private copies = 0;
  private bytes = 0;

  private constructor(
    readonly id: string,
    private readonly folder: string,
  ) {}

  /** Begins a spool, and removes others that nobody needs any more. @throws StorageError */
  static async begin(): Promise<StagedFileWriter> {
    await removeForgotten();
    const id = randomUUID();
    const folder = folderOf(id);
    await storing(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
    return new StagedFileWriter(id, folder);
  }

  /** @throws StorageError */
  async add(pieces: readonly StagedPiece[]): Promise<void> {
    for (const piece of pieces) {
      if (piece.kind === 'skipped') {
        const { name, bytes, reason } = piece;
        this.entries.push({ name, bytes, picked: false, reason, copy: null });
      } else {
        await this.append(piece);
      }
    }
  }

  /** Makes the spool readable. @throws StorageError */
  async finish(): Promise<void> {
    await replaceFile(join(this.folder, indexFile), [Buffer.from(JSON.stringify(this.entries))]);
  }

  private async append({ name, picked, content, isLast }: Extract<StagedPiece, { kind: 'content' }>): Promise<void> {
    const path = copyPath(this.folder, this.copies);
    await storing(path, () => appendFile(path, content, { mode: 0o600 }));
    this.bytes += content.length;
    if (!isLast) return;
    this.entries.push({ name, bytes: this.bytes, picked, reason: null, copy: this.copies });
    this.copies++;
    this.bytes = 0;
  }
}

/** The files of a spool, in the order in which they were handed over. @throws CorpusError where it isn't there any more */
export async function readStagedFiles(id: string): Promise<readonly StagedFile[]> {
  const folder = folderOf(id);
  const index = join(folder, indexFile);
  const text = await readFile(index, 'utf8').catch(() => {
    throw new CorpusError(
      'unreadable',
      'The copies of files that only the editor can read are gone: train from the editor, where those files are open.',
    );
  });
  await utimes(index, new Date(), new Date()).catch(() => undefined);
  return (JSON.parse(text) as readonly Entry[]).map(({ copy, ...entry }) => ({
    ...entry,
    path: copy === null ? '' : copyPath(folder, copy),
  }));
}

/** Has a spool stay, since a model's text is in it. @throws StorageError */
export async function keepStagedFiles(id: string): Promise<void> {
  const path = join(folderOf(id), keptFile);
  await storing(path, () => writeFile(path, ''));
}

/** Removes a spool, unless a model's text is in it. */
export async function removeStagedFiles(id: string): Promise<void> {
  if ((await ageOf(folderOf(id), keptFile)) !== null) return;
  await rm(folderOf(id), { recursive: true, force: true }).catch(() => undefined);
}

async function removeForgotten(): Promise<void> {
  for (const id of await readdir(spoolsFolder()).catch(() => [])) {
    const folder = folderOf(id);
    const isKept = (await ageOf(folder, keptFile)) !== null;
    const age = (await ageOf(folder, indexFile)) ?? (await ageOf(folder, '.')) ?? 0;
    if (age <= (isKept ? forgotten : abandoned)) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Milliseconds since a file was written; null where it isn't there. */
async function ageOf(folder: string, name: string): Promise<number | null> {
  return stat(join(folder, name)).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => null,
  );
}

async function storing<T>(path: string, write: () => Promise<T>): Promise<T> {
  return write().catch((error: unknown) => {
    throw storageError(error, path);
  });
}

function spoolsFolder(): string {
  return join(userCacheFolder(), 'spools');
}

function folderOf(id: string): string {
  return join(spoolsFolder(), id);
}

function copyPath(folder: string, copy: number): string {
  return join(folder, String(copy));
}
