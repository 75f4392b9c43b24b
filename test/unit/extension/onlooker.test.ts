import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../../../src/extension/session';
import { Onlooker } from '../../../src/extension/training/onlooker';
import type { TrainingEvent } from '../../../src/training/record/events';
import { RunRecord } from '../../../src/training/record/record';
import { lockRun, type RunLock } from '../../../src/training/record/runLock';
import { evaluation, finished, progress, started } from './events';

describe('the training of another window', () => {
  let shelf: string;
  let folder: string;
  let session: Session;
  let onlooker: Onlooker;
  let record: RunRecord;

  beforeEach(async () => {
    shelf = mkdtempSync(join(tmpdir(), 'textloom-onlooker-'));
    folder = join(shelf, 'tales');
    mkdirSync(folder);
    session = new Session();
    onlooker = new Onlooker(session, {
      list: () => Promise.resolve([{ kind: 'damaged', folder, reason: 'Of no account.' }]),
    });
    record = new RunRecord(folder, () => undefined, null);
    await record.tell(started({ folder, at: 1 }));
  });

  afterEach(async () => {
    onlooker.dispose();
    await record.close();
    rmSync(shelf, { recursive: true, force: true });
  });

  /** A lock of a process that is there, and isn't this window's. */
  function lock(trainedIn: 'window' | 'terminal', parent = process.ppid): void {
    const owner = { process: process.ppid, parent, host: hostname(), trainedIn };
    writeFileSync(join(folder, 'training.lock'), JSON.stringify(owner));
  }

  const unlock = () => rmSync(join(folder, 'training.lock'));

  it('is shown as it goes on, with whose it is, and as it ends', async () => {
    lock('window');
    assert.equal(await onlooker.look(), true);
    const heard: TrainingEvent['type'][] = [];
    session.onDidReceive(({ type }) => heard.push(type));
    await until(() => session.state.run !== null);
    assert.equal(session.state.elsewhere?.trainedIn, 'window');
    assert.equal(session.state.activity.kind, 'idle', 'this window trains nothing');
    await record.tell(progress({ step: 1 }));
    await record.tell(evaluation(2.5));
    await until(() => session.state.run?.evaluations.length === 1);
    await record.save();
    await record.tell(progress({ step: 2 }));
    await until(() => session.state.run?.progress.length === 2);
    assert.deepEqual(heard.slice(0, 2), ['progress', 'evaluation']);
    await record.tell(finished({ kind: 'completed' }, 2.5));
    await record.save();
    unlock();
    await until(() => session.state.elsewhere === null);
    assert.equal(session.state.run?.phase, 'finished');
  });

  it('is shown as cut short once its process has gone without a word', async () => {
    lock('terminal');
    await onlooker.look();
    await until(() => session.state.run !== null);
    await record.save();
    unlock();
    await until(() => session.state.elsewhere === null);
    assert.equal(session.state.run?.phase, 'training');
  });

  it('is gone where it was discarded with its model', async () => {
    lock('window');
    await onlooker.look();
    await until(() => session.state.run !== null);
    await record.close();
    rmSync(folder, { recursive: true });
    await until(() => session.state.elsewhere === null);
    assert.equal(session.state.run, null);
  });

  it('gives way to a training of this window, and is not looked for meanwhile', async () => {
    lock('window');
    await onlooker.look();
    await until(() => session.state.run !== null);
    session.receive(started({ folder: join(shelf, 'own') }));
    assert.equal(session.state.elsewhere, null);
    await record.tell(progress());
    assert.equal(await onlooker.look(), false);
    assert.equal(session.state.run?.started.folder, join(shelf, 'own'));
  });

  it("is none where nobody trains, or this window's own process does", async () => {
    assert.equal(await onlooker.look(), false);
    lock('window', process.pid);
    assert.equal(await onlooker.look(), false);
    unlock();
    let held: RunLock | undefined;
    try {
      held = await lockRun(folder, undefined, 'window');
      assert.equal(await onlooker.look(), false, 'a lock of this very process is left over');
    } finally {
      await held?.release();
    }
  });
});

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 15_000;
  while (!holds()) {
    assert.ok(Date.now() < end, 'Not within 15 s.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
