import { interpolate, interpolateOverLog } from '../base/interpolation';
import { type Architecture } from '../model/model';
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

/** Seconds that TensorFlow takes to be loaded, and for each time step of each layer to make its graph: measured as the table was. */
const preparation = { load: 1, step: 0.012 } as const;

/** Seconds until TensorFlow takes its first step, about. */
export function secondsToFirstStep({ layers }: Pick<Architecture, 'layers'>, length: number): number {
  return preparation.load + preparation.step * length * layers;
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
    [few, interpolate(rows.few, hiddenSize)],
    [many, interpolate(rows.many, hiddenSize)],
  ] as const;
  return interpolateOverLog(ends, vocabularySize);
}

/** Whether an advantage is large enough to be believed on another machine than it was measured on. */
export function isDecisive(advantage: number): boolean {
  return advantage > decisive || advantage < 1 / decisive;
}
