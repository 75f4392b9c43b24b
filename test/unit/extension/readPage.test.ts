import fc from 'fast-check';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCorpusOptions } from '../../../src/corpus/corpus';
import { parseFromModelPage } from '../../../src/extension/modelEditor/messages';
import { folderFiles, packedFiles } from '../../../src/extension/modelEditor/modelFiles';
import { checkedContent, readPage } from '../../../src/extension/modelEditor/readPage';
import { ModelError } from '../../../src/model/modelError';
import { createModelFolder, saveModel } from '../../../src/model/modelFolder';
import { packModel } from '../../../src/model/packModel';
import { saveCorpusManifest } from '../../../src/training/record/corpusManifest';
import { sampleDescription, sampleParameters, withBest } from '../model/sampleModel';

const line = {
  step: 10,
  seconds: 1,
  tokens: 160,
  train: 2.5,
  validation: 2.6,
  natsPerCharacter: 2.6,
  weights: 'averaged',
  rate: 0.01,
  tokensPerSecond: 160,
  best: true,
  bitsPerCharacter: 3.75,
  perplexity: 13.5,
  gradientNorm: null,
  memory: null,
};

describe('what the page of a model shows', () => {
  let root: string;
  let folder: string;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'textloom-page-'));
    const made = await createModelFolder(root, sampleDescription('tales'));
    ({ folder } = made);
    await saveModel(folder, withBest(made.description, 10), sampleParameters());
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('is what its files say: what it is, its curve, its samples, its text', async () => {
    const sample = { step: 10, seconds: 1, temperature: 0.5, prompt: 'a', text: 'b' };
    writeFileSync(
      join(folder, 'metrics.jsonl'),
      `${JSON.stringify(line)}\n{"step": "x"}\n${JSON.stringify(line).slice(0, 20)}`,
    );
    writeFileSync(join(folder, 'samples.jsonl'), `${JSON.stringify(sample)}\nnull\n`);
    const source = {
      paths: ['/home/ada/book/notes', '/elsewhere/a.md', '/home/ada/book'],
      root: '/home/ada/book',
      documents: [{ name: 'Untitled-1', text: 'whispered' }],
      filters: { include: [], exclude: ['*.log'], respectGitignore: true, maximumFileSize: 1000 },
    };
    await saveCorpusManifest(folder, { source, options: defaultCorpusOptions });
    const page = await readPage(folderFiles(folder));
    assert.ok(page.kind === 'model');
    const { model } = page;
    assert.equal(model.description.name, 'tales');
    assert.ok(!('tokenizer' in model.description) && model.tokenizer === 'char');
    assert.deepEqual(
      model.history.evaluations.map(({ natsPerCharacter }) => natsPerCharacter),
      [2.6],
    );
    assert.deepEqual(
      model.history.progress.map(({ loss, gradientNorm }) => [loss, gradientNorm]),
      [[2.5, null]],
    );
    assert.deepEqual(model.history.samples, [{ type: 'sample', ...sample }]);
    assert.deepEqual(model.source?.paths, ['notes', '/elsewhere/a.md', 'everything in its folder', 'Untitled-1']);
    assert.ok(model.hasWeights && model.files.some(({ name, bytes }) => name === 'model.safetensors' && bytes > 100));
    assert.ok(!JSON.stringify(page).includes('whispered'));
  });

  it('has a checksum of the weights', async () => {
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, 'model.safetensors')))
      .digest('hex');
    assert.equal(await folderFiles(folder).checksum(), digest);
    const page = await readPage(folderFiles(folder));
    assert.ok(page.kind === 'model');
    const checksum = async () => {
      const content = await checkedContent(page, folderFiles(folder));
      return content.kind === 'model' ? content.checksum : content.damage;
    };
    assert.deepEqual(await checksum(), { sha256: digest });
    rmSync(join(folder, 'model.safetensors'));
    assert.equal(await folderFiles(folder).checksum(), null);
    mkdirSync(join(folder, 'model.safetensors'));
    assert.equal(await checksum(), 'unreadable', 'there is something, but nothing that can be read');
  });

  it('is the same of a packed model, whose checksums are compared', async () => {
    writeFileSync(join(folder, 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
    const path = join(root, 'tales.textloom');
    await packModel(folder, path);
    const page = await readPage(packedFiles(path));
    assert.ok(page.kind === 'model');
    assert.equal(page.model.place, 'pack');
    assert.equal(page.model.source, null);
    assert.equal(page.model.history.evaluations.length, 1);
    assert.equal(await packedFiles(path).checksum(), await folderFiles(folder).checksum());
    const bytes = readFileSync(path);
    const weights = readFileSync(join(folder, 'model.safetensors'));
    const at = bytes.indexOf(weights.subarray(weights.length - 64));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await assert.rejects(packedFiles(path).checksum(), ModelError);
    const content = await checkedContent(page, packedFiles(path));
    assert.ok(content.kind === 'damaged' && content.damage.fault === 'damaged');
    writeFileSync(path, 'no archive');
    const damaged = await readPage(packedFiles(path));
    assert.ok(damaged.kind === 'damaged' && damaged.damage.advice.includes('pack the model once more'));
  });

  it('is the reason and what to do where there is no model', async () => {
    const path = join(folder, 'model.json');
    const whole = readFileSync(path, 'utf8');
    // They carry a copy of it, which would stand in.
    rmSync(join(folder, 'model.safetensors'));
    const damage = async (text: string) => {
      writeFileSync(path, text);
      const page = await readPage(folderFiles(folder));
      assert.ok(page.kind === 'damaged');
      return page.damage;
    };
    assert.match((await damage(whole.slice(0, 99))).reason, /not JSON/);
    const newer = await damage(whole.replace('"formatVersion": 1', '"formatVersion": 2'));
    assert.equal(newer.fault, 'newer');
    assert.match(newer.advice, /Update/);
    rmSync(folder, { recursive: true });
    const gone = await readPage(folderFiles(folder));
    assert.ok(gone.kind === 'damaged' && gone.damage.fault === 'missing');
  });
});

describe('messages from the page of a model', () => {
  it('pass when the protocol has them, and are refused when it does not', () => {
    for (const message of [
      { type: 'ready' },
      { type: 'command', command: 'use' },
      { type: 'copy', text: 'x' },
      { type: 'insert', text: 'x' },
      { type: 'save', file: 'chart.svg', content: '' },
    ]) {
      assert.deepEqual(parseFromModelPage(message), message);
    }
    for (const message of [
      null,
      { type: 'control', control: { type: 'stop' } },
      { type: 'command', command: 'train' },
      { type: 'command', command: 'toString' },
      { type: 'continue', minutes: 5 },
      { type: 'save', file: '../../.bashrc', content: '' },
    ]) {
      assert.equal(parseFromModelPage(message), null, JSON.stringify(message));
    }
    fc.assert(fc.property(fc.anything(), (message) => void parseFromModelPage(message)));
  });
});
