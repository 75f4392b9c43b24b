import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

/** A file isn't a ZIP archive of the plain kind that is read here. The message is a clause, with a small first letter. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

/** One file of an archive, as the directory at its end tells of it. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes, unpacked. */
  readonly size: number;
  readonly packedSize: number;
  readonly isDeflated: boolean;
  /** Where its local header begins in the archive. */
  readonly position: number;
}

/** An archive of more files, or with a longer directory, is none that a model is packed in. */
const mostEntries = 100;
const longestDirectory = 65_536;

/** A pipe that nobody writes to would keep its reader waiting. Windows has no such flag. */
const { O_NONBLOCK: nonBlocking = 0 } = constants as Partial<typeof constants>;

const endLength = 22;
const longestComment = 65_535;
const pieceLength = 131_072;

/**
 * Reads a ZIP archive (PKWARE's APPNOTE.TXT) of somebody else's making: from the directory at its end, as the standard has
 * it, and strictly. Entries may not overlap, what unpacks to more than it claims is stopped there, and what is encrypted,
 * split over disks or larger than 4 GB is refused.
 */
export class ZipReader {
  private constructor(
    private readonly file: FileHandle,
    /** Bytes of the archive. */
    readonly size: number,
    readonly entries: readonly ZipEntry[],
    private readonly directoryStart: number,
  ) {}

  /** @throws ZipError, or the file system's error where it can't be opened. */
  static async open(path: string): Promise<ZipReader> {
    const file = await open(path, constants.O_RDONLY | nonBlocking);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new ZipError('it is no regular file.');
      const { size } = stats;
      const { start, length, count } = await findDirectory(file, size);
      const directory = parseDirectory(await readBytes(file, start, length), count);
      requireApart(directory, start);
      return new ZipReader(file, size, directory, start);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The content of an entry, piece by piece. @throws ZipError where it isn't what the directory says. */
  async *read(entry: ZipEntry): AsyncGenerator<Buffer> {
    let length = 0;
    for await (const piece of await this.unpacked(entry)) {
      length += piece.length;
      if (length > entry.size) throw new ZipError(`"${entry.name}" unpacks to more than it claims.`);
      yield piece;
    }
    if (length !== entry.size) throw new ZipError(`"${entry.name}" is shorter than it claims.`);
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async unpacked(entry: ZipEntry): Promise<AsyncIterable<Buffer>> {
    const header = await readBytes(this.file, entry.position, 30);
    if (header.readUInt32LE(0) !== 0x04034b50) throw new ZipError(`"${entry.name}" is not where it should be.`);
    const start = entry.position + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (start + entry.packedSize > this.directoryStart) throw new ZipError(`"${entry.name}" goes on past the end.`);
    const packed = pieces(this.file, start, entry.packedSize);
    if (!entry.isDeflated) return packed;
    const inflate = createInflateRaw();
    // What goes wrong is thrown to whoever reads the last stream of the pipeline.
    pipeline(Readable.from(packed), inflate, () => undefined);
    return inflated(inflate, entry.name);
  }
}

async function* inflated(stream: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (cause) {
    throw cause instanceof ZipError ? cause : new ZipError(`"${name}" cannot be unpacked.`, { cause });
  }
}

async function* pieces(file: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < length; position += pieceLength) {
    yield await readBytes(file, start + position, Math.min(pieceLength, length - position));
  }
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new ZipError('it ends too early.');
    filled += bytesRead;
  }
  return bytes;
}

interface Directory {
  readonly start: number;
  readonly length: number;
  readonly count: number;
}

/** The record at the end tells where the directory is; only a comment may stand after it. */
async function findDirectory(file: FileHandle, size: number): Promise<Directory> {
  const tailLength = Math.min(size, endLength + longestComment);
  const tail = await readBytes(file, size - tailLength, tailLength);
  for (let at = tailLength - endLength; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== 0x06054b50) continue;
    if (at + endLength + tail.readUInt16LE(at + 20) !== tailLength) continue;
    const [disk, firstDisk, here, count] = [4, 6, 8, 10].map((offset) => tail.readUInt16LE(at + offset));
    const [length = 0, start = 0] = [12, 16].map((offset) => tail.readUInt32LE(at + offset));
    if (disk !== 0 || firstDisk !== 0 || here !== count) throw new ZipError('it is part of a split archive.');
    if (start === 0xffffffff || count === 0xffff) throw new ZipError('it is larger than 4 GB.');
    const isPlausible = count !== undefined && count <= mostEntries && length <= longestDirectory;
    if (!isPlausible) throw new ZipError('it holds too many files.');
    if (start + length > size - tailLength + at) throw new ZipError('its directory is out of place.');
    return { start, length, count };
  }
  throw new ZipError('it is no ZIP archive.');
}

function parseDirectory(bytes: Buffer, count: number): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw new ZipError('its directory is torn.');
    const [flags = 0, method] = [8, 10].map((offset) => bytes.readUInt16LE(at + offset));
    const [nameLength = 0, extraLength = 0, commentLength = 0] = [28, 30, 32].map((o) => bytes.readUInt16LE(at + o));
    const [packedSize = 0, size = 0] = [20, 24].map((offset) => bytes.readUInt32LE(at + offset));
    const name = nameOf(bytes.subarray(at + 46, at + 46 + nameLength));
    if ((flags & 1) !== 0) throw new ZipError(`"${name}" is encrypted.`);
    if (method !== 0 && method !== 8) throw new ZipError(`"${name}" is packed in a way that is not known here.`);
    if (method === 0 && packedSize !== size) throw new ZipError(`"${name}" has two sizes.`);
    if (entries.some((other) => other.name === name)) throw new ZipError(`it holds "${name}" twice.`);
    entries.push({ name, size, packedSize, isDeflated: method === 8, position: bytes.readUInt32LE(at + 42) });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

function nameOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ZipError('a name in it is no text.');
  }
}

/** Entries that share bytes let a small archive unpack to any size. */
function requireApart(entries: readonly ZipEntry[], directoryStart: number): void {
  const inOrder = [...entries].sort((one, other) => one.position - other.position);
  for (const [index, { position, packedSize, name }] of inOrder.entries()) {
    const end = inOrder[index + 1]?.position ?? directoryStart;
    if (position + 30 + Buffer.byteLength(name) + packedSize > end) throw new ZipError('its entries overlap.');
  }
}
