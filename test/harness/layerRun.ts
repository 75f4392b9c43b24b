/**
 * test/harness/: runs one layer of the tests with Mocha and reports each test as a line of JSON, in a plain Node (unit,
 * e2e) as inside the editor's extension host (vscode). scripts/test.mjs reads the lines. No test lives here.
 */
import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { photographFailure } from '../launcher/failurePictures';
import { grepVariable, writeLine } from './report';

/** The layers that are made of Mocha tests, and the seconds that a test of theirs may take unless it says otherwise. */
const timeouts = { unit: 20, vscode: 120, e2e: 240 } as const;

export type Layer = keyof typeof timeouts;

/** Whether `name` is that of a layer. */
export function isLayer(name: string | undefined): name is Layer {
  return name !== undefined && name in timeouts;
}

/**
 * Runs every `*.test.js` under a folder.
 * @param some the files to run, where it isn't all of them
 * @throws Error when a test fails, or when none has run.
 */
export async function runLayer(layer: Layer, folder: string, some: readonly string[] = []): Promise<void> {
  const grep = process.env[grepVariable];
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: timeouts[layer] * 1000,
    reporter: LineReporter,
    ...(grep === undefined ? {} : { grep: new RegExp(grep, 'i') }),
  });
  if (layer === 'e2e') mocha.rootHooks({ afterEach: photographIfFailed });
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.js'));
  const files = some.length > 0 ? some : all.sort();
  for (const file of files) mocha.addFile(join(folder, file));
  let ran = 0;
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve).on('test end', () => ran++);
  });
  writeLine({ event: 'end' });
  if (failures > 0) throw new Error(`${failures} of ${ran} tests failed.`);
  if (ran === 0) throw new Error(`No test of the layer "${layer}" has run: ${files.length} files in ${folder}.`);
}

/** What a failed test of the workbench was looking at, before its suite closes it. */
async function photographIfFailed(this: Mocha.Context): Promise<void> {
  if (this.currentTest?.state === 'failed') await photographFailure(this.currentTest.fullTitle());
}

/** A Mocha reporter that writes a line of JSON a test. */
class LineReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pass', (test) => {
      writeLine({ event: 'pass', title: test.fullTitle(), milliseconds: test.duration ?? 0 });
    });
    runner.on('fail', (test, error: unknown) => {
      writeLine({ event: 'fail', title: test.fullTitle(), error: describe(error) });
    });
    runner.on('pending', (test) => writeLine({ event: 'skip', title: test.fullTitle() }));
  }
}

/** The stack, and what an assertion compared. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.stack?.includes(error.message) === true ? error.stack : `${error.message}\n${error.stack ?? ''}`;
}
