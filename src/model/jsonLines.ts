import { type Disk, realDisk, replaceFile, storageError } from './disk';
import { appendRegular, readRegularText } from './regularFile';

/** Adds one line to a JSON Lines file. @throws StorageError */
export async function appendJsonLine(path: string, value: unknown): Promise<void> {
  await appendRegular(path, `${JSON.stringify(value)}\n`).catch((error: unknown) => {
    throw storageError(error, path);
  });
}

/** Bytes of a JSON Lines file, of one line of it, and its lines: what is beyond wasn't written by a training. */
export const jsonLinesLimits = { bytes: 64 * 2 ** 20, line: 2 ** 20, lines: 200_000 } as const;

/** The lines of a JSON Lines file; none where there is no file, or one that is too large. A line that a crash has torn is left out. */
export async function readJsonLines(path: string): Promise<readonly unknown[]> {
  return parseJsonLines(await readRegularText(path, jsonLinesLimits.bytes).catch(() => ''));
}

/** The lines of the text of a JSON Lines file; a torn one is left out, and what is beyond the limits. */
export function parseJsonLines(text: string): readonly unknown[] {
  const values: unknown[] = [];
  for (let start = 0; start < text.length && values.length < jsonLinesLimits.lines;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    try {
      if (end > start && end - start <= jsonLinesLimits.line) values.push(JSON.parse(text.slice(start, end)));
    } catch {
      // Torn.
    }
    start = end + 1;
  }
  return values;
}

/** Replaces a JSON Lines file as a whole. @throws StorageError */
export async function replaceJsonLines(path: string, values: readonly unknown[], disk: Disk = realDisk): Promise<void> {
  await replaceFile(path, [Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''))], disk);
}
