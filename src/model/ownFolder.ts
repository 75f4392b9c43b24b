/**
 * The mark in a folder that Textloom made for itself. It holds the folder's identity, which no copy keeps: a mark that came
 * with a clone or an archive marks nothing there. And it says which process works in the folder, so that what a dead one
 * left behind is known.
 */
import type { BigIntStats } from 'node:fs';
import { lstat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { readRegularText } from './regularFile';

/** Named like what an interrupted write leaves: where it is left behind in a model, it goes with that. */
export const markFile = '.owner.tmp';

/** Bytes. */
const longestMark = 4096;

const markSchema = v.object({
  /** Of the folder. */
  identity: v.string(),
  process: v.number(),
  /** When that process began, milliseconds since 1970: a number is given to another one later. */
  began: v.number(),
  host: v.string(),
  /** A model that is kept in it: name and identity. */
  model: v.exactOptional(v.object({ name: v.string(), identity: v.string() })),
});

/** See {@link markSchema}. */
export type Mark = v.InferOutput<typeof markSchema>;

/** What tells a file or folder from every other of its disk, one that was there before included, for as long as it exists. */
export function identityOf({ ino, birthtimeNs }: BigIntStats): string {
  return `${ino}:${birthtimeNs}`;
}

/** Marks a folder that this process has just made. */
export async function markOwn(folder: string, model?: Mark['model']): Promise<void> {
  const mark: Mark = {
    identity: identityOf(await lstat(folder, { bigint: true })),
    process: process.pid,
    began: thisBegan(),
    host: hostname(),
    ...(model && { model }),
  };
  await writeFile(join(folder, markFile), JSON.stringify(mark), { flag: 'wx' });
}

/** The mark of a folder that Textloom made; undefined where it didn't, or not this very one. The folder is no link. */
export async function ownMark(folder: string): Promise<Mark | undefined> {
  try {
    const [itself, file] = await Promise.all([
      lstat(folder, { bigint: true }),
      lstat(join(folder, markFile), { bigint: true }),
    ]);
    if (!itself.isDirectory() || !file.isFile()) return undefined;
    const text = await readRegularText(join(folder, markFile), longestMark);
    const mark = v.parse(v.pipe(v.string(), v.parseJson(), markSchema), text);
    return mark.identity === identityOf(itself) ? mark : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the mark of a folder breaks off: whoever wrote it died. */
export async function isTorn(folder: string): Promise<boolean> {
  const text = await readRegularText(join(folder, markFile), longestMark).catch(() => undefined);
  if (text === undefined || text.endsWith('}')) return false;
  return text.startsWith(beginning) || beginning.startsWith(text);
}

/** Of every mark. */
const beginning = '{"identity":"';

/** Whether the process that made a folder may still be at work there. One of another machine can't be asked: a day is enough. */
export function isAtWork(mark: Mark, age: number): boolean {
  if (mark.host !== hostname()) return age < 24 * 3_600_000;
  if (mark.process === process.pid) return Math.abs(mark.began - thisBegan()) < 5000;
  try {
    process.kill(mark.process, 0);
    return true;
  } catch (error) {
    // One that may not be signalled is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function thisBegan(): number {
  return Math.round(Date.now() - process.uptime() * 1000);
}
