/**
 * Opening files that may have come from anybody: regular ones, and never through a link at a path's end. A pipe would keep
 * its reader waiting for ever, a device would never end.
 */
import { constants, createWriteStream } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { UnsafePathError } from './unsafePath';

/** Windows has neither flag: there a look goes first. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/** Opens a file for reading. @throws UnsafePathError where it is no regular file; the file system's error */
export async function openRegular(path: string): Promise<FileHandle> {
  return opened(path, constants.O_RDONLY);
}

/** The bytes of a file. @throws as {@link openRegular}; RangeError where there are more than so many */
export async function readRegular(path: string, most = Infinity): Promise<Buffer> {
  const file = await openRegular(path);
  try {
    if (most < Infinity && (await file.stat()).size > most) throw new RangeError(`${path} is too long.`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** The text of a file in UTF-8. @throws as {@link openRegular} */
export async function readRegularText(path: string): Promise<string> {
  return (await readRegular(path)).toString('utf8');
}

/** Copies a file to a path where nothing is yet. @throws as {@link openRegular} */
export async function copyRegular(from: string, to: string): Promise<void> {
  const source = await openRegular(from);
  await pipeline(source.createReadStream(), createWriteStream(to, { flags: 'wx' }));
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

function irregular(path: string, cause?: unknown): UnsafePathError {
  return new UnsafePathError(`${path} is a link or no regular file: put the file itself there.`, { cause });
}
