/**
 * What the forecast before a training is worth.
 *
 *   node bench/forecast/run.mjs collect [--only CORPUS] [--seconds 5,20,60] [--cpu SPEEDUP]
 *       probes each corpus, trains on it for each budget, and adds a line for each to observations.jsonl
 *   node bench/forecast/run.mjs fit
 *       fits the law of src/training/forecast/scalingLaw.ts to the observations and prints its numbers and how far it is off
 *   node bench/forecast/run.mjs check [--only CORPUS] [--minutes N] [--text VERSE] [--cpu SPEEDUP]
 *       forecasts, trains with the engine that is chosen by itself, and compares: within 0.1 nats a character and a fifth of the time on each corpus
 *
 * A busy machine spoils budgets by the clock. With --cpu the clock counts processor time of one thread, divided by what
 * several threads would gain: `--cpu 1.85` stands for two threads of a quiet machine.
 */
import { parseArgs } from 'node:util';
import { check } from './check';
import { collect } from './collect';
import { fit } from './fit';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '5,20,60' },
    minutes: { type: 'string', default: '1' },
    text: { type: 'string' },
    cpu: { type: 'string' },
    observations: { type: 'string', default: 'bench/forecast/observations.jsonl' },
  },
});

async function main(): Promise<void> {
  const { only, observations } = values;
  const speedup = values.cpu === undefined ? null : Number(values.cpu);
  switch (positionals[0]) {
    case 'collect':
      return collect({
        only,
        speedup,
        observations,
        seconds: values.seconds
          .split(',')
          .filter((each) => each !== '')
          .map(Number),
      });
    case 'fit':
      return fit(observations);
    case 'check':
      return check({ only, speedup, text: values.text, minutes: Number(values.minutes) });
    default:
      throw new Error('Say what to do: collect, fit or check.');
  }
}

void main();
