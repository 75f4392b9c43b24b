import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModelFolder, modelFiles, saveModel } from '../../../src/model/modelFolder';
import { sampleDescription, sampleParameters, withBest } from '../model/sampleModel';
import { story } from '../training/story';
import { type Finished, jsonLines, run } from './run';

/** What would steer a terminal; the line ends of the lines themselves aside. */
const steering = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u;
const small = ['--hidden', '8', '--embedding', '8', '--batch', '4', '--sequence', '8', '--threads', '1'];

describe('names with escapes and bidi characters in a terminal', function () {
  this.timeout(120_000);
  let folder: string;
  const odd = 'x\u001b[2J\u202ey\u009b';
  before(function () {
    // Windows has no such names.
    if (process.platform === 'win32') this.skip();
    folder = mkdtempSync(join(tmpdir(), 'textloom-odd-'));
    mkdirSync(join(folder, odd));
    writeFileSync(join(folder, odd, `${odd}.txt`), story(6000, 1));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const isQuiet = ({ stdout, stderr }: Finished) => {
    assert.ok(!steering.test(stdout), JSON.stringify(stdout));
    assert.ok(!steering.test(stderr), JSON.stringify(stderr));
  };

  it('are shown as what they are, by every command', async () => {
    const out = join(folder, 'models');
    const trained = await run(folder, ['train', odd, '--out', join(out, odd), '--steps', '3', ...small]);
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(trained.stdout, /Saved in .*x<U\+001B>\[2J<U\+202E>y<U\+009B>/);
    isQuiet(trained);
    const { folder: model, description } = await createModelFolder(out, sampleDescription('a'));
    await saveModel(model, { ...withBest(description, 1), name: odd }, sampleParameters(1));
    const broken = join(out, 'b');
    mkdirSync(broken);
    writeFileSync(join(broken, modelFiles.description), JSON.stringify({ formatVersion: odd, name: odd }));
    const inside = join(odd, `${odd}.txt`);
    writeFileSync(join(folder, odd, 'textloom.json'), JSON.stringify({ [odd]: 1 }));
    for (const args of [
      ['models', out],
      ['models', out, '--json'],
      ['models', odd],
      ['generate', '--model', broken],
      ['generate', '--model', join(folder, odd)],
      ['evaluate', inside, '--model', broken],
      ['score', inside, '--models', out],
      ['surprise', inside, '--model', model],
      ['models', 'rename', model, `${odd}/`],
      ['train', '--recipe', join(odd, 'textloom.json')],
      ['train', `no ${odd}`],
      [odd],
      ['train', `--${odd}`],
    ]) {
      const told = await run(folder, args);
      // A file like what the model knows has no surprising place.
      assert.ok(args[0] === 'surprise' || told.stdout !== '' || told.stderr !== '', args.join(' '));
      isQuiet(told);
      if (args.includes('--json')) assert.ok(jsonLines(told.stdout).some(({ name }) => name === odd));
    }
  });
});
