// @ts-check
// Runs other programs for set-up: quietly, with their last words kept for when they fail, and ended with us.
import { spawn, spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => running.forEach(end));

/** Ends a program; on Windows, where signals don't travel, with all that it has started. @param {import('node:child_process').ChildProcess} child */
function end(child) {
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
  else child.kill();
}

/**
 * What to spawn for a command. On Windows npm is a .cmd file, which only a shell runs, and a shell breaks paths at their
 * spaces: there Node runs npm's script itself.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ platform: NodeJS.Platform, node: string, npm: string | undefined }} machine `npm`: the script that runs us
 * @returns {[command: string, args: string[]]}
 * @tested
 */
export function invocation(command, args, { platform, node, npm }) {
  if (platform !== 'win32' || command !== 'npm') return [command, [...args]];
  const script =
    npm?.endsWith('npm-cli.js') === true ? npm : join(dirname(node), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return [node, [script, ...args]];
}

/**
 * Runs a program to its end; its output is shown only when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>} what it wrote
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const { platform, execPath: node, env } = process;
    const [file, parameters] = invocation(command, args, { platform, node, npm: env['npm_execpath'] });
    const child = spawn(file, parameters, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
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
