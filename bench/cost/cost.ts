/**
 * What the memory costs where a model writes: `textloom generate` of this build, of this build without its memory, and of
 * another one, turn by turn, at the sizes of `npm run bench`.
 *
 *   node bench/cost/run.mjs [--build DIR] [--only SIZE] [--seconds N] [--rounds N]
 */
import { parseArgs } from 'node:util';
import { bundledBuilds } from '../build';
import { markdown } from '../table';
import { writingSpeeds } from './writing';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    // For run.mjs:
    build: { type: 'string' },
    bundles: { type: 'string', multiple: true, default: [] },
  },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

async function main(): Promise<void> {
  const { only, seconds, rounds, bundles } = options;
  const builds = bundledBuilds(bundles);
  console.log(markdown(await writingSpeeds(builds, { only, seconds: Number(seconds), rounds: Number(rounds) })));
}

void main();
