import { join } from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../../model/disk';
import { modelFiles } from '../../model/modelFolder';
import { readRegular } from '../../model/regularFile';
import { CopyIndex } from './copyIndex';

/** Stands in a model's folder, beside its weights. */
export const copyFile = modelFiles.copies;

const formatVersion = 1;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const headSchema = v.object({
  formatVersion: v.literal(formatVersion),
  window: v.pipe(count, v.minValue(1), v.maxValue(2 ** 24)),
  fingerprints: count,
  documents: v.array(v.object({ name: v.string(), start: count })),
});

/** Saves the index of a model's corpus: a line of JSON, then hashes and positions, 32 bits each. @throws StorageError */
export async function saveCopyIndex(folder: string, { parts }: CopyIndex): Promise<void> {
  const { window, documents, hashes, positions } = parts;
  const head = JSON.stringify({ formatVersion, window, fingerprints: hashes.length, documents });
  await replaceFile(join(folder, copyFile), [Buffer.from(`${head}\n`), bytesOf(hashes), bytesOf(positions)]);
}

/** The index of a model's corpus; null where there is none, or none that can be trusted. */
export async function readCopyIndex(folder: string): Promise<CopyIndex | null> {
  const content = await readRegular(join(folder, copyFile)).catch(() => null);
  const end = content?.indexOf('\n') ?? -1;
  if (content === null || end < 0) return null;
  const head = v.safeParse(v.pipe(v.string(), v.parseJson(), headSchema), content.toString('utf8', 0, end));
  if (!head.success) return null;
  const { window, documents, fingerprints } = head.output;
  const numbers = content.subarray(end + 1);
  if (numbers.length !== 8 * fingerprints) return null;
  const hashes = numbersOf(numbers.subarray(0, 4 * fingerprints));
  const positions = numbersOf(numbers.subarray(4 * fingerprints));
  return new CopyIndex({ window, documents, hashes, positions });
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A copy, since numbers must start at a multiple of their size. */
function numbersOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
