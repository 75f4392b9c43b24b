import { say, sayDocument, sayJson } from './terminal';
import { basename } from 'node:path';
import { codePointCount } from '../corpus/tokenizers/codeUnits';
import { readingEngine } from '../engine/select';
import { surprisal } from '../scoring/surprisal';
import { mostSurprising, type SurprisingPlace } from '../scoring/surpriseLevels';
import { enginePlaces } from './engines';
import { Flags } from './flags';
import { memoryUseOf } from './memoryFlag';
import { openModel, scoringModel, textToScore } from './modelOnText';
import { modelFolderOf } from './places';
import { surprisePage } from './surprisePage';
import { isMissing } from './textInput';

/** Characters shown before and after a place. */
const surroundings = 24;

const defaultPlaces = 20;

/** `textloom surprise`: where a file is unlike what a model was trained on, as a list or as a page in colours. */
export async function surpriseCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('surprise', args, {
    model: 'text',
    memory: 'text',
    html: 'switch',
    count: 'text',
    json: 'switch',
  });
  const model = flags.text('model');
  if (model === undefined) throw flags.wrong('Say which model with --model.');
  const [file, ...others] = flags.positionals;
  if (file === undefined || others.length > 0) throw flags.wrong('Say which file to look at, one at a time.');
  if (flags.has('html') && flags.has('json')) throw flags.wrong('Give --html or --json, not both.');
  if (isMissing(file)) throw flags.missing(file);
  const count = flags.integer('count', 1, 1_000_000) ?? defaultPlaces;
  const use = memoryUseOf(flags);
  const loaded = await openModel(modelFolderOf(model));
  const text = await textToScore(file);
  const engine = await readingEngine(enginePlaces());
  try {
    const { bits, total, characters } = await surprisal(await scoringModel(engine, loaded), text, {
      uses: [use],
    });
    if (flags.has('html')) {
      const mean = total / Math.LN2 / characters;
      sayDocument(surprisePage({ title: basename(file), model: loaded.description.name, text, bits, mean }));
    } else {
      for (const place of mostSurprising(bits, text, count)) print(file, foundPlace(text, place), flags.has('json'));
    }
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

function foundPlace(text: string, { offset, bits }: SurprisingPlace): FoundPlace {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  const end = offset + character.length;
  // A character has two code units at most.
  const before = Array.from(text.slice(Math.max(0, offset - 2 * surroundings), offset));
  const after = Array.from(text.slice(end, end + 2 * surroundings));
  return {
    line: text.slice(0, lineStart).split('\n').length,
    column: codePointCount(text.slice(lineStart, offset)) + 1,
    bits,
    before: before.slice(-surroundings).join(''),
    character,
    after: after.slice(0, surroundings).join(''),
  };
}

function print(file: string, place: FoundPlace, json: boolean): void {
  if (json) {
    sayJson({ file, ...place });
    return;
  }
  const { line, column, bits, before, character, after } = place;
  const passage = `${before}[${character}]${after}`.replace(/\s+/g, ' ');
  say(`${file}:${line}:${column}  ${bits.toFixed(1)} bits  ${passage}`);
}
