import { resolve } from 'node:path';
import { DocumentReader } from '../corpus/document';
import { Inspector } from '../corpus/inspection';
import { Pace } from '../corpus/pace';
import { createTokenizer } from '../corpus/tokenizers/create';
import { surprisal } from '../generation/surprisal';
import { readModel } from '../model/modelFolder';
import { readingEngine } from './engines';
import { Flags } from './flags';
import { grouped } from './format';
import { modelFolderOf } from './places';

/** `textloom evaluate`: scores the whole of each file, read from end to end from a fresh start. */
export async function evaluateCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('evaluate', args, { model: 'text', json: 'switch' });
  const model = flags.text('model');
  if (model === undefined) throw flags.wrong('Say which model with --model.');
  if (flags.positionals.length === 0) throw flags.wrong('Say which files to score.');
  const { description, parameters } = await readModel(modelFolderOf(model));
  const { architecture } = description;
  const tokenizer = createTokenizer(description.tokenizer);
  const engine = await readingEngine();
  try {
    for (const file of flags.positionals) {
      const text = await textOf(file);
      const { characters, total } = await surprisal({ engine, architecture, parameters, tokenizer }, text, {
        streams: 1,
      });
      print(file, scoreOf(total, characters.length), flags.has('json'));
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
    console.log(JSON.stringify({ file, ...score }));
    return;
  }
  const { characters, natsPerCharacter, bitsPerCharacter, perplexity } = score;
  const quality = `${natsPerCharacter.toFixed(4)} nats per character, ${bitsPerCharacter.toFixed(4)} bits`;
  console.log(`${file}: ${quality}, perplexity ${perplexity.toFixed(3)} (${grouped(characters)} characters)`);
}

/** A file's text, read as a corpus is. @throws Error where there is none in it. */
async function textOf(file: string): Promise<string> {
  const verdict = await new Inspector(new Pace('reading', {})).file(resolve(file), file, 'picked');
  if (verdict.kind === 'skipped') throw new Error(`${file} cannot be scored: it is ${verdict.reason}.`);
  return [...new DocumentReader().pieces(verdict.origin)].join('');
}
