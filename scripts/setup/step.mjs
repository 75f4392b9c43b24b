// @ts-check
// What the steps of set-up share: where things go, how a step is told, and how a folder is made whole or not at all.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Everything that set-up fetches or makes, apart from packages and the build, is in here. */
export const cache = join(root, '.cache');

const stampName = '.complete';

/**
 * Whether `folder` was finished for just this `key`.
 * @param {string} folder
 * @param {string} key says what is in it: versions, a hash
 */
export function isComplete(folder, key) {
  try {
    return readFileSync(join(folder, stampName), 'utf8') === key;
  } catch {
    return false;
  }
}

/**
 * Says that `folder` is finished. Written whole or not at all.
 * @param {string} folder
 * @param {string} key
 */
export function markComplete(folder, key) {
  const temporary = join(folder, `${stampName}.${process.pid}`);
  writeFileSync(temporary, key);
  renameSync(temporary, join(folder, stampName));
}

/**
 * Makes `folder` unless it is there already. The work happens in a folder beside it, which takes its place once it is
 * finished: an interruption leaves nothing that looks done, and two set-ups at a time don't disturb each other.
 * @param {string} folder
 * @param {string} key
 * @param {(partial: string) => Promise<void>} make fills the folder that it is given
 */
export async function makeFolder(folder, key, make) {
  if (isComplete(folder, key)) return;
  sweep(folder);
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    await make(partial);
    markComplete(partial, key);
    if (isComplete(folder, key)) return; // Another set-up was quicker.
    const outdated = `${folder}.partial-${process.pid}-old`;
    if (existsSync(folder)) renameSync(folder, outdated);
    renameSync(partial, folder);
    rmSync(outdated, { recursive: true, force: true });
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * Deletes what earlier set-ups, now dead, left half-done beside `folder`.
 * @param {string} folder
 */
function sweep(folder) {
  mkdirSync(dirname(folder), { recursive: true });
  for (const name of readdirSync(dirname(folder))) {
    const [, pid] = new RegExp(`^${basename(folder)}\\.partial-(\\d+)`).exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) {
      rmSync(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * A short hash of files' contents.
 * @param {string[]} files
 */
export function hashOf(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Runs one step and tells it in one line: what it is, how it ended, and the time when that was noticeable.
 * @template T
 * @param {string} name
 * @param {(doing: (text: string) => void) => Promise<{ told: string, value: T }>} work `doing` says what takes so long
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const start = performance.now();
  process.stdout.write(`  ${name.padEnd(17)}`);
  try {
    const { told, value } = await work((text) => process.stdout.write(`${text} … `));
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(`${told}${seconds < 1 ? '' : ` (${seconds.toFixed(0)} s)`}\n`);
    return value;
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
}
