/** What stands at the beginning of a safetensors file: the names, shapes and places of its tensors, and metadata. */
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import * as v from 'valibot';
import { elementCount } from './architecture';
import { readingError } from './disk';
import { openRegular } from './regularFile';
import { SafetensorsError } from './safetensorsError';

/** A header is names, numbers and copies of model.json, so a larger one is an attack. Bytes. */
const maximumHeader = 40_000_000;

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const headerSchema = v.record(
  v.string(),
  v.strictObject({ dtype: v.string(), shape: v.array(size), data_offsets: v.tuple([size, size]) }),
);
const metadataSchema = v.record(v.string(), v.string());

/** A tensor's place in the file. */
export interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  /** First byte, counted from the start of the data. */
  readonly begin: number;
  readonly end: number;
}

/** What is read before the tensors. */
export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begins in the file. */
  readonly dataStart: number;
  /** What the file says of itself; undefined where it was written by another program, or an older version. */
  readonly checksum: string | undefined;
  /** Of the header, the checksum itself left blank. The data are to follow. */
  readonly hash: Hash;
}

/** In the metadata: the SHA-256 checksum of the file, with zeros in its own place. */
export const checksumKey = 'checksum';
/** In its place while it is made. */
export const noChecksum = '0'.repeat(64);
/** How a header begins that has one. */
export const checksumStart = `{"__metadata__":{"${checksumKey}":"`;

/** What the header alone tells. */
export interface SafetensorsOutline {
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads and checks the header alone: quick, whatever the size of the tensors. @throws SafetensorsError */
export async function readSafetensorsOutline(path: string): Promise<SafetensorsOutline> {
  return withFile(path, async (file) => {
    const { entries, metadata } = await readHeader(file);
    return { shapes: new Map(entries.map(({ name, shape }) => [name, shape])), metadata };
  });
}

/** The header as it was when its checksum was made, and that; undefined where it has none. */
function takeChecksum(header: Buffer): string | undefined {
  if (header.toString('latin1', 8, 8 + checksumStart.length) !== checksumStart) return undefined;
  const [start, end] = [8 + checksumStart.length, 8 + checksumStart.length + noChecksum.length];
  const checksum = header.toString('latin1', start, end);
  header.write(noChecksum, start, 'latin1');
  return checksum;
}

/** @throws SafetensorsError; UnsafePathError; the file system's error where there is no file, StorageError */
export async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    const file = await openRegular(path);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw isAbsent ? error : readingError(error, path);
  }
}

/** @throws SafetensorsError */
export async function readHeader(file: FileHandle): Promise<Header> {
  const { size: fileSize } = await file.stat();
  if (fileSize < 8) throw new SafetensorsError('truncated', 'The file is too short to hold a header.');
  const length = Buffer.alloc(8);
  await readExactly(file, 0, length);
  const headerSize = Number(length.readBigUInt64LE());
  if (headerSize > maximumHeader) {
    throw new SafetensorsError('header too large', `The header claims to be ${headerSize} bytes long.`);
  }
  if (8 + headerSize > fileSize) throw new SafetensorsError('truncated', 'The file ends inside its header.');
  const header = Buffer.alloc(8 + headerSize);
  await readExactly(file, 0, header);
  const parsed = parseHeader(header.subarray(8), fileSize - header.length);
  const checksum = takeChecksum(header);
  return { ...parsed, dataStart: header.length, checksum, hash: createHash('sha256').update(header) };
}

function parseHeader(json: Uint8Array, dataSize: number): Pick<Header, 'entries' | 'metadata'> {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw new SafetensorsError('header not readable', 'The header is not JSON.');
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new SafetensorsError('header not readable', 'The header is not a JSON object.');
  }
  const { __metadata__, ...rest } = content as Record<string, unknown>;
  const metadata = v.safeParse(metadataSchema, __metadata__ ?? {});
  const header = v.safeParse(headerSchema, rest);
  if (!metadata.success) throw new SafetensorsError('header not readable', 'The metadata is not text by name.');
  if (!header.success) {
    throw new SafetensorsError('header not readable', `The header is malformed: ${header.issues[0].message}`);
  }
  const told = Object.entries(metadata.output).filter(([name]) => name !== checksumKey);
  return { entries: checkedEntries(header.output, dataSize), metadata: Object.fromEntries(told) };
}

/** Entries in the order of their data, once it is certain that they cover it without holes or overlaps. */
function checkedEntries(header: v.InferOutput<typeof headerSchema>, dataSize: number): Entry[] {
  const entries: Entry[] = [];
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (dtype !== 'F32') throw new SafetensorsError('type', `The tensor "${name}" is ${dtype}; Textloom reads F32.`);
    const [begin, end] = data_offsets;
    if (end - begin !== elementCount(shape) * Float32Array.BYTES_PER_ELEMENT) {
      throw new SafetensorsError('size', `The tensor "${name}" has a shape that its data does not fill.`);
    }
    entries.push({ name, shape, begin, end });
  }
  entries.sort((one, other) => one.begin - other.begin || one.end - other.end);
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) throw new SafetensorsError('offsets', `The tensor "${name}" leaves a hole or overlaps.`);
    position = end;
  }
  if (position > dataSize) throw new SafetensorsError('truncated', 'The file ends inside its tensors.');
  if (position < dataSize) throw new SafetensorsError('trailing bytes', 'The file goes on after its last tensor.');
  return entries;
}

/** @throws SafetensorsError where the file ends before that */
export async function readExactly(file: FileHandle, position: number, into: Uint8Array): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) throw new SafetensorsError('truncated', 'The file is shorter than its header says.');
    filled += bytesRead;
  }
}
