// @ts-check
// What could not be had here, remembered so that each set-up doesn't wait for it anew: why, and for how long that holds.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Minutes for which a failure that may be the network's is not tried again. */
export const networkMinutes = 10;

/**
 * What was remembered in `file`; undefined where nothing was, or where it is older than `minutes`.
 * @param {string} file
 * @param {number} minutes
 * @returns {unknown}
 */
export function recallMissed(file, minutes) {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    return age < minutes * 60_000 ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Remembers why something could not be had.
 * @param {string} file
 * @param {unknown} why
 */
export function rememberMissed(file, why) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(why));
}

/** It is there now. @param {string} file */
export function forgetMissed(file) {
  rmSync(file, { force: true });
}
