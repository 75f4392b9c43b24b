// Trains two models for a moment, has the editor measure, and prints a table.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runExtensionTests } from '../../test/launcher/launcher';
import type { Measurement } from './inEditor';

/** Hidden units of the models: a common size and a large one. */
const sizes = [384, 1024];

async function main(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'textloom-first-character-'));
  const result = join(workspace, 'result.json');
  const fault = join(workspace, 'failure.txt');
  try {
    const chapters = join('node_modules', '@stdlib', 'datasets-moby-dick', 'data');
    for (const file of readdirSync(chapters).filter((name) => /^chapter_\d+\.txt$/.test(name))) {
      cpSync(join(chapters, file), join(workspace, file));
    }
    for (const hidden of sizes) train(workspace, hidden);
    const { failure } = await runExtensionTests({
      workspace,
      testModule: join(__dirname, 'inEditor.js'),
      timeoutSeconds: 900,
      env: { TEXTLOOM_BENCH_RESULT: result, TEXTLOOM_BENCH_FAILURE: fault },
    });
    if (failure !== undefined) throw new Error(existsSync(fault) ? readFileSync(fault, 'utf8') : failure);
    const rows = JSON.parse(readFileSync(result, 'utf8')) as readonly Measurement[];
    process.stdout.write('model, state: median / worst milliseconds from the command to the first character\n');
    for (const { what, milliseconds } of rows) {
      const sorted = [...milliseconds].sort((one, other) => one - other);
      const median = sorted[sorted.length >> 1] ?? NaN;
      process.stdout.write(`${what}: ${median.toFixed(0)} / ${(sorted.at(-1) ?? NaN).toFixed(0)} (${sorted.length})\n`);
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function train(workspace: string, hidden: number): void {
  const out = join(workspace, '.textloom', 'models');
  const recipe = `--out ${out} --name h${hidden} --steps 3 --tokenizer char --hidden ${hidden} --layers 1 --batch 8 --sequence 16`;
  const paths = readdirSync(workspace).filter((name) => name.endsWith('.txt'));
  execFileSync(
    process.execPath,
    ['dist/cli.js', 'train', ...paths.map((name) => join(workspace, name)), ...recipe.split(' '), '--engine', 'wasm'],
    { stdio: 'ignore' },
  );
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
