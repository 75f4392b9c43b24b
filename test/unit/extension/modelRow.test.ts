import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelDetails } from '../../../src/extension/models/modelDetails';
import { modelRow, type ShownModel } from '../../../src/extension/models/modelRow';
import { modelFiles } from '../../../src/model/modelFolder';
import { sampleDescription, withBest } from '../model/sampleModel';

const folder = '/home/ada/.textloom/models/tales';
const born = sampleDescription('tales');
const now = Date.parse(born.created) + 3 * 3600 * 1000;

function shown(change: Partial<ShownModel> = {}): ShownModel {
  const listed = { kind: 'model', folder, description: withBest(born, 9) } as const;
  return { listed, bytes: 3_400_000, isActive: false, progress: null, ...change };
}

describe('the row of a model', () => {
  it('tells quality, size and age, and what may be done with it', () => {
    const row = modelRow(shown(), now);
    assert.equal(row.label, 'tales');
    assert.equal(row.description, '3.03 bits/char · 3.4 MB · 3 h');
    assert.equal(row.context, 'model usable');
    assert.equal(row.spoken, 'tales, 3.03 bits per character, 3.4 MB, 3 h old');
    assert.match(row.tooltip, /3\.030 bits \(2\.100 nats\) per character/);
  });

  it('tells two apart that have one name, as when a folder was copied by hand', () => {
    const listed = { ...shown().listed, folder: '/home/ada/.textloom/models/copy' };
    assert.match(modelRow(shown({ listed }), now).description, / · in copy$/);
  });

  it('marks the one that writes, by more than a colour', () => {
    const row = modelRow(shown({ isActive: true }), now);
    assert.equal(row.icon.id, 'pass-filled');
    assert.notEqual(modelRow(shown(), now).icon.id, row.icon.id);
    assert.match(row.spoken, /^tales, writes in this workspace, /);
    assert.equal(row.context, 'model usable active');
  });

  it('tells how far a training is, and that one goes on elsewhere', () => {
    const training = modelRow(shown({ progress: { phase: 'training', share: 0.456 } }), now);
    assert.match(training.description, /^training 45% · 3\.03/);
    assert.equal(training.icon.id, 'loading~spin');
    assert.equal(training.context, 'model usable running');
    assert.match(modelRow(shown({ progress: { phase: 'paused', share: 0.4 } }), now).description, /^paused at 40%/);
    assert.match(modelRow(shown({ progress: { phase: 'training', share: null } }), now).description, /^training · /);
  });

  it('says that there are no weights yet, and offers nothing that needs them', () => {
    const listed = { kind: 'model', folder, description: born } as const;
    const row = modelRow(shown({ listed }), now);
    assert.match(row.description, /^no weights yet/);
    assert.equal(row.context, 'model');
  });

  it('says why a model is damaged', () => {
    const row = modelRow(
      shown({ listed: { kind: 'damaged', folder, reason: 'This model is damaged: model.json is not JSON.' } }),
      now,
    );
    assert.equal(row.description, "can't be used · 3.4 MB");
    assert.equal(row.label, 'tales');
    assert.equal(row.context, 'damaged');
    assert.match(row.tooltip, /model\\\.json is not JSON/);
    assert.match(row.spoken, /can't be used: .*model\.json is not JSON/);
  });

  it('shows a hostile name as it is', () => {
    const description = withBest({ ...born, name: '[x](command:y) $(zap)' }, 9);
    const row = modelRow(shown({ listed: { kind: 'model', folder, description } }), now);
    assert.ok(!row.tooltip.includes('[x](command:y)'));
  });
});

describe('the details of a model', () => {
  let models: string;
  beforeEach(() => (models = mkdtempSync(join(tmpdir(), 'textloom-details-'))));
  afterEach(() => rmSync(models, { recursive: true }));

  it('tell its quality, its corpus and its recipe', async () => {
    const description = { ...withBest(born, 9), baseline: { order: 5, natsPerCharacter: 4.2 } };
    const [quality, corpus, recipe, ...others] = await modelDetails(models, description);
    assert.deepEqual(others, []);
    assert.equal(quality!.description, '3.030 bits/char · 50% better than the 5-gram baseline');
    assert.equal(corpus!.description, '1 file · 120 characters');
    assert.deepEqual(
      corpus!.children.map(({ label }) => label),
      ['notes/one.md'],
    );
    assert.match(recipe!.description, /^2 x 4 · char · \d+ parameters$/);
    assert.ok(recipe!.children.some(({ label, description }) => label === 'Seed' && description === '1'));
  });

  it('count the files that are not listed', async () => {
    const summary = { ...born.corpus.summary, files: 1200 };
    const [, corpus] = await modelDetails(models, { ...born, corpus: { ...born.corpus, summary } });
    assert.equal(corpus!.children.at(-1)!.label, 'and 1,199 more');
  });

  it('tell the newest samples first, and leave out what is none', async () => {
    const sample = (step: number) => ({
      step,
      temperature: 0.8,
      prompt: 'At ',
      text: `dawn\n${'x'.repeat(100)} ${step}`,
    });
    const lines = [sample(10), { step: 'no' }, sample(20)].map((line) => JSON.stringify(line));
    writeFileSync(join(models, modelFiles.samples), `${lines.join('\n')}\n{"torn`);
    const samples = (await modelDetails(models, born)).at(-1)!;
    assert.equal(samples.description, '2, newest first');
    assert.deepEqual(
      samples.children.map(({ description }) => description),
      ['step 20, temperature 0.8', 'step 10, temperature 0.8'],
    );
    assert.match(samples.children[0]!.label, /^dawn x+…$/);
  });
});
