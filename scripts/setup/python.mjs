// @ts-check
// Python environments for the benchmarks' peers, each in a folder of its own, with packages at fixed versions.
import { join } from 'node:path';
import { run } from './run.mjs';
import { cache, isComplete, makeFolder } from './step.mjs';

/** The libraries that Textloom is set beside. */
const peerPackages = ['torch==2.15.0', 'tensorflow-cpu==2.21.0'];

/**
 * A Python with the peers' libraries: some gigabytes. TEXTLOOM_BENCH_PYTHON names one that has them already.
 * @param {(text: string) => void} doing
 */
export async function setUpPeers(doing) {
  const given = process.env['TEXTLOOM_BENCH_PYTHON'];
  if (given !== undefined) return { told: 'given', value: given };
  return pythonWith('python', peerPackages, 'fetching PyTorch and TensorFlow (some GB)', doing);
}

/**
 * A Python with packages.
 * @param {string} name of its folder
 * @param {string[]} packages `name==version`
 * @param {string} fetching what it says while it fetches them
 * @param {(text: string) => void} doing
 */
export async function pythonWith(name, packages, fetching, doing) {
  const venv = join(cache, 'bench', name);
  const isWindows = process.platform === 'win32';
  const python = isWindows ? join('Scripts', 'python.exe') : join('bin', 'python');
  const key = packages.join(' ');
  if (isComplete(venv, key)) return { told: 'ready', value: join(venv, python) };
  doing(fetching);
  await makeFolder(venv, key, async (partial) => {
    await run(isWindows ? 'python' : 'python3', ['-m', 'venv', '--copies', partial]);
    await run(join(partial, python), ['-m', 'pip', 'install', '--quiet', ...packages]);
  });
  return { told: 'done', value: join(venv, python) };
}
