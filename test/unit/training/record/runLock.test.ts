import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockRun, RunLockedError } from '../../../../src/training/record/runLock';

describe('the lock of a run', () => {
  let folder: string;
  let file: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'textloom-lock-'));
    file = join(folder, 'training.lock');
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

  /** The id of a process that has ended. */
  async function nobody(): Promise<number> {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(child, 'exit');
    return child.pid ?? 0;
  }

  function lock(owner: { readonly process: number; readonly parent: number; readonly host?: string }): void {
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

  it('is taken over from a process that has died, and from one that was forgotten, here or on another machine', async () => {
    lock({ process: await nobody(), parent: process.pid });
    await (await lockRun(folder)).release();
    const longAgo = new Date(Date.now() - 120_000);
    for (const host of [hostname(), 'elsewhere']) {
      lock({ process: someone(), parent: process.pid, host });
      utimesSync(file, longAgo, longAgo);
      await (await lockRun(folder)).release();
    }
    writeFileSync(file, 'not JSON');
    await (await lockRun(folder)).release();
  });

  it('is refused while it beats on another machine, whose processes nobody can see here', async () => {
    lock({ process: await nobody(), parent: await nobody(), host: 'elsewhere' });
    await assert.rejects(lockRun(folder), RunLockedError);
    assert.ok(existsSync(file));
  });

  it('is left to the first of several that find a forgotten one', async () => {
    lock({ process: await nobody(), parent: process.pid });
    writeFileSync(`${file}.turn`, '');
    const second = lockRun(folder);
    const soon = await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 300, 'waiting'))]);
    assert.equal(soon, 'waiting');
    lock({ process: someone(), parent: process.pid });
    rmSync(`${file}.turn`);
    await assert.rejects(second, RunLockedError);
    assert.ok(existsSync(file));
  });

  it('is taken by one that finds a forgotten one, though another died in taking it', async () => {
    lock({ process: await nobody(), parent: process.pid });
    writeFileSync(`${file}.turn`, '');
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(`${file}.turn`, longAgo, longAgo);
    await (await lockRun(folder)).release();
    assert.ok(!existsSync(`${file}.turn`));
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
