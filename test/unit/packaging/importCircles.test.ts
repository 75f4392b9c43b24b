import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(process.cwd(), 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

/** Runs the project's own check over files of `src`, by their names. */
function check(files: Readonly<Record<string, string>>): { readonly status: number | null; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'textloom-circles-'));
  try {
    mkdirSync(join(folder, 'src'));
    copyFileSync('.dependency-cruiser.mjs', join(folder, '.dependency-cruiser.mjs'));
    for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, 'src', name), code);
    const args = [program, '--config', '.dependency-cruiser.mjs', 'src'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the check for circles of imports', function () {
  this.timeout(60_000);

  const circles = {
    'of values': ["import { b } from './b';", 'b();'],
    'of types': ["import type { B } from './b';", 'export type A = B;'],
    'of types named in place': ["export type A = import('./b').B;"],
    'of what is exported again': ["export * from './b';"],
  };
  for (const [kind, code] of Object.entries(circles)) {
    it(`refuses a circle ${kind}`, () => {
      const { status, output } = check({ 'a.ts': code.join('\n'), 'b.ts': "import type { A } from './a';" });
      assert.match(output, /error no-circle: src\/a\.ts/);
      assert.notEqual(status, 0);
    });
  }

  it('lets two files import a third', () => {
    const { status, output } = check({
      'a.ts': "import './b'; import './c';",
      'b.ts': "import type { C } from './c';",
      'c.ts': 'export type C = 1;',
    });
    assert.equal(status, 0, output);
  });
});
