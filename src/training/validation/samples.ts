import type { Corpus } from '../../corpus/corpus';
import { endOfDocument } from '../../corpus/tokenizers/tokenizer';
import type { Engine } from '../../engine/engine';
import { defaultSampling, Writer } from '../../generation/generation';
import { itemFormOf } from '../../model/itemForm';
import type { Parameters } from '../../model/model';
import type { Hyperparameters } from '../prepare/hyperparameterRequest';

/** One text drawn from a model. */
export interface Sample {
  readonly temperature: number;
  readonly prompt: string;
  readonly text: string;
}

/** A sober and a bold one. */
const temperatures = [0.5, 0.9];

/** Characters of one sample. */
const sampleLength = 240;

/** Most characters of the prompt. */
const promptLength = 48;

/** A line shorter than this says too little to go on from. */
const shortestPrompt = 12;

/**
 * A line from near the start of the held-out text, cut between words; nothing where the text is made of items, each of which
 * starts by itself. The model has never seen it, and it stays the same over a run, so samples compare.
 */
export function samplePrompt({
  validation,
  tokenizer,
  summary,
}: Pick<Corpus, 'validation' | 'tokenizer' | 'summary'>): string {
  if (itemFormOf(summary) !== null) return '';
  const tokens = new Uint16Array(Math.min(validation.length, 20 * promptLength));
  validation.read(0, tokens);
  const end = tokens.indexOf(endOfDocument, 1);
  const text = tokenizer.decode(end === -1 ? tokens : tokens.subarray(0, end));
  // The first line may have lost its beginning to the training text, and the last its end.
  const [first = '', ...others] = text.split('\n').map((line) => line.trim());
  const whole = others.filter((line) => line !== '');
  const line = whole.find((candidate) => candidate.length >= shortestPrompt) ?? whole[0] ?? first;
  const characters = Array.from(line);
  if (characters.length <= promptLength) return line;
  const cut = characters.slice(0, promptLength).join('');
  const space = cut.lastIndexOf(' ');
  return space > 0 ? cut.slice(0, space) : cut;
}

/** Draws a text at each temperature; the same weights, prompt and seed draw the same. */
export async function drawSamples(
  engine: Engine,
  { architecture, seed }: Hyperparameters,
  parameters: Parameters,
  { tokenizer, summary }: Pick<Corpus, 'tokenizer' | 'summary'>,
  prompt: string,
): Promise<readonly Sample[]> {
  const predictor = engine.createPredictor(architecture, parameters);
  try {
    const writer = new Writer(tokenizer, predictor, undefined, itemFormOf(summary));
    const samples: Sample[] = [];
    for (const temperature of temperatures) {
      const { text } = await writer.write({
        prompt: writer.prompt(prompt, true),
        sampling: { ...defaultSampling, temperature, seed },
        stop: { characters: sampleLength, at: 'none' },
      });
      samples.push({ temperature, prompt, text });
    }
    return samples;
  } finally {
    predictor.dispose();
  }
}
