import { readTextFile } from '../corpus/read/readTextFile';
import { UnreadableError } from '../corpus/read/textFile';
import { createTokenizer } from '../corpus/tokenizers/create';
import type { Engine } from '../engine/engine';
import { itemFormOf } from '../model/itemForm';
import type { Model } from '../model/modelFolder';
import type { ScoringModel } from '../scoring/surprisal';

/** A model, ready to score with an engine. */
export function scoringModel(engine: Engine, { description, parameters }: Model): ScoringModel {
  const tokenizer = createTokenizer(description.tokenizer);
  const items = itemFormOf(description.corpus.summary);
  return { engine, architecture: description.architecture, parameters, tokenizer, items };
}

/** The text of a file to be scored. @throws Error, one sentence, where there is nothing to score. */
export async function textToScore(file: string): Promise<string> {
  let text: string;
  try {
    text = await readTextFile(file);
  } catch (cause) {
    if (!(cause instanceof UnreadableError)) throw cause;
    const reason = cause.reason === 'unreadable' ? 'could not be read: is the path right?' : 'is no text.';
    throw new Error(`${file} ${reason}`, { cause });
  }
  if (text === '') throw new Error(`${file} is empty: there is nothing to score.`);
  return text;
}
