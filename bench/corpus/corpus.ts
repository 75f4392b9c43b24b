/**
 * What large corpora cost: reading and tokenising, memory, the second start, and listing many small files.
 *
 *   node bench/corpus/run.mjs [--megabytes 1000] [--files 100000]
 *
 * Bars on two cores: `char` at 100 MB/s, learning byte pairs at 20 MB/s, less than 1 GB of memory, files listed within
 * seconds and a cancel obeyed at once. Each stage has a process of its own; MB per second of processor time tell of the
 * code where the machine is busy with something else.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdown } from '../table';
import { writeLargeCorpus, writeSmallFiles } from './makeText';
import { measure, type Outcome, type Stage } from './stages';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { megabytes: { type: 'string', default: '1000' }, files: { type: 'string', default: '100000' } },
});

async function main(): Promise<void> {
  const [stage, folder, cacheFolder] = positionals;
  if (stage !== undefined && folder !== undefined && cacheFolder !== undefined) {
    console.log(JSON.stringify(await measure(stage as Stage, folder, cacheFolder)));
    return;
  }
  const place = mkdtempSync(join(tmpdir(), 'textloom-corpus-bench-'));
  try {
    runAll(place, Number(values.megabytes), Number(values.files));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function runAll(place: string, megabytes: number, files: number): void {
  const [large, small, cache] = [join(place, 'large'), join(place, 'small'), join(place, 'cache')];
  writeLargeCorpus(large, megabytes);
  const onLarge = (stage: Stage): Outcome => run(stage, large, cache);
  const rows = [
    ['read and tokenise, char', onLarge('char')],
    ['the same again, from the cache', onLarge('again')],
    ['read and tokenise, bpe', onLarge('bpe')],
    ['read and learn byte pairs', onLarge('learn bpe')],
  ] as const;
  console.log(
    markdown({
      title: `${megabytes} MB of prose`,
      rows: 'stage',
      columns: ['seconds', 'MB/s', 'MB per processor second', 'peak memory, MB', 'longest lag, ms'],
      cells: rows.map(([name, outcome]) => [name, costs(outcome)]),
    }),
  );
  writeSmallFiles(small, files);
  const listed = run('list', small, cache);
  const { obeyed = NaN } = run('cancel', small, cache);
  console.log(
    markdown({
      title: `${files.toLocaleString('en')} small files`,
      rows: 'stage',
      columns: ['seconds', 'files/s', 'peak memory, MB', 'longest lag, ms'],
      cells: [
        [
          'list and read',
          [
            listed.seconds.toFixed(1),
            (listed.files / listed.seconds).toFixed(0),
            (listed.peak / 1e6).toFixed(0),
            listed.lag.toFixed(0),
          ],
        ],
        ['cancel, until it is obeyed', [obeyed.toFixed(3), '', '', '']],
      ],
    }),
  );
}

function costs({ bytes, seconds, processorSeconds, peak, lag }: Outcome): readonly string[] {
  const megabytes = bytes / 1e6;
  return [
    seconds.toFixed(1),
    (megabytes / seconds).toFixed(0),
    (megabytes / processorSeconds).toFixed(0),
    (peak / 1e6).toFixed(0),
    lag.toFixed(0),
  ];
}

/** Measures a stage in a process of its own. */
function run(stage: Stage, folder: string, cacheFolder: string): Outcome {
  const { status, stdout } = spawnSync(process.execPath, [__filename, stage, folder, cacheFolder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`The stage "${stage}" failed.`);
  return JSON.parse(stdout) as Outcome;
}

void main();
