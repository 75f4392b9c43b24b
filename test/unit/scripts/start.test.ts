import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { story } from '../training/story';

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `npm start -- ...` does, on a machine that is set up. */
function start(args: readonly string[]): Promise<Finished> {
  const script = join(process.cwd(), 'scripts', 'start.mjs');
  const child = spawn(process.execPath, [script, '--no-setup', '--no-editor', ...args], { stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('npm start', function () {
  this.timeout(180_000);
  let folder: string;
  const models = () => join(folder, '.textloom', 'models');
  const weights = () => join(models(), 'first-model', 'model.safetensors');
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'textloom-start-'));
    writeFileSync(join(folder, 'tale.txt'), story(8000, 1));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('trains, shows the loss, and prints a passage', async () => {
    const { code, stdout, stderr } = await start([folder, '--minutes', '0.05']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Training on .* for 0\.05 minutes/);
    assert.match(stdout, /step +\d.* train \d\.\d+ +unseen \d\.\d+/);
    assert.ok(passageOf(stdout).length > 300, stdout);
  });

  it('trains no second time, and writes at once', async () => {
    const before = statSync(weights());
    const { code, stdout } = await start([folder, '--minutes', '0.05']);
    assert.equal(code, 0);
    assert.match(stdout, /There is a model already/);
    assert.ok(passageOf(stdout).length > 300, stdout);
    assert.equal(statSync(weights()).mtimeMs, before.mtimeMs);
  });

  it('resumes training that was interrupted', async () => {
    // As Ctrl+C leaves it: saved, with its end told as a stop, and budget left.
    const file = join(models(), 'first-model', 'run.json');
    const run = JSON.parse(readFileSync(file, 'utf8')) as { finished: { outcome: { kind: string } } };
    run.finished.outcome.kind = 'stopped';
    writeFileSync(file, JSON.stringify(run));
    const { code, stdout, stderr } = await start([folder, '--minutes', '0.05']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Going on with the training that was interrupted/);
    assert.deepEqual(
      readdirSync(models()).filter((name) => name.startsWith('first')),
      ['first-model'],
    );
    assert.match((await start([folder])).stdout, /There is a model already/);
  });

  it('passes by what a failure has left before there were weights', async () => {
    rmSync(join(folder, '.textloom'), { recursive: true });
    mkdirSync(join(models(), 'first-model'), { recursive: true });
    writeFileSync(join(models(), 'first-model', 'model.json'), '{}');
    const { code, stdout, stderr } = await start([folder, '--minutes', '0.05']);
    assert.equal(code, 0, stderr);
    assert.ok(passageOf(stdout).length > 300, stdout);
    assert.ok(readdirSync(models()).includes('first-model 2'));
    assert.match((await start([folder])).stdout, /There is a model already: .*first-model 2/);
  });

  it('says in one sentence what is wrong with its arguments', async () => {
    for (const [args, sentence] of [
      [[join(folder, 'nowhere')], /^There is no folder .*nowhere: [^\n]+\n$/],
      [[join(folder, 'tale.txt')], /^There is no folder .*tale\.txt: [^\n]+\n$/],
      [[folder, '--minutes', 'ten'], /^--minutes takes a number above 0, not "ten"\.\n$/],
      [[folder, '--often'], /^Unknown option '--often'[^\n]*\n$/],
    ] as const) {
      const { code, stdout, stderr } = await start(args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, sentence);
    }
  });
});

/** What is printed below "The model writes:". */
function passageOf(output: string): string {
  return output.split('The model writes:')[1]?.trim() ?? '';
}
