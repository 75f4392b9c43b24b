import { type Disk, realDisk, replaceFile, storageError } from './disk';
import { appendRegular, readRegularText } from './regularFile';

/** Adds one line to a JSON Lines file. @throws StorageError */
export async function appendJsonLine(path: string, value: unknown): Promise<void> {
  await appendRegular(path, `${JSON.stringify(value)}\n`).catch((error: unknown) => {
    throw storageError(error, path);
  });
}

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
