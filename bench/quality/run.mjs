// @ts-check
// Sets up what the benchmark of quality needs, fetched once into .cache/bench, bundles Textloom, and with `--build DIR` the
// checkout of another commit there as well, and runs quality.ts, which says what else it takes.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { node24 } from '../../scripts/setup/node24.mjs';
import { pythonWith, setUpPeers } from '../../scripts/setup/python.mjs';
import { installPackages, run } from '../../scripts/setup/run.mjs';
import { cache, isComplete, makeFolder, root, step } from '../../scripts/setup/step.mjs';
import { bundleWithKernels } from '../bundled.mjs';

const args = process.argv.slice(2);
const { values } = parseArgs({
  args,
  strict: false,
  options: { build: { type: 'string' }, peers: { type: 'string' } },
});
const peers = typeof values.peers === 'string' ? values.peers.split(',') : ['ppmd', 'zpaq', 'char-rnn'];

/** TypeScript as people write it. */
const typeScriptSource = 'rxjs@7.8.2';
const ppmdPackage = 'pyppmd==1.3.1';

/** @param {(text: string) => void} doing */
async function setUpTypeScript(doing) {
  const folder = join(cache, 'bench', 'typescript');
  const value = join(folder, 'node_modules', 'rxjs');
  if (isComplete(folder, typeScriptSource)) return { told: 'ready', value };
  doing(`fetching ${typeScriptSource}`);
  await makeFolder(folder, typeScriptSource, (partial) => installPackages(partial, [typeScriptSource]));
  return { told: 'done', value };
}

/** zpaq where it is installed, else from Debian's package; an empty path where there is neither. */
async function setUpZpaq() {
  const name = 'zpaq';
  if (spawnSync(name, [], { stdio: 'ignore' }).error === undefined) return { told: 'installed', value: name };
  const folder = join(cache, 'bench', 'zpaq');
  try {
    await makeFolder(folder, name, async (partial) => {
      await run('apt-get', ['download', name], { cwd: partial });
      await run('sh', ['-c', 'dpkg-deb -x zpaq_*.deb .'], { cwd: partial });
    });
    return { told: 'ready', value: join(folder, 'usr', 'bin', name) };
  } catch {
    return { told: 'missing: install Debian’s package zpaq (apt-get install zpaq) to have its row', value: '' };
  }
}

/**
 * Bundles a checkout as it bundles its own benchmarks.
 * @param {string} name of the bundle
 * @param {string} checkout
 * @returns {Promise<string>} what the tables call it, and its folder
 */
async function bundle(name, checkout) {
  const folder = join(cache, 'bench', 'quality', name);
  const entryPoints = { cli: 'src/cli/cli.ts', kernelThread: 'src/engine/wasm/kernelThread.ts' };
  if (checkout === root) {
    await bundleWithKernels(folder, entryPoints);
    return `Textloom=${folder}`;
  }
  const bundler = join(checkout, 'bench', 'bundled.mjs');
  if (!existsSync(bundler))
    throw new Error(`${checkout} is no checkout of Textloom that can be bundled: it has no ${bundler}.`);
  if (!existsSync(join(checkout, 'node_modules'))) throw new Error(`Run npm ci in ${checkout} first.`);
  const other = /** @type {typeof import('../bundled.mjs')} */ (await import(pathToFileURL(bundler).href));
  await other.bundleWithKernels(folder, entryPoints);
  const commit = spawnSync('git', ['-C', checkout, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout;
  return `build ${commit.trim() || basename(checkout)}=${folder}`;
}

const typeScript = await step('TypeScript', setUpTypeScript);
const found = ['--rxjs', typeScript];
if (peers.includes('ppmd')) {
  const doing = (/** @type {(text: string) => void} */ say) => pythonWith('ppmd', [ppmdPackage], 'fetching PPMd', say);
  found.push('--ppmd', await step('PPMd', doing));
}
if (peers.includes('zpaq')) found.push('--zpaq', await step('zpaq', setUpZpaq));
if (peers.includes('char-rnn')) found.push('--python', await step('PyTorch', setUpPeers));
const checkouts = [root, ...(typeof values.build === 'string' ? [resolve(values.build)] : [])];
for (const [index, checkout] of checkouts.entries()) {
  const bundled = async () => ({ told: 'done', value: await bundle(index === 0 ? 'own' : 'other', checkout) });
  found.push('--bundles', await step(index === 0 ? 'Textloom' : 'The other build', bundled));
}
const program = join(cache, 'bench', 'quality', 'program');
await bundleWithKernels(program, { quality: 'bench/quality/quality.ts' });
const tensorflow = join(cache, 'tensorflow');
const { status } = spawnSync(node24(), [join(program, 'quality.js'), ...args, ...found], {
  stdio: 'inherit',
  cwd: root,
  env: { ...(existsSync(tensorflow) && { TEXTLOOM_TENSORFLOW: tensorflow }), ...process.env },
});
process.exit(status ?? 1);
