import assert from 'node:assert/strict';
import { CharTokenizer } from '../../../src/corpus/tokenizers/char';
import { endOfDocument } from '../../../src/corpus/tokenizers/tokenizer';
import type { ReadDocument } from '../../../src/generation/copies/copyExtent';
import { CopyGuard } from '../../../src/generation/copies/copyGuard';
import { type CopyIndex, CopyIndexBuilder } from '../../../src/generation/copies/copyIndex';
import { Draft } from '../../../src/generation/draft';
import { defaultSampling, makePrompt, Writer } from '../../../src/generation/generation';
import { WholeCharacters } from '../../../src/generation/wholeCharacters';
import { Random } from '../../../src/model/model';
import { ScriptedPredictor } from './scriptedPredictor';

const symbols = Array.from('abcdefghijklmnopqrstuvwxyz ');
const tokenizer = new CharTokenizer({ kind: 'char', symbols });
const random = Random.seeded(5, 'corpus');
const corpus = Array.from({ length: 4000 }, () => symbols[random.below(symbols.length)]).join('');

function corpusIndex(): CopyIndex {
  const builder = new CopyIndexBuilder(corpus.length);
  builder.startDocument('corpus');
  builder.add(corpus);
  return builder.finish();
}

/** A model that knows the corpus by heart: it nearly always goes on as the corpus does after the last five characters. */
function parrot(): Writer {
  const tokens = tokenizer.encode(corpus);
  const next = new Map<string, number>();
  for (let i = 5; i < tokens.length; i++) next.set(tokens.subarray(i - 5, i).join(), tokens[i]!);
  const predictor = new ScriptedPredictor(tokenizer.vocabularySize, () => 2);
  // The state's first number holds the last four tokens.
  const read = (state: Float32Array, token: number) => (state[0] = (state[0]! % 32 ** 3) * 32 + token);
  predictor.prime = (state, primed) => primed.forEach((token) => read(state, token));
  predictor.next = (state, token, logits) => {
    const before = [3, 2, 1, 0].map((place) => Math.floor(state[0]! / 32 ** place) % 32);
    read(state, token);
    logits.fill(0);
    logits[0] = -99;
    const likely = next.get([...before, token].join());
    if (likely !== undefined) logits[likely] = 9;
  };
  return new Writer(tokenizer, predictor);
}

/** Length of the longest passage of a text that stands in the corpus, found the plain way. */
function longestCopy(text: string): number {
  let longest = 0;
  for (let start = 0; start < text.length; start++) {
    while (corpus.includes(text.slice(start, start + longest + 1)) && start + longest < text.length) longest++;
  }
  return longest;
}

const readable: ReadDocument = (name) => Promise.resolve(name === 'corpus' ? corpus : null);
const gone: ReadDocument = () => Promise.resolve(null);

async function write(longest: number | null, temperature: number, documentOf = readable) {
  const writer = parrot();
  const pieces: string[] = [];
  const written = await writer.write(
    {
      prompt: writer.prompt(corpus.slice(100, 110), false),
      sampling: { ...defaultSampling, temperature, topP: 1, seed: 4 },
      stop: { characters: 1500, at: 'none' },
      ...(longest !== null && { guard: new CopyGuard(corpusIndex(), longest, documentOf) }),
    },
    (piece) => pieces.push(piece),
  );
  assert.equal(pieces.join(''), written.text, 'what was told is what was written');
  return written;
}

describe('copy guard', function () {
  this.timeout(30_000);

  it('keeps a text from copying more than it may, while the rest goes on as long as asked', async () => {
    for (const longest of [40, 41, 53, 80]) {
      const { text, stopped } = await write(longest, 0.8);
      assert.equal(stopped, 'length');
      assert.equal(text.length, 1500);
      const found = longestCopy(text);
      assert.ok(found <= longest, `${found} characters of at most ${longest}`);
    }
  });

  it('takes back a passage that is one unit too long, and none that is not, wherever it begins and however it comes', async () => {
    const index = corpusIndex();
    for (const pieceLength of [1, 7]) {
      for (let offset = 300; offset < 340; offset++) {
        for (const [length, isCut] of [
          [40, false],
          [41, true],
        ] as const) {
          const text = `${'~'.repeat(offset % 11)}${corpus.slice(offset, offset + length)}${'~'.repeat(60)}`;
          const guard = new CopyGuard(index, 40, readable);
          let cut: number | null = null;
          for (let end = pieceLength; cut === null && end < text.length; end += pieceLength)
            cut = await guard.cutOf(text.slice(0, end));
          assert.equal(cut !== null, isCut, `${length} from ${offset} on, ${pieceLength} at a time`);
        }
      }
    }
  });

  it('keeps a text from copying at temperature 0 too', async () => {
    assert.ok(longestCopy((await write(60, 0)).text) <= 60);
  });

  it('keeps copies short, within two windows of fingerprints, where the corpus is gone', async () => {
    for (const longest of [40, 80]) {
      const found = longestCopy((await write(longest, 0.8, gone)).text);
      assert.ok(found <= longest + 32, `${found} characters of at most ${longest}`);
    }
  });

  it('tries another way each time that a text is taken back to a place', () => {
    const prompt = makePrompt(tokenizer, 'a', false);
    const stop = { characters: 10, at: 'none' } as const;
    const sampling = { ...defaultSampling, temperature: 0 };
    const draft = new Draft(prompt, sampling, stop, tokenizer, new WholeCharacters(tokenizer));
    const logits = Float32Array.from({ length: tokenizer.vocabularySize }, (_, token) => -token);
    logits[endOfDocument] = -99;
    const tried: string[] = [];
    for (let time = 0; time < 4; time++) {
      draft.draw(logits);
      draft.draw(logits);
      tried.push(draft.text);
      draft.rewind(0);
    }
    assert.deepEqual(tried, ['aa', 'ba', 'ca', 'da']);
  });

  it('is what keeps a text from copying: without it, the same model copies', async () => {
    assert.ok(longestCopy((await write(null, 0.8)).text) > 200);
  });

  it('writes the same text for the same seed', async () => {
    assert.equal((await write(60, 0.9)).text, (await write(60, 0.9)).text);
  });
});
