// @ts-check
// Runs every test: npm test [-- LAYER...] [--grep PATTERN], layers being static, unit, vscode and e2e.
// A failed test is not tried again: it leaves a picture under test-output/failures/ where it was looking at the editor.
// Each layer names its slowest tests, by which time limits can be judged. Prints `textloom: N passed, M failed` last; ends
// with 1 when anything failed or a layer ran nothing.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setUp } from './setup.mjs';
import { node24 } from './setup/node24.mjs';
import { withNode } from './setup/run.mjs';
import { root } from './setup/step.mjs';

/** @typedef {{ layer: string, title: string, error: string }} Failure */
/** @typedef {{ passed: number, failures: Failure[], passes?: { title: string, milliseconds: number }[], notes?: string[] }} Tally */

/** Programs that run at a time: a unit test seldom keeps more than a core at work. */
let atOnce = 2;

let running = 0;
/** What waits for its turn. @type {(() => void)[]} */
const queue = [];

/** Parts that the unit tests are run in. */
const unitParts = 4;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: 'string' } } });
const everyLayer = ['static', 'unit', 'vscode', 'e2e'];
const layers = positionals.length > 0 ? positionals : everyLayer;
const stranger = layers.find((layer) => !everyLayer.includes(layer));
if (stranger !== undefined) {
  console.error(`There is no layer "${stranger}": say ${everyLayer.join(', ')}.`);
  process.exit(2);
}

try {
  await setUp({ editor: layers.includes('vscode') || layers.includes('e2e') });
} catch (error) {
  console.error(error);
  console.log('\ntextloom: 0 passed, 1 failed');
  process.exit(1);
}
const node = node24();
// What looks at the code shares the cores with the unit tests; the editor's tests, which have an eye on time-outs, come after.
const early = layers.filter((layer) => ['static', 'unit'].includes(layer));
const late = layers.filter((layer) => !early.includes(layer));
const tallies = await Promise.all(early.map(runLayer));
// Two editors at a time make each other late where cores are few.
if (availableParallelism() < 4) atOnce = 1;
for (const layer of late) tallies.push(await runLayer(layer));
const failures = tallies.flatMap((tally) => tally.failures);
for (const { layer, title, error } of failures) console.log(`\n✘ ${layer}: ${title}\n${indent(error)}`);
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const notes = tallies.flatMap((tally) => tally.notes ?? []);
if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
console.log(`\ntextloom: ${passed} passed, ${failures.length} failed`);
process.exit(failures.length > 0 || passed === 0 ? 1 : 0);

/**
 * @param {string} layer
 * @returns {Promise<Tally>}
 */
async function runLayer(layer) {
  const start = performance.now();
  const tally = await testsOf(layer);
  if (tally.passed + tally.failures.length === 0) {
    tally.failures.push({ layer, title: 'runs at least one test', error: 'No test has run.' });
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`\n${layer}\n  ${tally.passed} passed, ${tally.failures.length} failed (${seconds} s)`);
  for (const line of slowestOf(tally.passes ?? [])) console.log(`  ${line}`);
  return tally;
}

/**
 * @param {string} layer
 * @returns {Promise<Tally>}
 */
async function testsOf(layer) {
  if (layer === 'static') return runChecks();
  const tallies = await Promise.all(partsOf(layer).map((files) => runMocha(layer, files)));
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
    passes: tallies.flatMap(({ passes = [] }) => passes),
    notes: tallies.flatMap(({ notes = [] }) => notes),
  };
}

/**
 * The files of a layer, by programs that run them: those of the editor's own tests all in one, which is told none.
 * @param {string} layer
 * @returns {string[][]}
 */
function partsOf(layer) {
  if (layer === 'vscode') return [[]];
  const entries = readdirSync(join(root, 'dist', 'test', layer), { recursive: true, encoding: 'utf8' });
  const files = entries.filter((file) => file.endsWith('.test.js')).sort();
  const count = layer === 'unit' ? unitParts : files.length;
  return Array.from({ length: count }, (_, part) => files.filter((_, index) => index % count === part));
}

/** Types, lint, imports, what is unused and format: each counts as a test. */
async function runChecks() {
  const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);
  const memory = (/** @type {string} */ name) => join(root, '.cache', 'checks', name);
  const types = (/** @type {string} */ name, /** @type {string} */ project) => [
    '--noEmit',
    ...['-p', project],
    ...['--incremental', '--tsBuildInfoFile', memory(`${name}.tsbuildinfo`)],
  ];
  const format = ['--check', '--log-level=warn', '--cache', '--cache-location', memory('format')];
  const checks = [
    { title: 'types of the project', script: bin('typescript/bin/tsc'), args: types('project', '.') },
    { title: 'types of the panel', script: bin('typescript/bin/tsc'), args: types('panel', 'src/panel') },
    { title: 'types of the scripts', script: bin('typescript/bin/tsc'), args: types('scripts', 'scripts') },
    { title: 'lint', script: bin('eslint/bin/eslint.js'), args: ['.', '--max-warnings=0'] },
    {
      title: 'imports without circles',
      script: bin('dependency-cruiser/bin/dependency-cruise.mjs'),
      args: ['--config', '.dependency-cruiser.mjs', 'src', 'test', 'bench', 'scripts'],
    },
    {
      title: 'nothing unused',
      script: bin('knip/bin/knip.js'),
      args: ['--no-progress', '--treat-config-hints-as-errors'],
    },
    { title: 'format', script: bin('prettier/bin/prettier.cjs'), args: [...format, '.'] },
  ];
  /** @type {Tally} */
  const tally = { passed: 0, failures: [] };
  for (const { title, script, args } of checks) {
    const { code, output } = await runNode([script, ...args], {});
    if (code === 0) tally.passed++;
    else tally.failures.push({ layer: 'static', title, error: output });
  }
  return tally;
}

/**
 * Files of a layer of Mocha tests. Its report is a file, so that a crash leaves what was told until then.
 * @param {string} layer
 * @param {string[]} files
 * @returns {Promise<Tally>}
 */
async function runMocha(layer, files) {
  const folder = mkdtempSync(join(tmpdir(), 'textloom-test-'));
  try {
    /** @type {typeof import('../test/harness/report')} */
    const { grepVariable, readReport, reportVariable } = createRequire(import.meta.url)(
      join(root, 'dist', 'test', 'harness', 'report.js'),
    );
    const report = join(folder, 'report.jsonl');
    const grep = values.grep === undefined ? {} : { [grepVariable]: values.grep };
    const env = { ...grep, [reportVariable]: report };
    const { code, output } = await runNode(['dist/test/harness/main.js', layer, ...files], env);
    const lines = readReport(existing(() => readFileSync(report, 'utf8')));
    const failures = lines.flatMap((line) =>
      line.event === 'fail' ? [{ layer, title: line.title, error: line.error }] : [],
    );
    const whole = lines.some((line) => line.event === 'end');
    const ran = lines.some(({ event }) => event === 'pass' || event === 'fail');
    // A pattern may leave out a whole file, though not a whole layer.
    const isLeftOut = whole && !ran && values.grep !== undefined;
    if (!whole || (code !== 0 && failures.length === 0 && !isLeftOut)) {
      failures.push({ layer, title: 'runs to its end', error: output });
    }
    for (const line of lines) {
      if (line.event === 'skip') failures.push({ layer, title: line.title, error: 'A test may not be skipped.' });
    }
    const passes = lines.filter((line) => line.event === 'pass');
    const notes = lines.flatMap((line) => (line.event === 'note' ? [line.text] : []));
    return { passed: passes.length, failures, passes, notes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {{ title: string, milliseconds: number }[]} passes */
function slowestOf(passes) {
  const slowest = [...passes].sort((one, other) => other.milliseconds - one.milliseconds).slice(0, 3);
  return slowest.map(({ title, milliseconds }) => `${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${title}`);
}

/** @param {() => string} read */
function existing(read) {
  try {
    return read();
  } catch {
    return '';
  }
}

/**
 * Does something when fewer than {@link atOnce} are at it.
 * @template T
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
async function inTurn(act) {
  if (running >= atOnce) await new Promise((resolve) => queue.push(() => resolve(undefined)));
  else running++;
  try {
    return await act();
  } finally {
    const next = queue.shift();
    if (next === undefined) running--;
    else next();
  }
}

/**
 * Runs a script under Node 24, in its turn.
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @returns {Promise<{ code: number | null, output: string }>} the last part of what it wrote
 */
function runNode(args, env) {
  return inTurn(() => startNode(args, env));
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function startNode(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, {
      cwd: root,
      env: { ...withNode(node), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (/** @type {Buffer} */ data) => (output = (output + data.toString()).slice(-12_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = () => child.kill();
    process.once('exit', end);
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('exit', end);
      resolve({ code, output });
    });
  });
}

/** @param {string} text */
function indent(text) {
  return text.trimEnd().replace(/^/gm, '    ');
}
