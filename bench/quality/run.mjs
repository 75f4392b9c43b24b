// @ts-check
// Sets up what the benchmark of quality needs, fetched once into .cache/bench, bundles Textloom, and with `--build DIR` the
// checkout of another commit there as well, and runs quality.ts, which says what else it takes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { node24 } from '../../scripts/setup/node24.mjs';
import { pythonWith, setUpPeers } from '../../scripts/setup/python.mjs';
import { installPackages, run } from '../../scripts/setup/run.mjs';
import { cache, isComplete, makeFolder, root, step } from '../../scripts/setup/step.mjs';
import { bundleWithKernels } from '../bundled.mjs';
import { buildEnvironment, bundleCheckouts } from '../checkouts.mjs';

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

const typeScript = await step('TypeScript', setUpTypeScript);
const found = ['--rxjs', typeScript];
if (peers.includes('ppmd')) {
  const doing = (/** @type {(text: string) => void} */ say) => pythonWith('ppmd', [ppmdPackage], 'fetching PPMd', say);
  found.push('--ppmd', await step('PPMd', doing));
}
if (peers.includes('zpaq')) found.push('--zpaq', await step('zpaq', setUpZpaq));
if (peers.includes('char-rnn')) found.push('--python', await step('PyTorch', setUpPeers));
found.push(...(await bundleCheckouts('quality', typeof values.build === 'string' ? values.build : undefined)));
const program = join(cache, 'bench', 'quality', 'program');
await bundleWithKernels(program, { quality: 'bench/quality/quality.ts' });
const { status } = spawnSync(node24(), [join(program, 'quality.js'), ...args, ...found], {
  stdio: 'inherit',
  cwd: root,
  env: buildEnvironment(),
});
process.exit(status ?? 1);
