// @ts-check
// `npm run bench`: Textloom's engines beside PyTorch and Keras. Sets up what it needs by itself: the project, Node 24 and
// a Python environment with PyTorch and TensorFlow, all under .cache; then runs bench/bench.ts.
//   npm run bench [-- --quick] [--only training,generation,memory,growth,race] [--text FILE] [--patience SECONDS]
// TEXTLOOM_BENCH_PYTHON names a Python that has both already.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWithKernels } from '../bench/bundled.mjs';
import { setUp } from './setup.mjs';
import { node24 } from './setup/node24.mjs';
import { setUpPeers } from './setup/python.mjs';
import { installPackages } from './setup/run.mjs';
import { sampleWorkspace } from './setup/sample.mjs';
import { cache, isComplete, makeFolder, root, step } from './setup/step.mjs';

/** Bundles the benchmark with the kernels into a folder of its own. */
async function setUpBundle() {
  const folder = join(cache, 'bench', 'bundle');
  await bundleWithKernels(folder, {
    bench: 'bench/bench.ts',
    contestant: 'bench/contestant.ts',
    kernelThread: 'src/engine/wasm/kernelThread.ts',
  });
  return { told: 'done', value: join(folder, 'bench.js') };
}

/** The text of the race: tiny-shakespeare where it lies beside the project, else the sample's chapters as one file. */
async function defaultText() {
  const shakespeare = join(root, '..', 'shared', 'corpora', 'tinyshakespeare.txt');
  if (existsSync(shakespeare)) return shakespeare;
  const sample = await sampleWorkspace();
  const chapters = readdirSync(sample).filter((name) => name.startsWith('chapter'));
  const text = join(cache, 'bench', 'sample.txt');
  writeFileSync(text, chapters.map((name) => readFileSync(join(sample, name), 'utf8')).join('\n'));
  return text;
}

/**
 * Node 20, the oldest that Textloom runs on, beside the one that VS Code ships.
 * @param {(text: string) => void} doing
 */
async function setUpNode20(doing) {
  if (process.version.startsWith('v20.')) return { told: 'running', value: process.execPath };
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(cache, 'bench', 'node20');
  const key = `${name}@20`;
  const bin = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (isComplete(folder, key)) return { told: 'ready', value: bin };
  doing('fetching Node 20 (50 MB)');
  await makeFolder(folder, key, (partial) => installPackages(partial, [key]));
  return { told: 'done', value: bin };
}

await setUp({ editor: false });
const node20 = await step('Node 20', setUpNode20);
const python = await step('Python', setUpPeers);
const bench = await step('Benchmark', setUpBundle);
const tensorflow = join(cache, 'tensorflow', 'node_modules', '@tensorflow', 'tfjs-node');
const { status } = spawnSync(
  node24(),
  [
    bench,
    ...['--python', python, '--node24', node24(), '--text', await defaultText()],
    ...['--node20', node20],
    ...(existsSync(tensorflow) ? ['--tensorflow', tensorflow] : []),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', cwd: root },
);
process.exit(status ?? 1);
