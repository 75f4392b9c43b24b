import { basename } from 'node:path';
import { readModel } from '../model/modelFolder';
import { surprisal } from '../scoring/surprisal';
import { mostSurprising, type Place } from '../scoring/surpriseLevels';
import { loadWasm } from './engines';
import { Flags } from './flags';
import { oneLine } from './format';
import { scoringModel, textToScore } from './modelOnText';
import { modelFolderOf } from './places';
import { surprisePage } from './surprisePage';
import { isMissing } from './textInput';

/** Characters shown before and after a place. */
const surroundings = 24;

const defaultPlaces = 20;

/** `textloom surprise`: where a file is unlike what a model was trained on, as a list or as a page in colours. */
export async function surpriseCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('surprise', args, { model: 'text', html: 'switch', count: 'text', json: 'switch' });
  const model = flags.text('model');
  if (model === undefined) throw flags.wrong('Say which model with --model.');
  const [file, ...others] = flags.positionals;
  if (file === undefined || others.length > 0) throw flags.wrong('Say which file to look at, one at a time.');
  if (flags.has('html') && flags.has('json')) throw flags.wrong('Give --html or --json, not both.');
  if (isMissing(file)) throw flags.missing(file);
  const count = flags.integer('count', 1, 1_000_000) ?? defaultPlaces;
  const loaded = await readModel(modelFolderOf(model));
  const text = await textToScore(file);
  const engine = await loadWasm();
  try {
    const { characters } = await surprisal(scoringModel(engine, loaded), text);
    const bits = characters.map((nats) => nats / Math.LN2);
    if (flags.has('html'))
      console.log(surprisePage({ title: basename(file), model: loaded.description.name, text, bits }));
    else for (const place of placesIn(text, bits, count)) print(file, place, flags.has('json'));
  } finally {
    engine.dispose();
  }
  return 0;
}

/** A place that stands out, as a reader finds it. */
interface FoundPlace {
  /** From 1. */
  readonly line: number;
  /** From 1, code points. */
  readonly column: number;
  readonly bits: number;
  readonly before: string;
  readonly character: string;
  readonly after: string;
}

function placesIn(text: string, bits: Float32Array, count: number): readonly FoundPlace[] {
  const characters = Array.from(text);
  // One a word, where words are told apart by their blanks, each of which is one unit long in this text too.
  const units = characters.map((character) => (character.length === 1 ? character : '?')).join('');
  return mostSurprising(bits, units, count).map((place) => foundPlace(characters, place));
}

function foundPlace(characters: readonly string[], { offset, bits }: Place): FoundPlace {
  const lineStart = characters.lastIndexOf('\n', offset - 1) + 1;
  let line = 1;
  for (let i = 0; i < lineStart; i++) if (characters[i] === '\n') line++;
  return {
    line,
    column: offset - lineStart + 1,
    bits,
    before: characters.slice(Math.max(0, offset - surroundings), offset).join(''),
    character: characters[offset] ?? '',
    after: characters.slice(offset + 1, offset + 1 + surroundings).join(''),
  };
}

function print(file: string, place: FoundPlace, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ file, ...place }));
    return;
  }
  const { line, column, bits, before, character, after } = place;
  const passage = oneLine(`${before}[${character}]${after}`);
  console.log(`${file}:${line}:${column}  ${bits.toFixed(1)} bits  ${passage}`);
}
