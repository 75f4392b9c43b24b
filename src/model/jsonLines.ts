import { type Disk, realDisk, replaceFile, storageError } from './disk';
import { appendRegular, readRegularText } from './regularFile';

/** A JSON Lines file that is added to. What couldn't be written comes with the next line that can. */
export class LineLog {
  private waiting: string[] = [];
  private isTorn = false;

  constructor(private readonly path: string) {}

  /** @throws StorageError, UnsafePathError */
  async add(value: unknown): Promise<void> {
    this.waiting.push(`${JSON.stringify(value)}\n`);
    if (this.waiting.length > mostWaiting) this.waiting.shift();
    try {
      await appendRegular(this.path, `${this.isTorn ? '\n' : ''}${this.waiting.join('')}`);
      this.waiting = [];
      this.isTorn = false;
    } catch (error) {
      // Some of it may have been written.
      this.isTorn = true;
      throw storageError(error, this.path);
    }
  }
}

/** Lines that are kept to be written later. */
const mostWaiting = 1000;

/** The lines of a JSON Lines file; none where there is no file. A line that a crash has torn is left out. */
export async function readJsonLines(path: string): Promise<readonly unknown[]> {
  return parseJsonLines(await readRegularText(path).catch(() => ''));
}

/** The lines of the text of a JSON Lines file; a torn one is left out. */
export function parseJsonLines(text: string): readonly unknown[] {
  const values: unknown[] = [];
  for (const line of text.split('\n')) {
    try {
      if (line !== '') values.push(JSON.parse(line));
    } catch {
      continue;
    }
  }
  return values;
}

/** Replaces a JSON Lines file as a whole. @throws StorageError */
export async function replaceJsonLines(path: string, values: readonly unknown[], disk: Disk = realDisk): Promise<void> {
  await replaceFile(path, [Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''))], disk);
}
