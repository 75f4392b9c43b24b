import { join } from 'node:path';
import * as v from 'valibot';
import { sealHeaded, sealOfHeaded } from '../../model/checksum';
import { replaceFile } from '../../model/disk';
import { itemFormSchema } from '../../model/itemForm';
import { modelFiles } from '../../model/modelFiles';
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
  items: v.exactOptional(v.object({ form: itemFormSchema, count })),
});

/**
 * Saves the index of a model's corpus: a line of JSON, then hashes and positions, 32 bits each; of items, three more numbers
 * each. @throws StorageError
 */
export async function saveCopyIndex(folder: string, { parts }: CopyIndex): Promise<void> {
  const { window, documents, hashes, positions, items } = parts;
  const told = items && { form: items.form, count: items.first.length };
  const head = JSON.stringify({ formatVersion, window, fingerprints: hashes.length, documents, items: told });
  const numbers = [hashes, positions, ...(items ? [items.first, items.second, items.positions] : [])];
  await replaceFile(join(folder, copyFile), sealHeaded(head, numbers.map(bytesOf)));
}

/** Bytes of an index; a larger one is not used. */
const largestIndex = 2 ** 30;

/** The index of a model's corpus; null where there is none, or none that can be trusted. */
export async function readCopyIndex(folder: string): Promise<CopyIndex | null> {
  const content = await readRegular(join(folder, copyFile), largestIndex).catch(() => null);
  const end = content?.indexOf('\n') ?? -1;
  if (content === null || end < 0 || sealOfHeaded(content) === 'changed') return null;
  const head = v.safeParse(v.pipe(v.string(), v.parseJson(), headSchema), content.toString('utf8', 0, end));
  if (!head.success) return null;
  const { window, documents, fingerprints, items } = head.output;
  const numbers = content.subarray(end + 1);
  const itemCount = items?.count ?? 0;
  if (numbers.length !== 8 * fingerprints + 12 * itemCount) return null;
  let place = 0;
  const next = (length: number) => numbersOf(numbers.subarray(place, (place += 4 * length)));
  const parts = { window, documents, hashes: next(fingerprints), positions: next(fingerprints) };
  if (items === undefined) return new CopyIndex(parts);
  const { form } = items;
  const indexed = { form, first: next(itemCount), second: next(itemCount), positions: next(itemCount) };
  return new CopyIndex({ ...parts, items: indexed });
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A copy, since numbers must start at a multiple of their size. */
function numbersOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
