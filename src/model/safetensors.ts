import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Tensor } from './architecture';
import {
  checksumKey,
  checksumStart,
  type Entry,
  type Header,
  noChecksum,
  readExactly,
  readHeader,
  withFile,
} from './safetensorsHeader';
import { SafetensorsError } from './safetensorsError';

export { readSafetensorsOutline } from './safetensorsHeader';
export { SafetensorsError, type SafetensorsFault } from './safetensorsError';

/** What a safetensors file holds. Tensors are F32; everything else a model needs is text in the metadata. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
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

function putChecksum(header: Buffer, hash: Hash): void {
  header.write(hash.digest('hex'), 8 + checksumStart.length, 'latin1');
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
