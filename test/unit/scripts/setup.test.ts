import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstallObstacle, InstallOutcome } from '../../../src/engine/tensorflow/install/installation';
import { loadScript } from './load';

interface DesktopModule {
  fetchDesktop(
    folder: string,
    doing: (text: string) => void,
    how: {
      isReachable: () => Promise<boolean>;
      download: (folder: string) => Promise<string>;
      minutes: number;
    },
  ): Promise<{ told: string }>;
}

interface TensorFlowModule {
  fetchTensorFlow(
    folder: string,
    how: {
      install: () => Promise<InstallOutcome>;
      lackedTools: () => Promise<readonly string[]>;
      triesAgain: boolean;
    },
  ): Promise<string>;
}

interface RunModule {
  invocation(
    command: string,
    args: readonly string[],
    machine: { platform: NodeJS.Platform; node: string; npm: string | undefined },
  ): [string, string[]];
}

describe('set-up', () => {
  let home: string;
  beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'textloom-setup-'))));
  afterEach(() => rmSync(home, { recursive: true }));

  /** Makes a file look as if it had been written a while ago. */
  const age = (file: string, minutes: number) => {
    const then = Date.now() / 1000 - minutes * 60;
    utimesSync(file, then, then);
  };

  describe('of desktop VS Code', () => {
    let calls: number;
    let fetchDesktop: (download: (folder: string) => Promise<string>, reachable?: boolean) => Promise<string>;
    before(async () => {
      const module = await loadScript<DesktopModule>('setup/desktop.mjs');
      fetchDesktop = async (download, reachable = true) => {
        const isReachable = () => {
          calls++;
          return Promise.resolve(reachable);
        };
        const how = { isReachable, download, minutes: 10 };
        return (await module.fetchDesktop(join(home, 'desktop'), () => undefined, how)).told;
      };
    });
    beforeEach(() => (calls = 0));

    const download = (folder: string) => {
      writeFileSync(join(folder, 'code'), '');
      return Promise.resolve(join(folder, 'code'));
    };
    const refused = () => Promise.reject(new Error('403 Forbidden\n<html>'));

    it('keeps the path of the program, and is quick the second time', async () => {
      assert.equal(await fetchDesktop(download), 'done');
      assert.equal(readFileSync(join(home, 'desktop', 'executable'), 'utf8'), 'code');
      assert.equal(await fetchDesktop(refused), 'ready');
      assert.equal(calls, 1);
    });

    it('goes on with the browser edition where the download fails, and says why in one line', async () => {
      const told = await fetchDesktop(refused);
      assert.equal(told, 'not to be had here (403 Forbidden): the browser edition is used');
      assert.deepEqual(readdirSync(home), ['desktop-missed']);
    });

    it('asks again after a while, and not before', async () => {
      const told = await fetchDesktop(download, false);
      assert.equal(told, 'not to be had here (out of reach): the browser edition is used');
      assert.equal(await fetchDesktop(download), told);
      assert.equal(calls, 1);
      age(join(home, 'desktop-missed'), 11);
      assert.equal(await fetchDesktop(download), 'done');
    });
  });

  describe('of TensorFlow', () => {
    let fetchTensorFlow: TensorFlowModule['fetchTensorFlow'];
    let tries: number;
    let lacked: readonly string[];
    before(async () => {
      ({ fetchTensorFlow } = await loadScript<TensorFlowModule>('setup/tensorflow.mjs'));
    });
    beforeEach(() => {
      tries = 0;
      lacked = [];
    });

    const attempt = (obstacle: InstallObstacle | null, triesAgain = false) =>
      fetchTensorFlow(join(home, 'tensorflow'), {
        install: () => {
          tries++;
          return Promise.resolve(
            obstacle === null
              ? { kind: 'ready', packageFolder: home, way: 'wheel' }
              : { kind: 'unavailable', reason: 'No.', remedy: 'Do.', details: '', obstacle },
          );
        },
        lackedTools: () => Promise.resolve(lacked),
        triesAgain,
      });

    it('tries again once what was missing is there, and not before', async () => {
      lacked = ['a C++ compiler'];
      const told = await attempt({ kind: 'tools', missing: lacked });
      assert.match(told, /^No\. Do\. Until then the wasm engine is used/);
      assert.equal(await attempt(null), told);
      assert.equal(tries, 1);
      lacked = [];
      assert.equal(await attempt(null), 'done, by the wheel way');
      assert.deepEqual(readdirSync(home), []);
    });

    it('tries again some minutes after an attempt that failed', async () => {
      await attempt({ kind: 'attempt' });
      await attempt({ kind: 'attempt' });
      assert.equal(tries, 1);
      age(join(home, 'tensorflow-missed'), 11);
      assert.equal(await attempt(null), 'done, by the wheel way');
    });

    it('believes for a day that a machine can have none', async () => {
      await attempt({ kind: 'machine' });
      age(join(home, 'tensorflow-missed'), 23 * 60);
      await attempt(null);
      assert.equal(tries, 1);
      age(join(home, 'tensorflow-missed'), 25 * 60);
      await attempt(null);
      assert.equal(tries, 2);
    });

    it('tries again at once where it is asked for by hand', async () => {
      await attempt({ kind: 'machine' });
      assert.equal(await attempt(null, true), 'done, by the wheel way');
    });
  });

  it('runs npm on Windows without a shell, which would break paths at their spaces', async () => {
    const { invocation } = await loadScript<RunModule>('setup/run.mjs');
    const windows = { platform: 'win32', node: '/Program Files/nodejs/node.exe', npm: undefined } as const;
    const args = ['install', '--prefix', '/My Code/textloom'];
    const beside = join('/Program Files/nodejs', 'node_modules', 'npm', 'bin', 'npm-cli.js');
    assert.deepEqual(invocation('npm', args, windows), [windows.node, [beside, ...args]]);
    const npm = '/npm 11/bin/npm-cli.js';
    assert.deepEqual(invocation('npm', args, { ...windows, npm }), [windows.node, [npm, ...args]]);
    assert.deepEqual(invocation('npm', args, { ...windows, npm: '/yarn.js' }), [windows.node, [beside, ...args]]);
    assert.deepEqual(invocation('tar', args, windows), ['tar', args]);
    assert.deepEqual(invocation('npm', args, { ...windows, platform: 'linux' }), ['npm', args]);
  });
});
