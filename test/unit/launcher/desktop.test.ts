import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../../src/base/processes';
import { runOnDesktop } from '../../launcher/desktop';

// Node takes the place of the editor: its first argument is the workspace, here a script.
describe('a test run on the desktop', () => {
  let home: string;
  const display = process.env['DISPLAY'];
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'textloom-desktop-'));
    process.env['DISPLAY'] = ':0'; // So that no screen is made for it.
  });
  after(() => {
    if (display === undefined) delete process.env['DISPLAY'];
    else process.env['DISPLAY'] = display;
    rmSync(home, { recursive: true });
  });

  function run(script: string, timeoutSeconds: number): Promise<void> {
    const workspace = join(home, 'editor.cjs');
    writeFileSync(workspace, script);
    return runOnDesktop(process.execPath, { workspace, userData: home, testModule: 'tests.js', timeoutSeconds });
  }

  it('is over when the editor ends well', async () => {
    await run('process.exit(0)', 60);
  });

  it('fails when the editor ends badly', async () => {
    await assert.rejects(run('process.exit(3)', 60), /The test run failed with code/);
  });

  it('fails in time when the editor hangs, and leaves nothing running', async () => {
    const file = join(home, 'pid');
    const hang = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000);`;
    await assert.rejects(run(hang, 5), /did not end in 5 s/);
    assert.ok(existsSync(file), 'the editor has not started');
    const editor = Number(readFileSync(file, 'utf8'));
    while (isAlive(editor)) await new Promise((resolve) => setTimeout(resolve, 20)); // Killed, but not yet gone.
  });
});
