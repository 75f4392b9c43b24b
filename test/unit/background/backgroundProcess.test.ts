import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { BackgroundError } from '../../../src/extension/background/backgroundError';
import {
  BackgroundProcess,
  type BackgroundState,
  type BackgroundTimes,
  type Crash,
} from '../../../src/extension/background/backgroundProcess';
import { defaultSampling } from '../../../src/generation/options';
import { protocolVersion } from '../../../src/protocol/background';
import type { TrainingEvent } from '../../../src/training/record/events';

const survey = {
  source: {
    paths: [],
    root: '/',
    documents: [],
    filters: { include: [], exclude: [], respectGitignore: true, maximumFileSize: 1 },
  },
  tokenizer: 'char',
} as const;
const text = { folder: '/model', prompt: '', sampling: defaultSampling, stop: { characters: 3, at: 'none' } } as const;

interface Supervised {
  readonly process: BackgroundProcess;
  readonly states: BackgroundState[];
  readonly lines: string[];
  readonly crashes: Crash[];
}

/** The process of a purpose-made server. */
function supervise(
  server: string,
  { idleSeconds = 0, ...times }: { idleSeconds?: number } & Partial<BackgroundTimes> = {},
): Supervised {
  const lines: string[] = [];
  const crashes: Crash[] = [];
  const host = {
    parameters: () => ({
      protocolVersion,
      appVersion: '0',
      parent: process.pid,
      tensorflowFolders: [],
      settings: { engine: 'auto', threads: 0, effort: 'full', pauseOnBattery: false, idleSeconds } as const,
    }),
    log: (line: string) => void lines.push(line),
    onCrash: (crash: Crash) => void crashes.push(crash),
  };
  const modulePath = join(process.cwd(), 'test/unit/background/servers', server);
  const supervised = new BackgroundProcess(modulePath, host, { start: 10_000, stop: 10_000, ...times });
  const states: BackgroundState[] = [];
  supervised.onState((state) => states.push(state));
  running.push(supervised);
  return { process: supervised, states, lines, crashes };
}

const running: BackgroundProcess[] = [];

/** Waits for what another process will bring about. */
async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

function fault(expected: BackgroundError['fault'], message?: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof BackgroundError, String(error));
    assert.equal(error.fault, expected);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  };
}

describe('the supervised background process', function () {
  this.timeout(30_000);

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });

  it('starts on the first request and not before, and again after a stop', async () => {
    const { process, states } = supervise('diesWhenAsked.js');
    assert.equal(await process.run(), null);
    assert.deepEqual(states, []);
    const asking = process.perform('survey', survey);
    asking.catch(() => undefined);
    await eventually(() => process.state === 'running');
    assert.deepEqual(states, ['starting', 'running']);
    await process.stop();
    await assert.rejects(asking, fault('ended'));
    assert.deepEqual(states.splice(2), ['stopping', 'stopped']);
  });

  it('tells how it died at its start, with its last words in the log', async () => {
    const { process, lines, crashes } = supervise('crashAtStart.js');
    await assert.rejects(process.perform('survey', survey), fault('start', /exit code 3/));
    await eventually(() => lines.includes('a library is missing'));
    assert.equal(process.state, 'stopped');
    assert.deepEqual(crashes, [], 'the caller was told already');
  });

  it('gives up after four restarts in a row', async () => {
    const { process, states } = supervise('crashAtStart.js');
    for (let i = 0; i < 5; i++) await assert.rejects(process.perform('survey', survey), fault('start'));
    states.length = 0;
    await assert.rejects(process.perform('survey', survey), fault('given up'));
    await assert.rejects(process.perform('survey', survey), fault('given up'));
    assert.deepEqual(states, ['failed']);
  });

  it('does not wait for ever for a first answer', async () => {
    const { process } = supervise('neverReady.js', { start: 300 });
    await assert.rejects(process.perform('survey', survey), fault('start', /did not answer/));
    assert.equal(process.state, 'stopped');
  });

  it('refuses a process of another version', async () => {
    const { process } = supervise('wrongVersion.js');
    await assert.rejects(process.perform('survey', survey), fault('version', /version 999/));
  });

  it('says so when there is nothing to start', async () => {
    const { process } = supervise('absent.js');
    await assert.rejects(process.perform('survey', survey), fault('start'));
  });

  it('rejects every pending call when the process dies, reports it once, and starts anew', async () => {
    const { process, crashes, states } = supervise('diesWhenAsked.js');
    const calls = [
      process.perform('survey', survey),
      process.perform('survey', survey),
      process.generate(text, () => undefined),
    ];
    for (const call of calls) await assert.rejects(call, fault('ended'));
    const message = 'The background process ended unexpectedly (SIGKILL).';
    assert.deepEqual(crashes, [{ message, training: null, goesOn: false }]);
    assert.equal(process.state, 'stopped');
    const again = process.perform('survey', survey);
    again.catch(() => undefined);
    await eventually(() => process.state === 'running');
    assert.deepEqual(states, ['starting', 'running', 'stopped', 'starting', 'running']);
  });

  it('is not confused by what libraries print, and keeps pieces before their result', async () => {
    const { process, lines } = supervise('noisy.js');
    const pieces: string[] = [];
    const result = await process.generate(text, (piece) => pieces.push(piece));
    assert.equal(pieces.join(), 'a,b,c');
    assert.equal(result.text, 'abc');
    assert.ok(Number.isNaN(result.seconds), 'numbers that JSON lacks survive');
    await eventually(() => lines.includes('2026-01-01 I tensorflow/core: half a line'));
  });

  it('kills what does not end when asked, and that is no crash', async () => {
    const { process, crashes, states } = supervise('stubborn.js', { stop: 200 });
    const asking = process.perform('survey', survey);
    asking.catch(() => undefined);
    await eventually(() => process.state === 'running');
    const first = process.stop();
    assert.equal(process.stop(), first, 'a second stop gets the promise of the first');
    await first;
    assert.deepEqual(crashes, []);
    assert.equal(states.at(-1), 'stopped');
  });

  it('holds a request that comes while it stops until it can be served', async () => {
    const { process } = supervise('noisy.js');
    await process.generate(text, () => undefined);
    const stopping = process.stop();
    const result = await process.generate(text, () => undefined);
    await stopping;
    assert.equal(result.text, 'abc');
    assert.equal(process.state, 'running');
  });

  it('ends when nothing was asked for a while, but not while a call is open', async () => {
    const { process, crashes } = supervise('noisy.js', { idleSeconds: 0.2 });
    await process.generate(text, () => undefined);
    const source = new CancellationTokenSource();
    const open = process.perform('survey', survey, { token: source.token });
    open.catch(() => undefined);
    await sleep(500);
    assert.equal(process.state, 'running');
    await process.stop();
    await process.generate(text, () => undefined);
    await eventually(() => process.state === 'stopped');
    assert.deepEqual(crashes, []);
  });

  it('leaves a training whose process was killed to be continued, by a process anew', async () => {
    const { process, crashes, states } = supervise('diesInTraining.js', { idleSeconds: 0.05 });
    const events: TrainingEvent['type'][] = [];
    process.onTraining(({ type }) => events.push(type));
    await process.train({ kind: 'continue', folder: '/model', minutes: 5 });
    await assert.rejects(process.control({ type: 'pause' }), fault('ended'));
    const message = 'The background process ended unexpectedly (SIGKILL).';
    assert.deepEqual(crashes, [{ message, training: '/model', goesOn: false }]);
    await sleep(100);
    assert.deepEqual(states, ['starting', 'running', 'stopped']);
    await process.train({ kind: 'continue', folder: '/model', minutes: 0 });
    await eventually(() => events.length === 2);
    assert.deepEqual(events, ['started', 'started']);
    await sleep(150);
    assert.equal(process.state, 'running', 'a training keeps it from ending idle');
    await process.control({ type: 'stop' });
    await eventually(() => process.state === 'stopped');
  });

  // Elsewhere a signal that a process sends itself is another end.
  if (process.platform !== 'win32') {
    it('says that a training goes on whose process has died of a fault, unless it was to end', async () => {
      for (const [control, goesOn] of [
        [{ type: 'resume' }, true],
        [{ type: 'discard' }, false],
      ] as const) {
        const { process, crashes } = supervise('diesInTraining.js');
        await process.train({ kind: 'continue', folder: '/model', minutes: 5 });
        await assert.rejects(process.control(control), fault('ended'));
        const message = 'The background process ended unexpectedly (SIGSEGV).';
        assert.deepEqual(crashes, [{ message, training: '/model', goesOn }]);
      }
    });
  }
});
