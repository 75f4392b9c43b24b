import { sealJson, sealOfJson } from './checksum';
import { type Disk, realDisk, replaceFile, storageError } from './disk';
import { appendRegular, readRegularText, regularSize } from './regularFile';

/** A JSON Lines file that is added to. What couldn't be written comes with the next line that can. */
export class LineLog {
  private waiting: string[] = [];
  private isTorn = false;

  constructor(private readonly path: string) {}

  /** @throws StorageError, UnsafePathError */
  async add(value: unknown): Promise<void> {
    this.waiting.push(encodeLine(value));
    if (this.waiting.length > mostWaiting) this.waiting.shift();
    const before = await regularSize(this.path);
    try {
      await appendRegular(this.path, `${this.isTorn ? '\n' : ''}${this.waiting.join('')}`);
      this.waiting = [];
      this.isTorn = false;
    } catch (error) {
      // Some of it may have been written: what is whole must not come again.
      const written = (await regularSize(this.path)) - before - (this.isTorn ? 1 : 0);
      if (written >= 0) this.dropWritten(written);
      this.isTorn = true;
      throw storageError(error, this.path);
    }
  }

  private dropWritten(bytes: number): void {
    let rest = bytes;
    for (let line = this.waiting[0]; line !== undefined; [line] = this.waiting) {
      rest -= Buffer.byteLength(line);
      // The line feed alone may lack: what is written next begins with one.
      if (rest < -1) return;
      this.waiting.shift();
    }
  }
}

/** Lines that are kept to be written later. */
const mostWaiting = 1000;

/** Bytes of a JSON Lines file, of one line of it, and its lines: what is beyond wasn't written by a training. */
export const jsonLinesLimits = { bytes: 64 * 2 ** 20, line: 2 ** 20, lines: 200_000 } as const;

/** The lines of a JSON Lines file; none where there is no file, or one that is too large. A line that a crash has torn is left out. */
export async function readJsonLines(path: string): Promise<readonly unknown[]> {
  return parseJsonLines(await readRegularText(path, jsonLinesLimits.bytes).catch(() => ''));
}

/**
 * The lines of the text of a JSON Lines file; a torn one, one that has changed since it was written, and what is beyond the
 * limits is left out.
 */
export function parseJsonLines(text: string): readonly unknown[] {
  const values: unknown[] = [];
  for (let start = 0; start < text.length && values.length < jsonLinesLimits.lines;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const isLine = end > start && end - start <= jsonLinesLimits.line;
    const value = isLine ? parseLine(text.slice(start, end)) : undefined;
    if (value !== undefined) values.push(value);
    start = end + 1;
  }
  return values;
}

/** How many lines of the text of a JSON Lines file have changed since they were written; the last may be torn by a crash. */
export function damagedLines(text: string): number {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const whole = /"checksum":"[0-9a-f]+"\}/.test(last) ? [...lines, last] : lines;
  return whole.filter((line) => line !== '' && parseLine(line) === undefined).length;
}

function parseLine(line: string): unknown {
  try {
    return sealOfJson(line) === 'changed' ? undefined : withoutChecksum(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function encodeLine(value: unknown): string {
  const text = JSON.stringify(withoutChecksum(value));
  return `${/^\{.+\}$/s.test(text) ? sealJson(text, lineDigits) : text}\n`;
}

/** Of a line's checksum: lines are many, and short. */
const lineDigits = 16;

function withoutChecksum(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'checksum'));
}

/** Replaces a JSON Lines file as a whole. @throws StorageError */
export async function replaceJsonLines(path: string, values: readonly unknown[], disk: Disk = realDisk): Promise<void> {
  await replaceFile(path, [Buffer.from(values.map(encodeLine).join(''))], disk);
}
