import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../../../../src/base/processes';
import {
  type ProgramOptions,
  runProgram,
  windowsInvocation,
} from '../../../../../src/engine/tensorflow/install/program';

describe("the installer's programs", () => {
  const usual: ProgramOptions = {
    cwd: tmpdir(),
    env: process.env,
    signal: new AbortController().signal,
    timeoutSeconds: 60,
  };

  it('answer with what they wrote', async () => {
    assert.equal(await runProgram(process.execPath, ['-p', '6 * 7'], usual), '42\n');
  });

  it('tell their last words when they fail', async () => {
    await assert.rejects(runProgram(process.execPath, ['-e', 'console.error("no disk"); process.exit(3)'], usual), {
      name: 'ProgramError',
      message: /ended with 3\.\nno disk$/,
    });
  });

  it('are named when they are not there', async () => {
    await assert.rejects(runProgram('no-such-program', [], usual), /no-such-program .*can't be run/);
  });

  it('end in time', async () => {
    const run = runProgram(process.execPath, ['-e', forever], { ...usual, timeoutSeconds: 0.5 });
    await assert.rejects(run, { name: 'ProgramError', message: /did not end in 0\.5 s/ });
  });

  it('end when they are cancelled, with their children', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'textloom-program-'));
    const pidFile = join(folder, 'pid');
    const parent = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(forever)}]);
      require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      ${forever}
    `;
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    const run = runProgram(process.execPath, ['-e', parent], { ...usual, signal: cancel.signal });
    const rejected = assert.rejects(run, reason);
    const child = await until(() => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')));
    cancel.abort(reason);
    await rejected;
    await until(() => !isAlive(child));
    rmSync(folder, { recursive: true });
  });

  it('are run without a shell on Windows, npm by its script', () => {
    const there = [
      'C:\\Program Files\\nodejs\\npm.cmd',
      'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js',
    ];
    const exists = (path: string) => there.includes(path);
    const env = { Path: 'C:\\Windows;C:\\Program Files\\nodejs' };
    const args = ['--prefix', 'C:\\Users\\Ada Lovelace'];
    assert.deepEqual(windowsInvocation('npm', args, env, exists), ['node', [there[1], ...args]]);
    assert.deepEqual(windowsInvocation('npm', args, {}, exists), ['npm', args]);
    assert.deepEqual(windowsInvocation('make', args, env, exists), ['make', args]);
  });

  it('are not started once they are cancelled', async () => {
    const reason = new Error('cancelled');
    await assert.rejects(runProgram('no-such-program', [], { ...usual, signal: AbortSignal.abort(reason) }), reason);
  });
});

const forever = 'setInterval(() => {}, 1000);';

/** What `probe` answers once that is something; the test's own time limit is the limit. */
async function until<T>(probe: () => T): Promise<Exclude<T, false | 0>> {
  for (;;) {
    const answer = probe();
    if (answer) return answer as Exclude<T, false | 0>;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
