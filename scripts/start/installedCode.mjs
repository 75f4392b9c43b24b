// @ts-check
// The desktop VS Code that is installed, as a program that can be started without a shell.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Its program; undefined where there is none, or where the browser edition is asked for. */
export function installedCode() {
  if (process.env['TEXTLOOM_EDITOR'] === 'browser') return undefined;
  if (process.platform !== 'win32') return spawnSync('code', ['--version']).status === 0 ? 'code' : undefined;
  // `code` is a .cmd file in a folder beside the program.
  const path = process.env['PATH'] ?? '';
  const bin = path.split(delimiter).find((folder) => folder !== '' && existsSync(join(folder, 'code.cmd')));
  const program = bin && join(bin, '..', 'Code.exe');
  return program && existsSync(program) ? program : undefined;
}

/**
 * Opens a folder in it.
 * @param {string} program see {@link installedCode}
 * @param {string[]} args
 * @returns {string | undefined} why that failed, as part of a sentence
 */
export function openInCode(program, args) {
  const { status, signal, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : `it ended with ${status ?? signal}`;
}
