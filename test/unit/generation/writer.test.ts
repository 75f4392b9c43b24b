import assert from 'node:assert/strict';
import { ByteTokenizer } from '../../../src/corpus/tokenizers/byte';
import { CharTokenizer } from '../../../src/corpus/tokenizers/char';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import {
  type CharacterRule,
  defaultSampling,
  type Prompt,
  type StopOptions,
  Writer,
} from '../../../src/generation/generation';
import { ScriptedPredictor } from './scriptedPredictor';

const alphabet = Array.from('abcdefghijklmnopqrstuvwxyz .\n');
const tokenizer = new CharTokenizer({ kind: 'char', symbols: alphabet });
const greedy = { ...defaultSampling, temperature: 0 };
const length = (characters: number): StopOptions => ({ characters, at: 'none' });

/** After each letter the next one of the alphabet. */
function alphabetically(onRead?: () => void): ScriptedPredictor {
  return new ScriptedPredictor(tokenizer.vocabularySize, (token) => (token < 2 ? 2 : 2 + ((token - 1) % 26)), onRead);
}

describe('writer', () => {
  it('may always end, whatever characters are allowed', async () => {
    const endings = { word: ' ', line: '\n', paragraph: '\n\n', sentence: '. ' } as const;
    for (const [at, end] of Object.entries(endings)) {
      // It writes "ab", then what ends the unit, and "ab" again, and so on.
      const script = [...Array.from('ab'), ...Array.from(end)].map((symbol) => 2 + alphabet.indexOf(symbol));
      let place = 0;
      const predictor = new ScriptedPredictor(tokenizer.vocabularySize, () => script[place++ % script.length]!);
      const writer = new Writer(tokenizer, predictor);
      const sampling = { ...greedy, characters: { kind: 'only', characters: 'ab' } as const };
      const stop = { characters: 50, at: at as keyof typeof endings };
      const { text, stopped } = await writer.write({ prompt: writer.prompt('', true), sampling, stop });
      assert.equal(stopped, 'boundary', at);
      assert.ok(text.startsWith('ab') && text.length <= 6, `${at}: ${text}`);
    }
  });

  it('says so where a rule leaves it nothing to write', async () => {
    const writer = new Writer(tokenizer, alphabetically());
    const write = (characters: CharacterRule) =>
      writer.write({ prompt: writer.prompt('a', true), sampling: { ...greedy, characters }, stop: length(5) });
    await assert.rejects(write({ kind: 'only', characters: 'XYZ' }), { name: 'NothingAllowedError' });
    await assert.rejects(write({ kind: 'never', characters: alphabet.join('') }), { name: 'NothingAllowedError' });
    assert.equal((await write({ kind: 'only', characters: 'XYZb' })).text, 'b', 'it ends where nothing can follow');
  });

  it('writes on from the prompt, in pieces that add up to the text', async () => {
    const writer = new Writer(tokenizer, alphabetically());
    const pieces: string[] = [];
    const request = { prompt: writer.prompt('xyz', true), sampling: greedy, stop: length(5) };
    const written = await writer.write(request, (piece) => pieces.push(piece));
    assert.deepEqual(written, { text: 'abcde', stopped: 'length' });
    assert.equal(pieces.join(''), 'abcde');
    assert.equal(pieces[0], 'a', 'the first character is told at once');
  });

  it('goes on from a space with a token that begins with it', async () => {
    const word = createTokenizer({ kind: 'word', words: ['.', ' sea', ' ship', 'the'] });
    const pairs = createTokenizer({ kind: 'bpe', merges: [[2 + 0x20, 2 + 0x73]] });
    for (const [model, script, expected] of [
      [word, [5, 4, 2, 0], 'ship.'],
      [pairs, [2 + 0x74, 2 + 0x68, 2 + 0x65, 258, 2 + 0x65, 0], 'se'],
    ] as const) {
      const predictor = new ScriptedPredictor(model.vocabularySize, (_, position) => script[position - 1] ?? 0);
      const writer = new Writer(model, predictor);
      const prompt = writer.prompt('the ', true);
      const pieces: string[] = [];
      const request = { prompt, sampling: greedy, stop: length(50) };
      const { text, stopped } = await writer.write(request, (piece) => pieces.push(piece));
      assert.deepEqual([text, stopped, pieces.join('')], [expected, 'end of document', expected]);
    }
  });

  it('ends where the model ends the document', async () => {
    const predictor = new ScriptedPredictor(tokenizer.vocabularySize, (_, position) => (position > 4 ? 0 : 5));
    const writer = new Writer(tokenizer, predictor);
    const prompt = writer.prompt('ab', true);
    assert.deepEqual(await writer.write({ prompt, sampling: greedy, stop: length(50) }), {
      text: 'dd',
      stopped: 'end of document',
    });
  });

  it('reads a prompt once, and then only what was added', async () => {
    const predictor = alphabetically();
    const writer = new Writer(tokenizer, predictor);
    const write = async (text: string) => {
      predictor.tokensRead = 0;
      const { text: written } = await writer.write({
        prompt: writer.prompt(text, true),
        sampling: greedy,
        stop: length(3),
      });
      return { written, read: predictor.tokensRead };
    };
    const text = 'the quick brown fox jumps over the lazy dog ';
    assert.deepEqual(await write(text + 'abc'), { written: 'def', read: text.length + 3 + 1 + 2 });
    assert.equal((await write(text + 'abc')).read, 3, 'the last token, and two of the three written');
    assert.equal((await write(text + 'abcdef')).read, 3, 'what was written is known but for its last character');
    assert.equal((await write(text + 'xy')).read, 23 + 3, 'a correction near the end goes on from the state before it');
    assert.deepEqual(await write('dog'), { written: 'hij', read: 4 + 2 });
  });

  it('has read ahead what is written on next, though its prompt begins elsewhere by then', async () => {
    const predictor = alphabetically();
    const writer = new Writer(tokenizer, predictor);
    const write = (prompt: Prompt) => writer.write({ prompt, sampling: greedy, stop: length(300) });
    const start = 'the quick brown fox jumps over the lazy dog\n'.repeat(40);
    const prompt = writer.prompt(start, false);
    const { text } = await write(prompt);
    const next = writer.prompt(start + text, false);
    assert.ok(!next.text.startsWith(prompt.text), 'it begins elsewhere');
    await writer.readAhead(next);
    const before = predictor.tokensRead;
    // As the editor sends it: cut to a window.
    await write(writer.prompt((start + text).slice(-1500), false));
    assert.equal(predictor.tokensRead - before, 300);
  });

  it('ends what it reads ahead when another prompt comes, and is waited for by one that goes on from it', async () => {
    const predictor = alphabetically();
    const writer = new Writer(tokenizer, predictor);
    const write = (prompt: Prompt) => writer.write({ prompt, sampling: greedy, stop: length(1) });
    const words = 'the quick brown fox jumps over the lazy dog '.repeat(20);
    const ahead = writer.readAhead(writer.prompt(words, false));
    await write(writer.prompt('dog', false));
    await ahead;
    assert.ok(predictor.tokensRead < 100, `${predictor.tokensRead} tokens were read`);
    predictor.tokensRead = 0;
    await Promise.all([writer.readAhead(writer.prompt(words, false)), write(writer.prompt(words + 'and', false))]);
    assert.ok(predictor.tokensRead <= words.length + 3, `${predictor.tokensRead} tokens were read`);
  });

  it('keeps what it has read of one text while another is typed with a trial at every key', async () => {
    const predictor = alphabetically();
    const writer = new Writer(tokenizer, predictor);
    const write = (text: string, isTrial: boolean) =>
      writer.write({ prompt: writer.prompt(text, false, 3000), sampling: greedy, stop: length(3), isTrial });
    const long = 'thequickbrownfox'.repeat(100);
    const { text } = await write(long, false);
    const typed = 'jumpsoverthelazydog'.repeat(110);
    await write(typed.slice(0, 2000), true);
    const before = predictor.tokensRead;
    for (let end = 2001; end <= 2060; end++) await write(typed.slice(0, end), true);
    assert.equal(predictor.tokensRead - before, 60 * 4, 'a key costs a token, and the trial three');
    const typing = predictor.tokensRead;
    await write(long + text, false);
    assert.ok(predictor.tokensRead - typing < 10, `${predictor.tokensRead - typing} tokens were read again`);
  });

  it('writes the same whether the prompt was read before or not', async () => {
    const states: number[][] = [];
    const track = (vocabulary: number) => {
      const predictor = new ScriptedPredictor(vocabulary, () => 3);
      const next = predictor.next.bind(predictor);
      predictor.next = (state, token, logits) => {
        next(state, token, logits);
        states.push([...state]);
      };
      return predictor;
    };
    const warm = new Writer(tokenizer, track(tokenizer.vocabularySize));
    const cold = new Writer(tokenizer, track(tokenizer.vocabularySize));
    const request = (writer: Writer, text: string) => {
      return { prompt: writer.prompt(text, true), sampling: greedy, stop: length(4) };
    };
    for (const text of ['some text', 'some text that went on', 'some text that']) await warm.write(request(warm, text));
    states.length = 0;
    await warm.write(request(warm, 'some text that went on and on'));
    const warmStates = states.splice(0);
    await cold.write(request(cold, 'some text that went on and on'));
    assert.deepEqual(warmStates, states);
  });

  it('writes the same text for a seed, at any temperature', async () => {
    const predictor = new ScriptedPredictor(tokenizer.vocabularySize, (token) => token);
    predictor.next = (_, token, logits) => logits.forEach((_, i) => (logits[i] = Math.sin(i * 7 + token)));
    const writer = new Writer(tokenizer, predictor);
    const write = async (seed: number) => {
      const sampling = { ...defaultSampling, temperature: 1.3, seed };
      return (await writer.write({ prompt: writer.prompt('a', true), sampling, stop: length(80) })).text;
    };
    const [first, again, other] = [await write(1), await write(1), await write(2)];
    assert.equal(first, again);
    assert.notEqual(first, other);
  });

  it('stops when it is cancelled, with what was written until then', async () => {
    const controller = new AbortController();
    const writer = new Writer(tokenizer, alphabetically());
    const request = {
      prompt: writer.prompt('z', true),
      sampling: greedy,
      stop: length(1e9),
      signal: controller.signal,
    };
    let told = '';
    const written = await writer.write(request, (piece) => {
      told += piece;
      if (told.length > 10) controller.abort();
    });
    assert.equal(written.stopped, 'cancelled');
    assert.equal(written.text, told);
    assert.ok(told.length > 10 && told.startsWith('abcdefghijk'));
  });

  it('reads nothing when it is cancelled before it starts, and remembers no half-read prompt', async () => {
    const predictor = alphabetically();
    const writer = new Writer(tokenizer, predictor);
    const prompt = writer.prompt('some words to read', true);
    const cancelled = { prompt, sampling: greedy, stop: length(5), signal: AbortSignal.abort() };
    assert.deepEqual(await writer.write(cancelled), { text: '', stopped: 'cancelled' });
    assert.equal(predictor.tokensRead, 0);
    assert.equal((await writer.write({ prompt, sampling: greedy, stop: length(5) })).text, 'efghi');
  });

  it('lets other work of the thread go first, while it reads and while it writes', async () => {
    const slow = () => {
      const end = performance.now() + 1;
      while (performance.now() < end);
    };
    const writer = new Writer(tokenizer, alphabetically(slow));
    let turns = 0;
    const prompt = writer.prompt('a'.repeat(100), true);
    const counting = setInterval(() => turns++, 0);
    await writer.write({ prompt, sampling: greedy, stop: length(50) });
    clearInterval(counting);
    assert.ok(turns > 5, `${turns} turns`);
  });

  it('writes several texts at once, each as if alone', async () => {
    const writer = new Writer(tokenizer, alphabetically());
    const write = (text: string) =>
      writer.write({ prompt: writer.prompt(text, true), sampling: greedy, stop: length(4) });
    const texts = await Promise.all(['a', 'm', 'x'].map(write));
    assert.deepEqual(
      texts.map(({ text }) => text),
      ['bcde', 'nopq', 'yzab'],
    );
  });

  it('writes whole code points with a tokeniser of bytes, even where it is cut by length', async () => {
    const bytes = new ByteTokenizer();
    const script = [...Buffer.from('é😀')].map((byte) => byte + 2);
    const follow = (_: number, position: number) => script[(position - 1) % script.length]!;
    const writer = new Writer(bytes, new ScriptedPredictor(bytes.vocabularySize, follow));
    const request = { prompt: writer.prompt('', true), sampling: greedy, stop: length(3) };
    const pieces: string[] = [];
    assert.equal((await writer.write(request, (piece) => pieces.push(piece))).text, 'é😀é');
    for (const piece of pieces) assert.ok(!/[\p{Surrogate}\ufffd]/u.test(piece));
  });

  it('never writes a broken code point, whatever the model wants', async () => {
    const bytes = new ByteTokenizer();
    const predictor = new ScriptedPredictor(bytes.vocabularySize, () => 2);
    predictor.next = (_, token, logits) => {
      for (let i = 0; i < logits.length; i++) logits[i] = i > 130 ? 3 * Math.sin(i * 13 + token * 7) : -9;
      logits[1] = 30;
    };
    const writer = new Writer(bytes, predictor);
    const sampling = { ...defaultSampling, temperature: 2, topP: 1 };
    const { text } = await writer.write({ prompt: writer.prompt('', true), sampling, stop: length(2000) });
    assert.ok(!/[\p{Surrogate}\ufffd]/u.test(text));
    assert.ok(Array.from(text).some((character) => character > '\u07ff'));
  });

  it('keeps to a rule about characters', async () => {
    const bytes = new ByteTokenizer();
    const predictor = new ScriptedPredictor(bytes.vocabularySize, () => 2);
    predictor.next = (_, token, logits) => logits.forEach((_, i) => (logits[i] = 4 * Math.sin(i * 13 + token * 7)));
    const writer = new Writer(bytes, predictor);
    const write = async (characters: CharacterRule) => {
      const sampling = { ...defaultSampling, temperature: 2, topP: 1, characters };
      return (await writer.write({ prompt: writer.prompt('é', true), sampling, stop: length(300) })).text;
    };
    assert.match(await write({ kind: 'ascii' }), /^[\t\n\x20-\x7e]+$/);
    assert.match(await write({ kind: 'only', characters: 'aé中' }), /^[aé中]+$/);
    assert.doesNotMatch(await write({ kind: 'never', characters: 'abcdefg' }), /[a-g]/);
    await assert.rejects(write({ kind: 'only', characters: '' }), { name: 'NothingAllowedError' });
  });
});
