import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KnownModels } from '../../../src/extension/models/knownModels';
import { createModelFolder, readDescription, saveModel } from '../../../src/model/modelFolder';
import { sampleDescription, sampleParameters, withBest } from '../model/sampleModel';

describe('the list of the models of a folder', () => {
  let shelf: string;

  beforeEach(() => {
    shelf = mkdtempSync(join(tmpdir(), 'textloom-shelf-'));
  });

  afterEach(() => rmSync(shelf, { recursive: true }));

  it('are read again only where they have changed', async () => {
    const read: string[] = [];
    const known = new KnownModels((folder) => {
      read.push(folder);
      return readDescription(folder);
    });
    const one = await createModelFolder(shelf, sampleDescription('one'));
    const two = await createModelFolder(shelf, sampleDescription('two'));
    await known.list(shelf);
    assert.deepEqual(read.splice(0).sort(), [one.folder, two.folder].sort());
    await known.list(shelf);
    assert.deepEqual(read, []);
    await saveModel(two.folder, withBest(two.description, 7), sampleParameters(7));
    const listed = await known.list(shelf);
    assert.deepEqual(read, [two.folder]);
    const steps = listed.map((model) => (model.kind === 'model' ? model.description.best?.step : 'damaged'));
    assert.deepEqual(steps, [undefined, 7]);
  });

  it('are looked at alone, and told from damaged ones and from other folders', async () => {
    let reads = 0;
    const known = new KnownModels((folder) => {
      reads++;
      return readDescription(folder);
    });
    const { folder } = await createModelFolder(shelf, sampleDescription('one'));
    await known.list(shelf);
    const model = await known.look(folder);
    assert.equal(model?.kind === 'model' ? model.description.name : undefined, 'one');
    assert.equal(reads, 1, 'it was known');
    writeFileSync(join(folder, 'model.json'), 'nonsense');
    const damaged = await known.look(folder);
    assert.match(damaged?.kind === 'damaged' ? damaged.reason : '', /not JSON/);
    assert.equal(await known.look(join(shelf, 'nowhere')), undefined);
  });
});
