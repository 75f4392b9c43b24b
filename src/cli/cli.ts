/**
 * cli/: the same core from a terminal. Reads flags, calls corpus, training and generation, and prints. With --json one
 * object a line on standard output and nothing else; without it, text for people. The only folder that prints.
 * Exit codes: 0 done, 1 failed with one sentence on standard error, 2 wrong usage (also where what is named isn't there, or
 * what is asked for can't be), 130 interrupted (and saved).
 */
import { complain, endWithReader, sayLines } from './terminal';
import { isMainThread, workerData } from 'node:worker_threads';
import { version } from '../../package.json';
import { enginesCommand } from './enginesCommand';
import { evaluateCommand } from './evaluateCommand';
import { failureOf } from './failure';
import { generateCommand } from './generateCommand';
import { helpOf, isCommandName, overview } from './help';
import { modelsCommand } from './modelsCommand';
import { scoreCommand } from './scoreCommand';
import { surpriseCommand } from './surpriseCommand';
import { trainCommand } from './trainCommand';
import { runTrainThread, type TrainRequest } from './trainThread';
import { UsageError } from './usageError';

/** Each takes its arguments and answers the exit code. */
const commands = {
  train: trainCommand,
  generate: generateCommand,
  evaluate: evaluateCommand,
  score: scoreCommand,
  surprise: surpriseCommand,
  models: modelsCommand,
  engines: enginesCommand,
} as const;

async function main(args: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--version' || name === '-v') return print(version);
  if (name === '--help' || name === '-h' || name === 'help') {
    const [about = ''] = rest;
    return print(isCommandName(about) ? helpOf(about) : overview);
  }
  if (!isCommandName(name)) throw new UsageError(`There is no command "${name}".`, '--help');
  if (rest.includes('--help') || rest.includes('-h')) return print(helpOf(name));
  return commands[name](rest);
}

function print(text: string): number {
  sayLines(text);
  return 0;
}

/** One sentence on standard error, and the exit code. */
function fail(error: unknown): number {
  const { sentence, code } = failureOf(error);
  complain(sentence);
  return code;
}

function begin(): void {
  endWithReader();
  void main(process.argv.slice(2))
    .catch(fail)
    .then((code) => {
      process.exitCode = code;
    });
}

// A training runs in a thread of this same file: see trainThread.ts.
if (isMainThread) begin();
else void runTrainThread(workerData as TrainRequest);
