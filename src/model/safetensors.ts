import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import * as v from 'valibot';
import { elementCount, type Tensor } from './architecture';
import { readingError } from './disk';
import { openRegular } from './regularFile';

/** What a safetensors file holds. Tensors are F32; everything else a model needs is text in the metadata. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The ways in which a file can fail to be a safetensors file that Textloom reads. */
export type SafetensorsFault =
  | 'truncated'
  | 'header too large'
  | 'header not readable'
  | 'type'
  | 'offsets'
  | 'size'
  | 'trailing bytes'
  | 'not finite'
  | 'checksum';

/** A file isn't what it should be; nothing of it was used. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  constructor(
    readonly fault: SafetensorsFault,
    message: string,
  ) {
    super(message);
  }
}

/** The reference implementation's cap: a header is names and numbers, so a larger one is an attack. Bytes. */
const maximumHeader = 100_000_000;

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const headerSchema = v.record(
  v.string(),
  v.strictObject({ dtype: v.string(), shape: v.array(size), data_offsets: v.tuple([size, size]) }),
);
const metadataSchema = v.record(v.string(), v.string());

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  /** First byte, counted from the start of the data. */
  readonly begin: number;
  readonly end: number;
}

interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begins in the file. */
  readonly dataStart: number;
  /** What the file says of itself; undefined where it was written by another program, or an older version. */
  readonly checksum: string | undefined;
  /** Of the header, the checksum itself left blank. The data are to follow. */
  readonly hash: Hash;
}

/**
 * The bytes of a safetensors file, in pieces that share the tensors' memory.
 * The format: 8 bytes little-endian header length, a JSON header, then the tensors packed without holes.
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array[] {
  let offset = 0;
  const entries = [...tensors].map(([name, { shape, data }]) => {
    const begin = offset;
    offset += data.byteLength;
    return { name, shape, begin, end: offset };
  });
  const pieces = [...tensors.values()].map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const header = encodeHeader(entries, metadata);
  const hash = createHash('sha256').update(header);
  for (const piece of pieces) hash.update(piece);
  putChecksum(header, hash);
  return [header, ...pieces];
}

/** The length of the header and itself, with room for a checksum of the whole file. */
function encodeHeader(entries: readonly Entry[], metadata: Readonly<Record<string, string>>): Buffer {
  // By hand, so that the checksum comes first, whatever the others are called.
  const told = Object.entries(metadata).filter(([name]) => name !== checksumKey);
  const tensors = entries.map(({ name, shape, begin, end }) => {
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const members = (list: readonly (readonly [name: string, value: unknown])[]) =>
    list.map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`).join('');
  const json = Buffer.from(`${checksumStart}${noChecksum}"${members(told)}}${members(tensors)}}`);
  const bytes = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
  json.copy(bytes, 8);
  return bytes;
}

/** In the metadata: the SHA-256 checksum of the file, with zeros in its own place. */
const checksumKey = 'checksum';
const noChecksum = '0'.repeat(64);
const checksumStart = `{"__metadata__":{"${checksumKey}":"`;

function putChecksum(header: Buffer, hash: Hash): void {
  header.write(hash.digest('hex'), 8 + checksumStart.length, 'latin1');
}

/** The header as it was when its checksum was made, and that; undefined where it has none. */
function takeChecksum(header: Buffer): string | undefined {
  if (header.toString('latin1', 8, 8 + checksumStart.length) !== checksumStart) return undefined;
  const [start, end] = [8 + checksumStart.length, 8 + checksumStart.length + noChecksum.length];
  const checksum = header.toString('latin1', start, end);
  header.write(noChecksum, start, 'latin1');
  return checksum;
}

/** @throws SafetensorsError where the data that were hashed aren't those that the file was written with */
function requireChecksum({ checksum, hash }: Header): void {
  if (checksum === undefined || hash.digest('hex') === checksum) return;
  throw new SafetensorsError('checksum', 'Its checksum differs: some of it has changed since it was saved.');
}

/**
 * Reads a whole file, strictly: the header is small and well-formed, offsets are contiguous, sizes are shape times type,
 * the file ends where the last tensor ends, and every value is finite.
 * @throws SafetensorsError
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return withFile(path, async (file) => {
    const header = await readHeader(file);
    const { entries, metadata, dataStart, hash } = header;
    const tensors = new Map<string, Tensor>();
    for (const { name, shape, begin, end } of entries) {
      const data = new Float32Array((end - begin) / Float32Array.BYTES_PER_ELEMENT);
      const bytes = new Uint8Array(data.buffer);
      await readExactly(file, dataStart + begin, bytes);
      hash.update(bytes);
      requireFinite(name, data);
      tensors.set(name, { shape, data });
    }
    requireChecksum(header);
    return { tensors, metadata };
  });
}

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

/**
 * Reads a whole file piece by piece, as strictly as {@link readSafetensors}, and keeps nothing of it: small steps that leave
 * room for others between them.
 * @throws SafetensorsError
 */
export async function checkSafetensors(path: string): Promise<void> {
  await withFile(path, async (file) => {
    const header = await readHeader(file);
    const { entries, dataStart, hash } = header;
    const floats = new Float32Array(pieceLength);
    for (const { name, begin, end } of entries) {
      for (let position = begin; position < end; position += floats.byteLength) {
        const piece = floats.subarray(0, Math.min(floats.byteLength, end - position) / floats.BYTES_PER_ELEMENT);
        const bytes = new Uint8Array(piece.buffer, 0, piece.byteLength);
        await readExactly(file, dataStart + position, bytes);
        hash.update(bytes);
        requireFinite(name, piece);
      }
    }
    requireChecksum(header);
  });
}

/**
 * Copies a file with other metadata: gone through twice, since its new checksum stands before the data.
 * @throws SafetensorsError, also where the file isn't as it was saved; the file system's error
 */
export async function copySafetensors(
  from: string,
  to: string,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  await withFile(from, async (source) => {
    const header = await readHeader(source);
    const { entries, dataStart, hash } = header;
    const newHeader = encodeHeader(entries, metadata);
    const newHash = createHash('sha256').update(newHeader);
    for await (const piece of piecesFrom(source, dataStart)) {
      hash.update(piece);
      newHash.update(piece);
    }
    requireChecksum(header);
    putChecksum(newHeader, newHash);
    const target = await open(to, 'wx');
    try {
      await target.writeFile(newHeader);
      for await (const piece of piecesFrom(source, dataStart)) await target.writeFile(piece);
      await target.sync();
    } finally {
      await target.close();
    }
  });
}

/** The rest of a file. Each piece is gone with the next. */
async function* piecesFrom(file: FileHandle, start: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(pieceLength);
  for (let position = start; ;) {
    const { bytesRead } = await file.read(piece, 0, piece.length, position);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    position += bytesRead;
  }
}

/** Floats that are read at a time where a file is only gone through. */
const pieceLength = 65_536;

function requireFinite(name: string, data: Float32Array): void {
  if (data.every(Number.isFinite)) return;
  throw new SafetensorsError('not finite', `The tensor "${name}" holds a value that is not a number.`);
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
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

async function readHeader(file: FileHandle): Promise<Header> {
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

async function readExactly(file: FileHandle, position: number, into: Uint8Array): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) throw new SafetensorsError('truncated', 'The file is shorter than its header says.');
    filled += bytesRead;
  }
}
