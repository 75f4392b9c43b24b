import fc from 'fast-check';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import type { TrainingEvent } from '../../../../src/training/record/events';
import { RunRecord } from '../../../../src/training/record/record';
import { advanceRun, type Run } from '../../../../src/training/record/run';
import { RunFollower } from '../../../../src/training/record/runFollower';
import { readJournal } from '../../../../src/training/record/runJournal';
import { evaluationAt, progressAt, started } from '../../panel/runs';
import { TrainingFixture } from '../trainingFixture';

describe('a run that is followed from another process', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'textloom-follow-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Folds what a follower reads, as a window does. */
  async function advanced(run: Run | null, follower: RunFollower): Promise<Run | null> {
    const followed = await follower.read();
    if (followed === null) return run;
    return followed.kind === 'run' ? followed.run : followed.events.reduce(advanceRun, run);
  }

  it('is seen as it was told, whenever it is read and saved', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('progress', 'evaluation', 'pause', 'resume') },
      { weight: 2, arbitrary: fc.constantFrom('save', 'read', 'new follower', 'new session') },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
        const told: TrainingEvent[] = [];
        let at = 1;
        const begin = () => ({ ...started, folder, at: at++, step: at > 2 ? 1 : 0 });
        let record = new RunRecord(folder, (event) => told.push(event), null);
        await record.tell(begin());
        let follower = new RunFollower(folder);
        let seen: Run | null = null;
        for (const [index, kind] of steps.entries()) {
          const note = (which: 'paused' | 'resumed') => {
            return { type: 'note', step: index, seconds: index, kind: which, message: '' } as const;
          };
          if (kind === 'progress') await record.tell(progressAt(index, 2));
          if (kind === 'evaluation') await record.tell(evaluationAt(index, 2));
          if (kind === 'pause') await record.tell(note('paused'));
          if (kind === 'resume') await record.tell(note('resumed'));
          if (kind === 'save') await record.save();
          if (kind === 'new follower') follower = new RunFollower(folder);
          if (kind === 'new session') {
            await record.save();
            await record.close();
            record = new RunRecord(folder, (event) => told.push(event), record.told);
            await record.tell(begin());
          }
          if (kind === 'read' || kind === 'new follower') seen = await advanced(seen, follower);
        }
        await eventually(async () => {
          seen = await advanced(seen, follower);
          return isDeepStrictEqual(seen, told.reduce<Run | null>(advanceRun, null));
        });
        await record.close();
      }),
      { numRuns: 60 },
    );
  });

  it('leaves nothing behind, however a training ends', async () => {
    for (const control of ['stop', 'discard', 'suspend'] as const) {
      const workshop = new TrainingFixture();
      const job = await workshop.prepare(10_000);
      const controls = new TrainingControls();
      const ended = train(job, controls);
      await eventually(async () => (await readJournal(job.folder)).length > 0);
      await controls.send({ type: control });
      await ended;
      assert.ok(!existsSync(job.folder) || !readdirSync(job.folder).some((name) => name.startsWith('.run')));
      workshop.dispose();
    }
  });
});

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, 'Not within 10 s.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
