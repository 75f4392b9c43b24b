import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { duplicateModel } from '../../../../src/model/modelChanges';
import { listModels } from '../../../../src/model/modelFolder';
import { packModel } from '../../../../src/model/packModel';
import { inHiddenFolder, sweepUnfinished } from '../../../../src/model/unfinished';
import { unpackModel } from '../../../../src/model/unpackModel';
import { TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { dieAt } from '../../model/interference';
import { TrainingFixture } from '../trainingFixture';

/** What is hidden in a folder of models. */
function hiddenIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('.')) : [];
}

/** Makes what was left behind look as if it had been there for a while. */
function age(folder: string): void {
  const before = new Date(Date.now() - 3_600_000);
  for (const name of hiddenIn(folder)) utimesSync(join(folder, name), before, before);
}

describe('a process that is killed in the first moments', () => {
  let workshop: TrainingFixture;
  beforeEach(() => (workshop = new TrainingFixture()));
  afterEach(() => workshop.dispose());

  it('of a training leaves a model that goes on, or none', async function () {
    this.timeout(120_000);
    const { modelsFolder } = workshop;
    let begun = 0;
    for (let at = 0; ; at++) {
      const name = `tale-${at}`;
      const count = await dieAt(at, () => workshop.prepare(4, {}, name));
      const listed = (await listModels(modelsFolder)).filter(({ folder }) => folder.endsWith(name));
      for (const model of listed) {
        assert.equal(model.kind, 'model', `killed before operation ${at}`);
        const end = await train(await workshop.continue(model.folder), new TrainingControls());
        assert.equal(end.kind, 'completed', `killed before operation ${at}`);
        rmSync(model.folder, { recursive: true });
        begun++;
      }
      age(modelsFolder);
      await sweepUnfinished(modelsFolder);
      assert.deepEqual(hiddenIn(modelsFolder), [], `killed before operation ${at}`);
      if (at >= count) break;
    }
    assert.ok(begun > 1, 'some were killed when the model was there already');
  });

  it('of more training leaves a model that is trained further, and nothing else', async function () {
    this.timeout(120_000);
    const job = await workshop.prepare(4);
    await train(job, new TrainingControls());
    const whole = join(workshop.folder, 'whole');
    cpSync(job.folder, whole, { recursive: true });
    const files = readdirSync(whole).sort();
    for (let at = 0; ; at++) {
      rmSync(job.folder, { recursive: true });
      cpSync(whole, job.folder, { recursive: true });
      const count = await dieAt(at, () => workshop.continue(job.folder, 0.001));
      const end = await train(await workshop.continue(job.folder, 0.001), new TrainingControls());
      assert.ok(end.kind === 'completed' || end.kind === 'early stop', `killed before operation ${at}: ${end.kind}`);
      assert.deepEqual(readdirSync(job.folder).sort(), files, `killed before operation ${at}`);
      if (at >= count) break;
    }
  });

  it('of a copy or an import leaves nothing that the next one does not sweep, and never half a model', async function () {
    this.timeout(120_000);
    const { modelsFolder } = workshop;
    const { folder } = await workshop.prepare(4).then(async (job) => {
      await train(job, new TrainingControls());
      return job;
    });
    const packed = join(workshop.folder, 'tale.textloom');
    await packModel(folder, packed);
    for (const make of [
      () => duplicateModel(folder, 'copy'),
      () => unpackModel(packed, modelsFolder, { name: 'copy' }),
    ]) {
      for (let at = 0; ; at++) {
        const count = await dieAt(at, make);
        for (const model of await listModels(modelsFolder)) assert.equal(model.kind, 'model');
        rmSync(join(modelsFolder, 'copy'), { recursive: true, force: true });
        age(modelsFolder);
        await sweepUnfinished(modelsFolder);
        assert.deepEqual(hiddenIn(modelsFolder), [], `killed before operation ${at}`);
        if (at >= count) break;
      }
    }
  });
});

describe('what is swept in a folder of models', () => {
  let workshop: TrainingFixture;
  beforeEach(() => (workshop = new TrainingFixture()));
  afterEach(() => workshop.dispose());

  it('is nothing that somebody still works in, that is a copy, or that Textloom did not make', async () => {
    const { modelsFolder } = workshop;
    const { folder } = await workshop.prepare(4);
    // Left by a process that died amid a copy, before its last write: the only one that goes.
    const count = await dieAt(Infinity, () => duplicateModel(folder));
    await dieAt(count - 8, () => duplicateModel(folder));
    const [left = 'nothing'] = hiddenIn(modelsFolder);
    const gone = join(modelsFolder, left);
    assert.ok(existsSync(join(gone, 'model.json')));
    cpSync(gone, join(modelsFolder, '.incoming-clone1'), { recursive: true });
    mkdirSync(join(modelsFolder, '.incoming-manual'));
    writeFileSync(join(modelsFolder, '.incoming-manual', 'mine.txt'), 'mine');
    mkdirSync(join(modelsFolder, '.incoming-young1'));
    let seen: readonly string[] = [];
    // One that is at work, seen from inside of its own work.
    await inHiddenFolder(modelsFolder, async (hidden) => {
      cpSync(join(folder, 'model.json'), join(hidden, 'model.json'));
      await sweepUnfinished(modelsFolder);
      seen = hiddenIn(modelsFolder);
    });
    assert.ok(!existsSync(gone));
    assert.equal(seen.length, 4, seen.join());
    assert.deepEqual(hiddenIn(modelsFolder), ['.incoming-clone1', '.incoming-manual', '.incoming-young1']);
  });
});
