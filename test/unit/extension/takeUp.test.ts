import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResponseError } from 'vscode-jsonrpc';
import { Session } from '../../../src/extension/session';
import { takeUp } from '../../../src/extension/training/takeUp';
import { modelFiles } from '../../../src/model/modelFolder';
import { errorCodes } from '../../../src/protocol/background';
import type { NoteEvent, TrainingEvent } from '../../../src/training/record/events';
import { RunRecord } from '../../../src/training/record/record';
import { advanceRun, type Run } from '../../../src/training/record/run';
import { finished, started } from './events';

describe('what an earlier window has left', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'textloom-take-up-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const note = (kind: NoteEvent['kind']): NoteEvent => ({
    type: 'note',
    step: 5,
    seconds: 1,
    kind,
    message: `${kind}.`,
  });

  /** Takes up a run that has told these events, and answers what that came to. */
  async function takenUp(
    events: readonly TrainingEvent[],
    {
      wish = 'always',
      isBusy = false,
      isLocked = false,
      isFollowed = false,
    }: { wish?: 'always' | 'ask' | 'never'; isBusy?: boolean; isLocked?: boolean; isFollowed?: boolean } = {},
  ) {
    const run = [{ ...started(), folder }, ...events].reduce<Run | null>(advanceRun, null);
    await new RunRecord(folder, () => undefined, run).save();
    writeFileSync(join(folder, modelFiles.checkpoint), '');
    const session = new Session();
    const continued: unknown[] = [];
    const told: string[] = [];
    const mentioned: string[] = [];
    await takeUp(
      session,
      {
        active: () => Promise.resolve(null),
        list: () => Promise.resolve([{ kind: 'damaged', folder, reason: 'Of no account.' }]),
      },
      {
        isBusy,
        continue: (...given) => {
          continued.push(given);
          return isLocked
            ? Promise.reject(new ResponseError(errorCodes.locked, 'Elsewhere.'))
            : Promise.resolve(folder);
        },
      },
      { look: () => Promise.resolve(isFollowed) },
      {
        notify: (sentence, ...actions) => told.push(sentence, ...actions.map(({ title }) => title)),
        mention: (sentence) => mentioned.push(sentence),
      },
      { 'training.resumeAfterReload': wish },
    );
    return { continued, told, mentioned, shown: session.state.run?.started.folder };
  }

  it('is shown, and goes on by itself, where it was training or waited for AC power', async () => {
    for (const events of [[], [note('paused on battery')], [note('paused'), note('resumed')]]) {
      const { continued, told, shown } = await takenUp(events);
      assert.deepEqual(continued, [[folder, 0]]);
      assert.deepEqual(told, []);
      assert.equal(shown, folder);
    }
  });

  it('waits to be asked for where it was paused, or is to ask', async () => {
    for (const { continued, told } of [await takenUp([note('paused')]), await takenUp([], { wish: 'ask' })]) {
      assert.deepEqual(continued, []);
      assert.match(told[0] ?? '', /has not finished/);
      assert.equal(told[1], 'Resume');
    }
  });

  it('is only shown where it had ended, or nothing is to go on', async () => {
    const ended = await takenUp([finished({ kind: 'completed' }, 1.5)]);
    const never = await takenUp([], { wish: 'never' });
    for (const { continued, told, shown } of [ended, never]) {
      assert.deepEqual([continued, told], [[], []]);
      assert.equal(shown, folder);
    }
  });

  it('is left alone where the user has begun something else meanwhile', async () => {
    const { continued, told, shown } = await takenUp([], { isBusy: true });
    assert.deepEqual([continued, told, shown], [[], [], undefined]);
  });

  it('is followed where another window is at it, and neither continued nor asked about', async () => {
    for (const wish of ['always', 'ask'] as const) {
      const { continued, told } = await takenUp([], { wish, isFollowed: true });
      assert.deepEqual([continued, told], [[], []]);
    }
  });

  it('is left to the other window that is at it, with a word in the status bar', async () => {
    const { told, mentioned } = await takenUp([], { isLocked: true });
    assert.deepEqual([told, mentioned], [[], ['Elsewhere.']]);
  });
});
