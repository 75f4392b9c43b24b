import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Pace } from '../../../../src/corpus/pace';
import type { ScratchArray } from '../../../../src/corpus/tokenizers/scratchArray';
import type { Tokenizer } from '../../../../src/corpus/tokenizers/tokenizer';
import { trainTokenizer } from '../../../../src/corpus/tokenizers/train';
import { CorpusEncoder } from '../../../../src/corpus/tokens/encoder';
import { prose } from '../sources';
import { folderWith } from '../temporaryFolder';

/** Pieces that are all trained on. */
const trainedOn = (pieces: readonly string[]) =>
  pieces.map((text) => ({ part: 'training', text, characters: text.length }) as const);

describe('encoding a corpus', () => {
  const text = prose(20_000);
  const tokenizer = trainTokenizer('bpe', [text], { maximumVocabulary: 400, minimumCount: 1 });

  it('rejects at the next turn once it is aborted', async () => {
    // A piece takes longer than a turn, whatever the machine.
    let encoded = 0;
    const slow = Object.assign(Object.create(tokenizer) as Tokenizer, {
      encode: (piece: string, room?: ScratchArray) => {
        for (const start = performance.now(); performance.now() - start < 20;);
        encoded++;
        return tokenizer.encode(piece, room);
      },
    });
    const encoder = new CorpusEncoder(slow, folderWith({}));
    const giveUp = new AbortController();
    const reason = new Error('given up');
    let before = 0;
    setImmediate(() => {
      before = encoded;
      giveUp.abort(reason);
    });
    const pace = new Pace('tokenising', { signal: giveUp.signal });
    await assert.rejects(encoder.add(trainedOn(Array<string>(50).fill(text)), pace), reason);
    assert.ok(encoded - before <= 1, `${encoded - before}`);
    assert.equal(encoder.trainingTokens, 0);
  });

  it('lets others go first while much is on its way to the file', async () => {
    const encoder = new CorpusEncoder(tokenizer, join(folderWith({}), 'tokens'));
    const pieces = 200;
    const pace = new Pace('tokenising', {});
    await encoder.save();
    let turns = 0;
    const turning = setInterval(() => turns++, 0);
    await encoder.add(trainedOn(Array.from({ length: pieces }, () => text.repeat(10))), pace);
    clearInterval(turning);
    const { training } = await encoder.finish();
    assert.equal(training.length, encoder.trainingTokens);
    const once = tokenizer.encode(text.repeat(10));
    const last = new Uint16Array(once.length);
    training.read(training.length - once.length, last);
    assert.deepEqual(last, once);
    assert.equal(training.length, 1 + pieces * once.length);
    assert.ok(turns > 0);
    await encoder.settle();
    encoder.close();
  });
});
