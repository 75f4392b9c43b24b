/** The other predictors: what the last tenth of a text costs them, nats a character. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memorySequence } from '../../src/corpus/tokens/tokenStore';
import { spellingNats } from '../../src/corpus/tokens/spelling';
import { defaultCorpusOptions, type TokenSequence } from '../../src/corpus/corpus';
import { endOfDocument, type Tokenizer } from '../../src/corpus/tokenizers/tokenizer';
import { trainTokenizer } from '../../src/corpus/tokenizers/train';
import { fitBaseline } from '../../src/training/validation/baseline';
import { follow } from '../processes';
import { characterCount } from './texts';

/** A text in two parts, as strings and as files. */
export interface Parts {
  readonly known: string;
  readonly next: string;
  /** File with the nine tenths. */
  readonly knownFile: string;
  /** File with both. */
  readonly wholeFile: string;
}

/** The size of a file once it is compressed, bytes. */
export type Compressor = (file: string) => number;

/** PPMd (variant I, order 6), which learns on as it reads. @param python one that has pyppmd */
export function ppmd(python: string): Compressor {
  return (file) => Number(output(python, ['bench/peers/ppmd.py', file]));
}

/**
 * zpaq's context mixing at its strongest, which learns on as it reads. Its model grows at a power of two of the size, for all of
 * the text (findings/zpaq-size-class.sh), so both texts get as much before them as brings them to the same side of it: the known
 * one backwards, which tells nothing. @param program where zpaq is
 */
export function zpaq(program: string, { knownFile, wholeFile }: Parts): Compressor {
  const [known, whole] = [readFileSync(knownFile), statSync(wholeFile).size];
  const before = Buffer.from(known.subarray(0, fillingOf(known.length, whole))).reverse();
  return (file) => {
    const folder = mkdtempSync(join(tmpdir(), 'textloom-zpaq-'));
    try {
      const [text, archive] = [join(folder, 'text'), join(folder, 'text.zpaq')];
      writeFileSync(text, Buffer.concat([before, readFileSync(file)]));
      output(program, ['add', archive, text, '-m5']);
      return statSync(archive).size;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** zpaq's tables grow where a text comes so near to a power of two bytes, from 2 to the 20 on. */
const zpaqsOwn = 8192;

/** Bytes to be put before two texts, so that no border of zpaq's is between their sizes. */
export function fillingOf(smaller: number, larger: number): number {
  for (let power = 2 ** 20; power - zpaqsOwn <= larger; power *= 2) {
    if (smaller < power) return power - smaller;
  }
  return 0;
}

/** What the last tenth adds to the compressed size, nats a character. */
export function costByCompression(sizeOf: Compressor, { next, knownFile, wholeFile }: Parts): number {
  return ((sizeOf(wholeFile) - sizeOf(knownFile)) * 8 * Math.LN2) / characterCount(next);
}

/** The line that a training's chart draws, fitted to the nine tenths and scored on the last, by characters. */
export async function ngramLine({ known, next }: Parts): Promise<number> {
  const tokenizer = trainTokenizer('char', [known], defaultCorpusOptions);
  const { natsPerCharacter } = await fitBaseline({
    tokenizer,
    training: sequenceOf(tokenizer, known),
    validation: sequenceOf(tokenizer, next),
    validationCharacters: characterCount(next),
    spellingNats: spellingNats(tokenizer, next),
  });
  return natsPerCharacter;
}

function sequenceOf(tokenizer: Tokenizer, text: string): TokenSequence {
  const ids = tokenizer.encode(text);
  const tokens = new Uint16Array(1 + ids.length).fill(endOfDocument, 0, 1);
  tokens.set(ids, 1);
  return memorySequence(tokens);
}

/** The best that PyTorch's char-rnn (2x128) reaches within so many seconds of training. @param python one that has PyTorch */
export async function charRnn(python: string, parts: Parts, threads: number, seconds: number): Promise<number> {
  let best = NaN;
  const { known, wholeFile } = parts;
  const settings = [threads, seconds, characterCount(known)].map(String);
  const args = ['bench/peers/recipes.py', 'char-rnn', wholeFile, ...settings];
  await follow({ name: 'PyTorch char-rnn', command: python, args }, ({ validation }) => {
    if (typeof validation === 'number' && !(validation >= best)) best = validation;
    return false;
  });
  return best;
}

/** What a program prints. @throws Error with its last words where it fails */
function output(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} has failed: ${error?.message ?? stderr.slice(-1000)}`);
  return stdout;
}
