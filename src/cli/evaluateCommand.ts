import { say, sayJson } from './terminal';
import { formatCount } from '../base/format';
import { readingEngine } from '../engine/select';
import type { MemoryUse } from '../memory/memory';
import { type Surprisal, surprisal } from '../scoring/surprisal';
import { enginePlaces } from './engines';
import { Flags } from './flags';
import { memoryUseOf } from './memoryFlag';
import { openModel, scoringModel, textToScore } from './modelOnText';
import { modelFolderOf } from './places';

/** `textloom evaluate`: scores the whole of each file, read from end to end from a fresh start. */
export async function evaluateCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('evaluate', args, { model: 'text', memory: 'text', json: 'switch' });
  const model = flags.text('model');
  if (model === undefined) throw flags.wrong('Say which model with --model.');
  if (flags.positionals.length === 0) throw flags.wrong('Say which files to score.');
  const files = flags.files();
  const use = memoryUseOf(flags);
  const loaded = await openModel(modelFolderOf(model));
  const engine = await readingEngine(enginePlaces(1));
  try {
    const scoring = await scoringModel(engine, loaded);
    for (const file of files) {
      const text = await textToScore(file);
      const scored = await surprisal(scoring, text, { streams: 1, uses: usesFor(use) });
      print(file, scoreOf(scored), flags.has('json'));
    }
  } finally {
    engine.dispose();
  }
  return 0;
}

interface Score {
  readonly characters: number;
  /** As the model writes: its memory used as asked for. */
  readonly natsPerCharacter: number;
  readonly bitsPerCharacter: number;
  /** Per character: e to the nats. */
  readonly perplexity: number;
  /** How the memory is used; off where there is none. */
  readonly memory: MemoryUse;
  /** Nats per character with the memory as it was saved; left out where the memory is off. */
  readonly frozen?: number;
  /** Nats per character by the LSTM alone. */
  readonly lstm: number;
}

/** The one asked for, and those that are told beside it. */
function usesFor(use: MemoryUse): readonly MemoryUse[] {
  return use === 'off' ? ['off'] : [...new Set<MemoryUse>([use, 'frozen', 'off'])];
}

function scoreOf({ total, totals, characters }: Surprisal): Score {
  const natsPerCharacter = total / characters;
  const frozen = totals.get('frozen');
  return {
    characters,
    natsPerCharacter,
    bitsPerCharacter: natsPerCharacter / Math.LN2,
    perplexity: Math.exp(natsPerCharacter),
    memory: totals.keys().next().value ?? 'off',
    ...(frozen !== undefined && { frozen: frozen / characters }),
    lstm: (totals.get('off') ?? NaN) / characters,
  };
}

function print(file: string, score: Score, json: boolean): void {
  if (json) {
    sayJson({ file, ...score });
    return;
  }
  const { characters, natsPerCharacter, bitsPerCharacter, perplexity, memory, lstm } = score;
  const quality = `${natsPerCharacter.toFixed(4)} nats per character, ${bitsPerCharacter.toFixed(4)} bits`;
  const alone = memory === 'off' ? '' : `; without its memory ${lstm.toFixed(4)} nats`;
  say(`${file}: ${quality}, perplexity ${perplexity.toFixed(3)} (${formatCount(characters)} characters)${alone}`);
}
