// @ts-check
// Runs other programs for set-up: quietly, with their last words kept for when they fail, and ended with us.
import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill()));

/**
 * Runs a program to its end; its output is shown only when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>} what it wrote
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm is a .cmd file on Windows, which only a shell runs.
      shell: process.platform === 'win32' && command === 'npm',
    });
    running.add(child);
    let output = '';
    child.stdout.on('data', (/** @type {Buffer} */ data) => (output += data.toString()));
    child.stderr.on('data', (/** @type {Buffer} */ data) => (output += data.toString()));
    child.on('error', (error) => {
      running.delete(child);
      reject(new Error(`${command} can't be run: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}:\n${tail(output)}`));
    });
  });
}

/**
 * Installs packages into a folder of their own. None of them runs code while it is installed.
 * @param {string} folder
 * @param {string[]} packages `name@version`
 */
export async function installPackages(folder, packages) {
  await run(
    'npm',
    [
      'install',
      '--ignore-scripts',
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--prefix',
      folder,
      ...packages,
    ],
    { cwd: folder },
  );
}

/**
 * The environment in which `node` is the one at `path`, for programs that start others.
 * @param {string} path
 */
export function withNode(path) {
  return { ...process.env, PATH: `${dirname(path)}${delimiter}${process.env['PATH'] ?? ''}` };
}

/** @param {string} output */
function tail(output) {
  return output.trimEnd().split('\n').slice(-25).join('\n');
}
