// @ts-check
// Bundles Textloom, and with `--build DIR` the checkout of another commit, and runs cost.ts, which says what else it takes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { node24 } from '../../scripts/setup/node24.mjs';
import { cache, root } from '../../scripts/setup/step.mjs';
import { bundleWithKernels } from '../bundled.mjs';
import { buildEnvironment, bundleCheckouts } from '../checkouts.mjs';

const args = process.argv.slice(2);
const { build } = parseArgs({ args, strict: false, options: { build: { type: 'string' } } }).values;
const bundles = await bundleCheckouts('cost', typeof build === 'string' ? build : undefined);
const program = join(cache, 'bench', 'cost', 'program');
await bundleWithKernels(program, { cost: 'bench/cost/cost.ts' });
const { status } = spawnSync(node24(), [join(program, 'cost.js'), ...args, ...bundles], {
  stdio: 'inherit',
  cwd: root,
  env: buildEnvironment(),
});
process.exit(status ?? 1);
