import { setImmediate as breathe } from 'node:timers/promises';
import { evaluationBatches } from '../corpus/evaluationBatches';
import { endOfDocument, type Tokenizer } from '../corpus/tokenizer';
import { codeUnits } from '../corpus/tokenizers/codeUnits';
import { PieceScanner } from '../corpus/tokenizers/pieces';
import { memorySequence } from '../corpus/tokenSequence';
import type { Engine, Trainer } from '../engine/engine';
import { freshState } from '../engine/trainerState';
import type { Architecture, Parameters } from '../model/model';

/** What a text is scored with. */
export interface ScoringModel {
  readonly engine: Engine;
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  readonly tokenizer: Tokenizer;
}

/** How surprising a model finds a text. */
export interface Surprisal {
  /** Nats of each code point; those of a token with several are shared evenly among them. */
  readonly characters: Float32Array;
  /** Nats of the whole text. */
  readonly total: number;
}

/** Time steps of a batch: few, so that it soon lets others go first. */
const batchLength = 16;

/** A stream reads at least this many tokens, so that its warm-up is a small share of the work. */
const tokensPerStream = 512;

const mostStreams = 32;

/**
 * Scores every character of a text, in one pass. A long text is read in several parts side by side, each warmed up on what
 * stands before it, so its numbers differ a little from those of one reading from end to end (`streams` 1).
 * @throws the signal's reason once it is aborted.
 */
export async function surprisal(
  { engine, architecture, parameters, tokenizer }: ScoringModel,
  text: string,
  options: { readonly streams?: number; readonly signal?: AbortSignal } = {},
): Promise<Surprisal> {
  const tokens = tokenizer.encode(text);
  const streams = options.streams ?? Math.min(mostStreams, Math.max(1, Math.floor(tokens.length / tokensPerStream)));
  const shape = { length: batchLength, streams, dropout: { embedding: 0, hidden: 0, seed: 0 } };
  const trainer = engine.createTrainer(architecture, freshState(architecture, parameters, streams), shape);
  try {
    const losses = await tokenLosses(trainer, tokens, streams, options.signal);
    const total = losses.reduce((sum, loss) => sum + loss, 0);
    return { characters: shareAmongCharacters(tokenizer, text, tokens, losses), total };
  } finally {
    trainer.dispose();
  }
}

/** Nats of each token, the document starting before the first. */
async function tokenLosses(
  trainer: Trainer,
  tokens: Uint16Array,
  streams: number,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const losses = new Float64Array(tokens.length);
  if (tokens.length === 0) return losses;
  const sequence = new Uint16Array(tokens.length + 1);
  sequence[0] = endOfDocument;
  sequence.set(tokens, 1);
  const batchLosses = new Float32Array(batchLength * streams);
  for (const batch of evaluationBatches(memorySequence(sequence), streams, batchLength)) {
    trainer.evaluate(batch, 'current', batchLosses);
    for (let i = 0; i < batchLosses.length; i++) {
      // The target of the token at this place is the next one, which stands at the same index of `tokens`.
      const place = (batch.offsets[i % streams] ?? 0) + Math.floor(i / streams);
      if (batch.counted[i] === 1) losses[place] = batchLosses[i] ?? 0;
    }
    await breathe();
    signal?.throwIfAborted();
  }
  return losses;
}

/** Tokens that complete no code point add theirs to the one that does. */
function shareAmongCharacters(
  tokenizer: Tokenizer,
  text: string,
  tokens: Uint16Array,
  losses: Float64Array,
): Float32Array {
  const counts = charactersOf(tokenizer, text, tokens);
  const characters = new Float32Array(counts.reduce((sum, count) => sum + count, 0));
  let place = 0;
  let waiting = 0;
  counts.forEach((count, i) => {
    waiting += losses[i] ?? 0;
    if (count === 0) return;
    characters.fill(waiting / count, place, place + count);
    place += count;
    waiting = 0;
  });
  return characters;
}

/** How many code points each token completes. */
function charactersOf(tokenizer: Tokenizer, text: string, tokens: Uint16Array): readonly number[] {
  const counts: number[] = [];
  switch (tokenizer.description.kind) {
    case 'char':
      return Array.from(tokens, () => 1);
    case 'word':
      for (const piece of piecesOf(text)) counts.push(codePoints(piece));
      return counts;
    case 'byte':
    case 'bpe': {
      const decoder = tokenizer.decoder();
      for (const token of tokens) counts.push(codePoints(decoder.push(token)));
      return counts;
    }
    default:
      return tokenizer.description satisfies never;
  }
}

/** What a tokeniser of words makes a token each of. */
function* piecesOf(text: string): Generator<string, void, void> {
  const scanner = new PieceScanner(codeUnits(text));
  let start = 0;
  while (start < text.length) {
    const end = scanner.end(start);
    yield text.slice(start, end);
    start = end;
  }
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
