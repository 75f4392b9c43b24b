import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyProject } from './projectCopy';

describe('the build that watches', function () {
  this.timeout(120_000);

  it('bundles everything, and once more what has changed', async () => {
    const { folder, remove } = copyProject();
    const child = spawn(process.execPath, ['esbuild.js', '--production', '--watch'], { cwd: folder });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      }
      const cli = join(folder, 'dist', 'cli.js');
      const built = async (marks: string): Promise<void> => {
        while (!(output.includes('build finished') && content(cli).includes(marks))) {
          assert.equal(child.exitCode, null, output);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      };
      await built('textloom');
      assert.match(output, /\[watch\] build started/);
      assert.doesNotMatch(output, /ERROR/);
      const source = join(folder, 'src', 'cli', 'help.ts');
      writeFileSync(source, `${readFileSync(source, 'utf8')}\nconsole.log('woven anew');\n`);
      await built('woven anew');
    } finally {
      child.kill();
      await ended;
      remove();
    }
  });
});

function content(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Not built yet.
  }
}
