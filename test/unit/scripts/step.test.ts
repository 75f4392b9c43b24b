import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScript } from './load';

interface StepModule {
  isComplete(folder: string, key: string): boolean;
  makeFolder(folder: string, key: string, make: (partial: string) => Promise<void>): Promise<void>;
}

describe('a folder that set-up makes', () => {
  let home: string;
  let folder: string;
  let step: StepModule;
  before(async () => {
    step = await loadScript('setup/step.mjs');
  });
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'textloom-step-'));
    folder = join(home, 'thing');
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const filling = (text: string) => (partial: string) => {
    writeFileSync(join(partial, 'file'), text);
    return Promise.resolve();
  };
  const never = () => Promise.reject(new Error('made a second time'));

  it('is made once for a key, and anew for another', async () => {
    await step.makeFolder(folder, 'one', filling('first'));
    await step.makeFolder(folder, 'one', never);
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'first');
    assert.ok(step.isComplete(folder, 'one'));
    assert.ok(!step.isComplete(folder, 'two'));
    await step.makeFolder(folder, 'two', filling('second'));
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'second');
    assert.deepEqual(readdirSync(home), ['thing']);
  });

  it('is not there, nor any part of it, when making it fails', async () => {
    const failing = async (partial: string) => {
      await filling('half')(partial);
      throw new Error('no network');
    };
    await assert.rejects(step.makeFolder(folder, 'one', failing), /no network/);
    assert.deepEqual(readdirSync(home), []);
  });

  it('stays as it was when making it anew fails', async () => {
    await step.makeFolder(folder, 'one', filling('first'));
    await assert.rejects(step.makeFolder(folder, 'two', never));
    assert.ok(step.isComplete(folder, 'one'));
    assert.deepEqual(readdirSync(home), ['thing']);
  });

  it('looks unfinished where its stamp is missing, and is made', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'file'), 'half');
    assert.ok(!step.isComplete(folder, 'one'));
    await step.makeFolder(folder, 'one', filling('whole'));
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'whole');
  });

  it('is rid of what dead set-ups left, not of what a living one is making', async () => {
    const noSuchProcess = 2 ** 30;
    const dead = [`thing.partial-${noSuchProcess}`, `thing.partial-${noSuchProcess}-old`];
    const living = [`thing.partial-${process.ppid}`, 'thing-else'];
    for (const name of [...dead, ...living]) mkdirSync(join(home, name));
    await step.makeFolder(folder, 'one', filling('whole'));
    assert.deepEqual(readdirSync(home).sort(), ['thing', ...living].sort());
    assert.ok(existsSync(join(folder, 'file')));
  });
});
