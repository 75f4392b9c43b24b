import type { Architecture } from '../model/architecture';
import type { InstructionSet } from './wasm/wasm';

/** An advantage by hidden size: one row of a table. */
type Row = readonly (readonly [hiddenSize: number, advantage: number])[];

/** Vocabularies that the table has a row for each of. */
const few = 65;
const many = 4096;

/**
 * Training tokens a second of TensorFlow over those of the built-in engine, by hidden size, for each build of the latter's
 * kernels and two sizes of vocabulary, by the benchmark on two cores of an x64 server (AMD EPYC, Zen 3; bench/README.md);
 * sizes beyond the last have not been measured and are taken to be like it.
 */
const table: Readonly<Record<InstructionSet, Readonly<Record<'few' | 'many', Row>>>> = {
  paired: {
    few: row(0.65, 0.69, 0.74, 0.81, 0.86),
    many: row(0.74, 0.6, 0.94, 1.08, 1.21),
  },
  relaxed: {
    few: row(1.19, 1.24, 1.36, 1.98, 1.57),
    many: row(1.24, 1.11, 1.82, 2.25, 2.17),
  },
  simd: {
    few: row(1.54, 1.62, 2.08, 2.14, 1.78),
    many: row(1.63, 1.81, 2.51, 2.69, 2.88),
  },
};

function row(...advantages: readonly [number, number, number, number, number]): Row {
  const [at128, at256, at384, at512, at1024] = advantages;
  return [
    [128, at128],
    [256, at256],
    [384, at384],
    [512, at512],
    [1024, at1024],
  ];
}

/** An advantage nearer to 1 than this is measured anew before it is believed. */
const decisive = 1.3;

/** What the table says of a model on this machine; null where the machine is of another kind than the table's. */
export function tabledAdvantage(
  { hiddenSize, vocabularySize }: Pick<Architecture, 'hiddenSize' | 'vocabularySize'>,
  instructions: InstructionSet,
): number | null {
  if (process.arch !== 'x64') return null;
  const rows = table[instructions];
  const ends = [
    [Math.log(few), interpolate(rows.few, hiddenSize)],
    [Math.log(many), interpolate(rows.many, hiddenSize)],
  ] as const;
  return interpolate(ends, Math.log(vocabularySize));
}

/** Whether an advantage is large enough to be believed on another machine than it was measured on. */
export function isDecisive(advantage: number): boolean {
  return advantage > decisive || advantage < 1 / decisive;
}

/** Linear between the points of a table, constant beyond its ends. */
export function interpolate(points: readonly (readonly [number, number])[], at: number): number {
  let [left, right] = [points[0], points.at(-1)];
  for (const point of points) {
    if (point[0] <= at) left = point;
    else {
      right = point;
      break;
    }
  }
  if (left === undefined || right === undefined) throw new RangeError('The table is empty.');
  if (at <= left[0] || right[0] <= left[0]) return left[1];
  const share = Math.min(1, (at - left[0]) / (right[0] - left[0]));
  return left[1] + share * (right[1] - left[1]);
}
