import { complain } from './terminal';
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { encodingName, type TextReading } from '../corpus/read/reading';
import { type ReadText, readTextFile } from '../corpus/read/readTextFile';
import { UnreadableError } from '../corpus/read/textFile';

/** How standard input is named on a command line, beside its path. */
const standardInput = '-';

/** More can't be held as one text, bytes. */
const mostStreamed = 400_000_000;

/** Whether what a path names is read once, from its start to its end: standard input, or a pipe. */
export function isStream(path: string): boolean {
  if (path === standardInput || path === '/dev/stdin') return true;
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

/** Whether there is nothing of this name. */
export function isMissing(path: string): boolean {
  return path !== standardInput && path !== '/dev/stdin' && !existsSync(path);
}

/** The text of a file or a stream, decoded as a corpus is. @throws Error, one sentence */
export async function readInput(path: string): Promise<ReadText> {
  try {
    return await readTextFile(isStream(path) ? await streamedBytes(path) : path);
  } catch (cause) {
    if (!(cause instanceof UnreadableError)) throw cause;
    const reason = cause.reason === 'unreadable' ? 'could not be read: may you read it?' : 'is no text.';
    throw new Error(`${nameOf(path)} ${reason}`, { cause });
  }
}

/** What a person should know of how a text was read; null where it was UTF-8 throughout. */
function readingRemark(path: string, { encoding, unreadable }: TextReading): string | null {
  const faults = unreadable === 0 ? '' : `${unreadable.toLocaleString('en')} of its bytes could not be read`;
  if (encoding !== 'utf8') {
    return `${nameOf(path)} was read as ${encodingName(encoding)}${faults === '' ? '' : `; ${faults}`}.`;
  }
  return faults === '' ? null : `${nameOf(path)}: ${faults}.`;
}

/** The same on standard error, where there is anything to say. */
export function remarkOnReading(path: string, reading: TextReading): void {
  const remark = readingRemark(path, reading);
  if (remark !== null) complain(remark);
}

function nameOf(path: string): string {
  return path === standardInput ? 'Standard input' : path;
}

/** @throws Error, one sentence, where there is more than can be held */
async function streamedBytes(path: string): Promise<Buffer> {
  const blocks: Buffer[] = [];
  let bytes = 0;
  const file = path === standardInput || path === '/dev/stdin' ? null : await open(path);
  for await (const block of file === null ? process.stdin : file.createReadStream()) {
    blocks.push(block as Buffer);
    bytes += (block as Buffer).length;
    if (bytes > mostStreamed) {
      throw new Error(`${nameOf(path)} holds more than ${mostStreamed / 1e6} MB: save it to a file, and name that.`);
    }
  }
  return Buffer.concat(blocks);
}
