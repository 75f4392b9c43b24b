/**
 * Opening files that may have come from anybody: regular ones, never through a link at a path's end, and never more of them
 * than their reader has room for. A pipe would keep its reader waiting for ever, a device would never end.
 */
import { constants, createWriteStream } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { formatBytes } from '../base/format';
import { UnsafePathError } from './unsafePath';

/** Windows has neither flag: there a look goes first. */
export const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/** Opens a file for reading. @throws UnsafePathError where it is no regular file; the file system's error */
export async function openRegular(path: string): Promise<FileHandle> {
  return opened(path, constants.O_RDONLY);
}

/** A file is larger than one of its kind ever is; nothing of it was read. The message is one sentence. */
export class OversizedFileError extends Error {
  override readonly name = 'OversizedFileError';
}

/** Bytes of a file that is read as a whole, where nothing is said about its kind: room for a list of a million files. */
const mostBytes = 256 * 2 ** 20;

/**
 * The bytes of a file.
 * @param most bytes that a file of its kind may have.
 * @throws OversizedFileError, and as {@link openRegular}
 */
export async function readRegular(path: string, most = mostBytes): Promise<Buffer> {
  const file = await openRegular(path);
  try {
    const { size } = await file.stat();
    requireSize(path, size, most);
    const bytes = Buffer.alloc(size);
    let read = 0;
    while (read < size) {
      const { bytesRead } = await file.read(bytes, read, size - read, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return bytes.subarray(0, read);
  } finally {
    await file.close();
  }
}

/** The text of a file in UTF-8. @throws as {@link readRegular} */
export async function readRegularText(path: string, most?: number): Promise<string> {
  return (await readRegular(path, most)).toString('utf8');
}

/** @throws OversizedFileError */
export function requireSize(path: string, size: number, most: number): void {
  if (size <= most) return;
  throw new OversizedFileError(
    `${path} is ${formatBytes(size)}; Textloom reads at most ${formatBytes(most)} of such a file. Repair or remove it.`,
  );
}

/** Copies a file to a path where nothing is yet. @throws as {@link openRegular} */
export async function copyRegular(from: string, to: string): Promise<void> {
  const source = await openRegular(from);
  await pipeline(source.createReadStream(), createWriteStream(to, { flags: 'wx' }));
}

/** Bytes of a file; 0 where there is none. */
export async function regularSize(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.isFile() === true ? stats.size : 0;
}

/** Adds to the end of a file, which is made where there is none. @throws as {@link openRegular} */
export async function appendRegular(path: string, text: string): Promise<void> {
  const file = await opened(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

async function opened(path: string, flags: number): Promise<FileHandle> {
  if (O_NOFOLLOW === 0) await requireNoLink(path);
  const file = await open(path, flags | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    throw isLink(error) ? irregular(path, error) : error;
  });
  try {
    if ((await file.stat()).isFile()) return file;
    throw irregular(path);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function requireNoLink(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isSymbolicLink() === true) throw irregular(path);
}

/** What systems say of a link that isn't to be followed, and of a pipe that nobody reads. */
function isLink(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ELOOP', 'EMLINK', 'ENXIO'].includes(String(error.code));
}

/** The error for what is a link, a pipe, a device or a folder. */
export function irregular(path: string, cause?: unknown): UnsafePathError {
  return new UnsafePathError(`${path} is a link or no regular file: put the file itself there.`, { cause });
}
