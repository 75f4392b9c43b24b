import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { earlierRuns } from '../../../src/extension/panel/earlierRuns';
import { evaluationAt } from './runs';

describe('earlier runs', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'textloom-earlier-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function model(name: string, metrics: string) {
    const own = join(folder, name);
    await mkdir(own);
    await writeFile(join(own, 'metrics.jsonl'), metrics);
    return { name, folder: own };
  }

  it('are read from the metrics of each model, and what is damaged is left out', async () => {
    const lines = [evaluationAt(5, 2.5), evaluationAt(10, 2)].map((event) => JSON.stringify(event));
    const models = [
      await model('good', `${lines.join('\n')}\n`),
      await model('torn', `${lines.join('\n')}\n{"seconds": 1`),
      await model('nonsense', '"x"\n7\n'),
      { name: 'gone', folder: join(folder, 'gone') },
    ];
    const runs = await earlierRuns(models);
    assert.deepEqual(runs[0], {
      name: 'good',
      folder: join(folder, 'good'),
      curve: [
        [5, 2.5],
        [10, 2],
      ],
    });
    assert.ok(!runs.some(({ name }) => name === 'nonsense' || name === 'gone'));
  });
});
