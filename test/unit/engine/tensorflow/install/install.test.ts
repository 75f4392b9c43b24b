import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTensorFlow, lackedTools } from '../../../../../src/engine/tensorflow/install/install';
import type { InstallOptions, InstallOutcome } from '../../../../../src/engine/tensorflow/install/installation';
import { locateTensorFlow, packageIn } from '../../../../../src/engine/tensorflow/install/locate';
import type { Machine } from '../../../../../src/engine/tensorflow/install/machine';
import { fails, prebuilt, pretendMachine } from './pretendMachine';

describe('the installer of the TensorFlow engine', () => {
  let home: string;
  let folder: string;
  const asked: number[] = [];
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'textloom-install-'));
    folder = join(home, 'tensorflow');
    asked.length = 0;
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function install(machine: Machine, answer = true, signal = new AbortController().signal): Promise<InstallOutcome> {
    const confirm = ({ downloadMegabytes }: { downloadMegabytes: number }): Promise<boolean> => {
      asked.push(downloadMegabytes);
      return Promise.resolve(answer);
    };
    return installTensorFlow({ ...options(signal), folder, ui: { confirm, progress: () => undefined } }, machine);
  }

  function options(signal = new AbortController().signal): Pick<InstallOptions, 'env' | 'signal'> {
    return { signal, env: {} };
  }

  it('takes the official way where the storage host answers, and leaves the manifest as it was', async () => {
    const machine = pretendMachine({
      isReachable: () => Promise.resolve(true),
      programs: { 'npm run install': prebuilt },
    });
    assert.deepEqual(await install(machine), { kind: 'ready', packageFolder: packageIn(folder), way: 'official' });
    assert.equal(readFileSync(join(packageIn(folder), 'package.json'), 'utf8'), '{}');
    assert.deepEqual(readdirSync(home), ['tensorflow']);
  });

  it('builds against the wheel where the host does not answer', async () => {
    assert.deepEqual(await install(pretendMachine()), {
      kind: 'ready',
      packageFolder: packageIn(folder),
      way: 'wheel',
    });
    assert.deepEqual(readdirSync(home), ['tensorflow']);
  });

  it('builds against the wheel where the official way breaks half-way, and keeps nothing of it', async () => {
    const machine = pretendMachine({
      isReachable: () => Promise.resolve(true),
      programs: {
        'npm run install': async (args, cwd, signal) => {
          await prebuilt(args, cwd, signal);
          await fails(args, cwd, signal);
        },
      },
    });
    assert.deepEqual(await install(machine), { kind: 'ready', packageFolder: packageIn(folder), way: 'wheel' });
    assert.equal(existsSync(join(packageIn(folder), 'deps', 'lib', 'libtensorflow.so.2')), false);
    assert.equal(readFileSync(join(packageIn(folder), 'package.json'), 'utf8'), '{}');
  });

  it('asks first, telling the size, and does nothing when the answer is no', async () => {
    const machine = pretendMachine();
    assert.deepEqual(await install(machine, false), { kind: 'declined' });
    assert.equal(asked.length, 1);
    assert.deepEqual(machine.calls, []);
    assert.deepEqual(readdirSync(home), []);
  });

  it('does and asks nothing when TensorFlow is there already', async () => {
    await install(pretendMachine());
    const machine = pretendMachine();
    assert.deepEqual(await install(machine), { kind: 'ready', packageFolder: packageIn(folder), way: 'found' });
    assert.equal(asked.length, 1);
    assert.deepEqual(machine.calls, []);
  });

  it('names what is missing before it fetches the library', async () => {
    const machine = pretendMachine({ programs: { 'python3 -m pip --version': fails, 'g++ --version': fails } });
    const outcome = await install(machine);
    assert.equal(outcome.kind, 'unavailable');
    assert.match(outcome.reason, /pip and a C\+\+ compiler/);
    assert.match(outcome.remedy, /apt install python3-pip g\+\+\)/);
    assert.deepEqual(outcome.obstacle, { kind: 'tools', missing: ['pip', 'a C++ compiler'] });
    assert.deepEqual(await lackedTools(options(), machine), outcome.obstacle.missing);
    assert.ok(!machine.calls.some((call) => call.includes('pip download')));
    assert.deepEqual(readdirSync(home), []);
  });

  for (const [name, other] of [
    ['macOS', { platform: 'darwin' }],
    ['Linux on ARM', { arch: 'arm64' }],
    ['a Linux with another C library', { glibc: undefined }],
    ['a Linux with an old C library', { glibc: '2.17' }],
  ] as const) {
    it(`says that there is no other way on ${name}`, async () => {
      const outcome = await install(pretendMachine(other));
      assert.equal(outcome.kind, 'unavailable');
      assert.match(outcome.reason, /out of reach/);
      assert.deepEqual(outcome.obstacle, { kind: 'machine' });
      assert.deepEqual(readdirSync(home), []);
    });
  }

  for (const stage of [
    'npm install',
    'python3 -m pip download',
    'python3 -c',
    'npm run build-addon-from-source',
    'node -e',
  ]) {
    it(`leaves nothing that looks done when "${stage}" fails`, async () => {
      const outcome = await install(pretendMachine({ programs: { [stage]: fails } }));
      assert.equal(outcome.kind, 'unavailable');
      assert.deepEqual(outcome.obstacle, { kind: 'attempt' });
      assert.equal(locateTensorFlow([folder]), undefined);
      assert.equal((await install(pretendMachine())).kind, 'ready');
    });

    it(`leaves nothing that looks done when it is cancelled at "${stage}"`, async () => {
      const cancel = new AbortController();
      const machine = pretendMachine({ programs: { [stage]: () => cancel.abort() } });
      assert.deepEqual(await install(machine, true, cancel.signal), { kind: 'cancelled' });
      assert.equal(locateTensorFlow([folder]), undefined);
      assert.equal((await install(pretendMachine())).kind, 'ready');
    });
  }

  it('clears away what an installer that was killed has left', async () => {
    const noSuchProcess = 2 ** 30;
    mkdirSync(join(home, `tensorflow.partial-${noSuchProcess}`, 'node_modules'), { recursive: true });
    mkdirSync(join(home, 'tensorflow.downloads', String(noSuchProcess)), { recursive: true });
    assert.equal((await install(pretendMachine())).kind, 'ready');
    assert.deepEqual(readdirSync(home), ['tensorflow']);
  });
});
