/**
 * Checksums that a file carries in itself, so that they are saved with it, at once, and go where it goes. SHA-256 of all that
 * comes before; a file of an older version, or one made by another program, has none and is read as it is.
 */
import { createHash } from 'node:crypto';

/** What a file's content says of itself. */
export type Seal = 'whole' | 'changed' | 'none';

const ending = /,\s*"checksum":\s*"([0-9a-f]*)"\s*\}\s*$/;

/** Characters from the comma before a checksum on, at most. */
const longestEnding = 120;

/**
 * Adds a checksum to the text of a JSON object, as its last member.
 * @param digits of the checksum, in hexadecimal
 */
export function sealJson(text: string, digits = 64): string {
  const end = text.lastIndexOf('}');
  const before = text.slice(0, end).trimEnd();
  const rest = text.slice(end);
  const gap = text.slice(before.length, end) === '' ? '' : `\n  `;
  return `${before},${gap}"checksum":${gap === '' ? '' : ' '}"${checksumOf(before, digits)}"${gap === '' ? '' : '\n'}${rest}`;
}

/** Whether the text of a JSON object is as it was when it was sealed. */
export function sealOfJson(text: string): Seal {
  const start = Math.max(0, text.length - longestEnding);
  const found = ending.exec(text.slice(start));
  if (found === null) return 'none';
  const [, checksum = ''] = found;
  const isWhole = checksum.length >= 16 && checksumOf(text.slice(0, start + found.index), checksum.length) === checksum;
  return isWhole ? 'whole' : 'changed';
}

/** A file of a sealed line of JSON and what belongs to it. @param head the text of a JSON object, in one line */
export function sealHeaded(head: string, content: readonly Uint8Array[]): Uint8Array[] {
  const hash = createHash('sha256');
  for (const piece of content) hash.update(piece);
  const line = sealJson(`${head.slice(0, -1)},"content":"${hash.digest('hex')}"}`);
  return [Buffer.from(`${line}\n`), ...content];
}

/** Whether such a file is as it was when it was sealed. */
export function sealOfHeaded(bytes: Buffer): Seal {
  const end = bytes.indexOf('\n');
  const line = bytes.toString('utf8', 0, Math.max(0, end));
  const seal = sealOfJson(line);
  if (seal !== 'whole') return seal;
  const content = /"content":"([0-9a-f]{64})"/.exec(line)?.[1];
  return content ===
    createHash('sha256')
      .update(bytes.subarray(end + 1))
      .digest('hex')
    ? 'whole'
    : 'changed';
}

function checksumOf(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
