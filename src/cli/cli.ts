/**
 * cli/: the same core from a terminal. Reads flags, calls corpus, training and generation, and prints. With --json one
 * object a line on standard output and nothing else; without it, text for people. The only folder that prints.
 * Exit codes: 0 done, 1 failed with one sentence on standard error, 2 wrong usage, 130 interrupted (and saved).
 */
import { version } from '../../package.json';
import { CorpusError } from '../corpus/corpus';
import { EngineUnavailableError } from '../engine/engine';
import { StorageError } from '../model/disk';
import { ModelError } from '../model/modelError';
import { enginesCommand } from './enginesCommand';
import { evaluateCommand } from './evaluateCommand';
import { generateCommand } from './generateCommand';
import { helpOf, isCommandName, overview } from './help';
import { modelsCommand } from './modelsCommand';
import { scoreCommand } from './scoreCommand';
import { surpriseCommand } from './surpriseCommand';
import { trainCommand } from './trainCommand';
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
  console.log(text);
  return 0;
}

/** One sentence on standard error, and the exit code. */
function fail(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`textloom: ${error.message} See "textloom ${error.help}".`);
    return 2;
  }
  console.error(`textloom: ${sentenceOf(error)}`);
  return 1;
}

function sentenceOf(error: unknown): string {
  if (error instanceof EngineUnavailableError) return `${error.message} ${error.remedy}`;
  const expected = [CorpusError, ModelError, StorageError].some((kind) => error instanceof kind);
  if (expected || !(error instanceof Error)) return error instanceof Error ? error.message : String(error);
  // A fault of Textloom's own: the place helps whoever mends it.
  return process.env['TEXTLOOM_DEBUG'] === undefined ? error.message : (error.stack ?? error.message);
}

// Whoever reads may have had enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void main(process.argv.slice(2))
  .catch(fail)
  .then((code) => {
    process.exitCode = code;
  });
