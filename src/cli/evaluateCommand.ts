import { say, sayJson } from './terminal';
import { formatCount } from '../base/format';
import { readingEngine } from '../engine/select';
import { surprisal } from '../scoring/surprisal';
import { enginePlaces } from './engines';
import { Flags } from './flags';
import { openModel, scoringModel, textToScore } from './modelOnText';
import { modelFolderOf } from './places';

/** `textloom evaluate`: scores the whole of each file, read from end to end from a fresh start. */
export async function evaluateCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('evaluate', args, { model: 'text', json: 'switch' });
  const model = flags.text('model');
  if (model === undefined) throw flags.wrong('Say which model with --model.');
  if (flags.positionals.length === 0) throw flags.wrong('Say which files to score.');
  const files = flags.files();
  const loaded = await openModel(modelFolderOf(model));
  const engine = await readingEngine(enginePlaces(1));
  try {
    for (const file of files) {
      const text = await textToScore(file);
      const scoring = scoringModel(engine, loaded);
      const { characters, total } = await surprisal(scoring, text, { streams: 1 });
      print(file, scoreOf(total, characters), flags.has('json'));
    }
  } finally {
    engine.dispose();
  }
  return 0;
}

interface Score {
  readonly characters: number;
  readonly natsPerCharacter: number;
  readonly bitsPerCharacter: number;
  /** Per character: e to the nats. */
  readonly perplexity: number;
}

function scoreOf(nats: number, characters: number): Score {
  const natsPerCharacter = nats / characters;
  const bitsPerCharacter = natsPerCharacter / Math.LN2;
  return { characters, natsPerCharacter, bitsPerCharacter, perplexity: Math.exp(natsPerCharacter) };
}

function print(file: string, score: Score, json: boolean): void {
  if (json) {
    sayJson({ file, ...score });
    return;
  }
  const { characters, natsPerCharacter, bitsPerCharacter, perplexity } = score;
  const quality = `${natsPerCharacter.toFixed(4)} nats per character, ${bitsPerCharacter.toFixed(4)} bits`;
  say(`${file}: ${quality}, perplexity ${perplexity.toFixed(3)} (${formatCount(characters)} characters)`);
}
