import fc from 'fast-check';
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { birthOf, processSpace } from '../../../../src/base/processes';
import { type LockOwner, stateOfLock } from '../../../../src/training/record/lockOwner';
import { lockRun, type RunLock, RunLockedError } from '../../../../src/training/record/runLock';

describe('the lock of a run', () => {
  let folder: string;
  let file: string;
  let turn: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'textloom-lock-'));
    file = join(folder, 'training.lock');
    turn = join(folder, '.training.lock.turn.tmp');
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** A process that does nothing for as long as the test needs it. */
  function someone(): number {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    children.push(child);
    return child.pid ?? 0;
  }

  /** A process that takes the lock and keeps it. */
  function start(): ChildProcess {
    const program = join(process.cwd(), 'dist', 'test', 'faults', 'holdsLock.js');
    const child = spawn(process.execPath, [program, folder], { stdio: 'ignore' });
    children.push(child);
    return child;
  }

  function trainer(): number {
    return start().pid ?? 0;
  }

  /** Has the lock look as if its owner hadn't shown itself for so many seconds. */
  function age(seconds: number): void {
    const then = new Date(Date.now() - seconds * 1000);
    utimesSync(file, then, then);
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** The id of a process that has ended. */
  async function nobody(): Promise<number> {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(child, 'exit');
    return child.pid ?? 0;
  }

  function lock(owner: Partial<LockOwner> & { readonly process: number; readonly parent: number }): void {
    writeFileSync(file, JSON.stringify({ host: hostname(), ...owner }));
  }

  it('stands in the folder while it is held, and can be taken again after', async () => {
    const held = await lockRun(folder);
    assert.ok(existsSync(file));
    await held.release();
    assert.ok(!existsSync(file));
    await (await lockRun(folder)).release();
  });

  it('is refused while another process trains there', async () => {
    lock({ process: someone(), parent: process.pid });
    await assert.rejects(lockRun(folder), RunLockedError);
    assert.ok(existsSync(file));
  });

  it('is taken over from a process that has died, and from one elsewhere, or of an older version, that was forgotten', async () => {
    lock({ process: await nobody(), parent: process.pid });
    await (await lockRun(folder)).release();
    for (const where of [{}, { host: 'elsewhere' }, { space: `${processSpace()} container` }]) {
      lock({ process: someone(), parent: process.pid, ...where });
      age(120);
      await (await lockRun(folder)).release();
    }
    writeFileSync(file, 'not JSON');
    await (await lockRun(folder)).release();
  });

  it('is held by a process of this machine as long as that lives, however long it has been stopped', async () => {
    const child = trainer();
    await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('}'));
    process.kill(child, 'SIGSTOP');
    for (const seconds of [61, 3600, 1e6]) {
      age(seconds);
      await assert.rejects(lockRun(folder), RunLockedError);
    }
    process.kill(child, 'SIGKILL');
    await until(() => birthOf(child) === undefined);
    await (await lockRun(folder)).release();
  });

  it('is not held by a process that has got the number of the one that took it', async () => {
    const other = someone();
    lock({ process: other, parent: process.pid, space: processSpace(), birth: `${birthOf(other)}` });
    await assert.rejects(lockRun(folder), RunLockedError);
    lock({ process: other, parent: process.pid, space: processSpace(), birth: '1' });
    await (await lockRun(folder)).release();
  });

  it('is held where it cannot be read for now, and by a process of which the system tells only that it lives', async () => {
    // No file system has a name of this length: an error that says nothing of what there is.
    assert.equal(await stateOfLock(join(folder, 'x'.repeat(5000))), 'held');
    assert.equal(await stateOfLock(file), 'stale');
    mkdirSync(file);
    assert.equal(await stateOfLock(file), 'stale');
    rmSync(file, { recursive: true });

    const other = someone();
    lock({ process: other, parent: process.pid, birth: `${birthOf(other)}` });
    const { readFileSync: read } = fs;
    const hidden = mock.method(fs, 'readFileSync', (...given: Parameters<typeof read>) => {
      if (String(given[0]) !== `/proc/${other}/stat`) return read(...given);
      throw Object.assign(new Error('hidden'), { code: 'ENOENT' });
    });
    try {
      assert.equal(birthOf(other), undefined);
      assert.equal(await stateOfLock(file), 'held');
    } finally {
      hidden.mock.restore();
    }
    // One that has ended, of which its parent has not heard yet, is told by its state.
    const stat = mock.method(fs, 'readFileSync', (...given: Parameters<typeof read>) =>
      String(given[0]) === `/proc/${other}/stat` ? `${other} (node) Z ${'0 '.repeat(40)}` : read(...given),
    );
    try {
      assert.equal(await stateOfLock(file), 'stale');
    } finally {
      stat.mock.restore();
    }
  });

  it('is held where the beginning of a process has to be asked for, unless that is after the lock', async () => {
    const other = someone();
    const taken = { process: other, parent: process.pid, space: processSpace() };
    lock({ ...taken, at: Date.now() });
    age(120);
    await assert.rejects(lockRun(folder), RunLockedError);
    lock({ ...taken, at: Date.now() - 3_600_000 });
    age(120);
    await (await lockRun(folder)).release();
  });

  it('is given back by its owner alone, who is told when another has it', async () => {
    const held = await lockRun(folder);
    await held.requireHeld();
    lock({ process: someone(), parent: process.pid, id: 'another' });
    const others = readFileSync(file, 'utf8');
    await assert.rejects(held.requireHeld(), { name: 'RunLockedError', message: /has taken this training over/ });
    await held.release();
    assert.equal(readFileSync(file, 'utf8'), others);
  });

  it('is lost with its file, and not with the whole folder, of which saving tells', async () => {
    const held = await lockRun(folder);
    rmSync(file);
    await assert.rejects(held.requireHeld(), { name: 'RunLockedError', message: /was removed/ });
    rmSync(folder, { recursive: true });
    await held.requireHeld();
    await held.release();
    mkdirSync(folder);
  });

  it('says so where a folder is in its place', async () => {
    mkdirSync(file);
    await assert.rejects(lockRun(folder), { name: 'UnsafePathError', message: /training\.lock is a folder/ });
    assert.deepEqual(readdirSync(folder), ['training.lock']);
  });

  it('has one owner, of any number that are taken, killed and given back at any time', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('take', 'kill', 'stop', 'release'), { maxLength: 8 }), async (acts) => {
        rmSync(file, { force: true });
        let owner: { readonly child: ChildProcess } | null = null;
        let own: RunLock | null = null;
        for (const act of acts) {
          const isFree = owner === null && own === null;
          if (act === 'kill' && owner !== null) {
            owner.child.kill('SIGKILL');
            await once(owner.child, 'exit');
            owner = null;
          } else if (act === 'stop' && isFree) {
            const child = start();
            owner = { child };
            await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('}'));
            child.kill('SIGSTOP');
            age(100);
          } else if (act === 'release' && own !== null) {
            await own.release();
            own = null;
          } else if (act === 'take' && owner !== null) {
            await assert.rejects(lockRun(folder), RunLockedError);
          } else if (act === 'take' && own === null) {
            own = await lockRun(folder);
            await own.requireHeld();
          }
        }
        await own?.release();
        if (owner !== null) assert.ok(existsSync(file));
        owner?.child.kill('SIGKILL');
        if (owner !== null) await once(owner.child, 'exit');
      }),
      { numRuns: 15 },
    );
  });

  it('is refused while it beats on another machine, whose processes nobody can see here', async () => {
    lock({ process: await nobody(), parent: await nobody(), host: 'elsewhere' });
    await assert.rejects(lockRun(folder), RunLockedError);
    assert.ok(existsSync(file));
  });

  it('is left to the first of several that find a forgotten one', async () => {
    lock({ process: await nobody(), parent: process.pid });
    writeFileSync(turn, '');
    const second = lockRun(folder);
    const soon = await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 300, 'waiting'))]);
    assert.equal(soon, 'waiting');
    lock({ process: someone(), parent: process.pid });
    rmSync(turn);
    await assert.rejects(second, RunLockedError);
    assert.ok(existsSync(file));
  });

  it('is taken by one that finds a forgotten one, though another died in taking it', async () => {
    lock({ process: await nobody(), parent: process.pid });
    writeFileSync(turn, '');
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(turn, longAgo, longAgo);
    await (await lockRun(folder)).release();
    assert.ok(!existsSync(turn));
  });

  it('is waited for while an owner without an editor saves', async () => {
    const owner = someone();
    lock({ process: owner, parent: await nobody() });
    const taking = lockRun(folder);
    const first = await Promise.race([taking, new Promise((resolve) => setTimeout(resolve, 300, 'waiting'))]);
    assert.equal(first, 'waiting');
    process.kill(owner, 'SIGKILL');
    await (await taking).release();
  });

  it('can be given up while it is waited for', async () => {
    lock({ process: someone(), parent: await nobody() });
    const giveUp = new AbortController();
    const taking = lockRun(folder, giveUp.signal);
    giveUp.abort();
    await assert.rejects(taking, { name: 'AbortError' });
  });
});
