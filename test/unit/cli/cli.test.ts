import iconv from 'iconv-lite';
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import { endOfDocument } from '../../../src/corpus/tokenizers/tokenizer';
import { readCopyIndex } from '../../../src/generation/copies/copyFile';
import type { Copy } from '../../../src/generation/copies/copyWatch';
import { Memory } from '../../../src/memory/memory';
import { memoryFile, saveMemory } from '../../../src/memory/memoryFile';
import { modelFiles, readModel } from '../../../src/model/modelFolder';
import { readSnapshot } from '../../../src/training/record/progress';
import { TextMaker } from '../corpus/items/texts';
import { story } from '../training/story';
import { jsonLines, run, start } from './run';

const small = ['--hidden', '32', '--embedding', '16', '--batch', '8', '--sequence', '16', '--threads', '1'];

describe('textloom', function () {
  this.timeout(120_000); // Each test starts processes, and a slow machine takes its time for each.
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'textloom-cli-'));
    mkdirSync(join(folder, 'tales'));
    writeFileSync(join(folder, 'tales', 'one.txt'), story(6000, 1));
    writeFileSync(join(folder, 'tales', 'two.md'), backwards(story(6000, 2)));
    writeFileSync(join(folder, 'unseen.txt'), story(1500, 3));
    writeFileSync(join(folder, 'noise.txt'), 'zqxj vkw! '.repeat(100));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  describe('train, generate and evaluate', () => {
    let model: string;
    let trained: readonly Record<string, unknown>[];
    before(async () => {
      const { code, stdout, stderr } = await run(folder, ['train', 'tales', '--steps', '200', ...small, '--json']);
      assert.equal(stderr, '');
      assert.equal(code, 0);
      trained = jsonLines(stdout);
      model = String(trained.at(-1)!['model']);
    });

    it('tells corpus, evaluations and the end, one object a line', () => {
      assert.equal(trained[0]!['event'], 'corpus');
      assert.equal(trained[0]!['files'], 2);
      const evaluations = trained.filter(({ event }) => event === 'evaluation');
      assert.ok(evaluations.length >= 5);
      for (const evaluation of evaluations) {
        for (const name of ['step', 'seconds', 'tokens', 'train', 'validation', 'tokensPerSecond']) {
          assert.equal(typeof evaluation[name], 'number', name);
        }
        assert.equal(evaluation['engine'], 'wasm');
      }
      const done = trained.at(-1)!;
      assert.equal(done['event'], 'done');
      assert.equal(done['outcome'], 'completed');
      assert.equal(done['steps'], 200);
      assert.ok(Number(done['validation']) < Number(evaluations[0]!['validation']));
    });

    it('writes by the memory that a model has, reading the prompt along, or by what is asked for', async () => {
      const write = async (...flags: readonly string[]): Promise<unknown> => {
        const prompt = 'At dawn Quillquill sails. '.repeat(20);
        const all = ['generate', '--model', model, '--prompt', prompt, '--seed', '3', '--length', '200', '--json'];
        const { code, stdout, stderr } = await run(folder, [...all, ...flags]);
        assert.equal(code, 0, stderr);
        return jsonLines(stdout)[0]!['text'];
      };
      rmSync(join(model, memoryFile), { force: true });
      const plain = await write();
      const tokenizer = createTokenizer((await readModel(model)).description.tokenizer);
      const memory = new Memory(tokenizer);
      memory.learn([...tokenizer.encode(story(6000, 1)), endOfDocument]);
      await saveMemory(model, memory);
      const [usual, spaced, along, frozen, off] = [
        await write(),
        await write('--memory', 'reading along'),
        await write('--memory', 'reading-along'),
        await write('--memory', 'frozen'),
        await write('--memory', 'off'),
      ];
      writeFileSync(join(model, memoryFile), 'damaged');
      const damaged = await run(folder, ['generate', '--model', model, '--length', '5']);
      assert.equal(damaged.code, 0);
      assert.match(damaged.stderr, /memory\.bin is damaged .*: the model does without its memory\./);
      rmSync(join(model, memoryFile));
      assert.equal(off, plain, 'the LSTM alone');
      assert.equal(usual, along);
      assert.equal(spaced, along);
      assert.equal(new Set([along, frozen, off]).size, 3);
    });

    it('trains a model of the sizes, in the batches and at the rate that the flags say', async () => {
      const asked = ['--layers', '2', '--rate', '0.003', '--seed', '7', '--json'];
      const out = ['--out', join(folder, 'asked'), '--steps', '1'];
      const { code, stdout, stderr } = await run(folder, ['train', 'tales', ...out, ...small, ...asked]);
      assert.equal(code, 0, stderr);
      const { recipe } = jsonLines(stdout).find(({ event }) => event === 'started')! as {
        recipe: Record<string, unknown> & { architecture: Record<string, unknown> };
      };
      const { architecture, streams, length, peakRate, seed } = recipe;
      const { hiddenSize, embeddingSize, layers } = architecture;
      assert.deepEqual({ hiddenSize, embeddingSize, layers }, { hiddenSize: 32, embeddingSize: 16, layers: 2 });
      assert.deepEqual({ streams, length, peakRate, seed }, { streams: 8, length: 16, peakRate: 0.003, seed: 7 });
    });

    it('trains on TensorFlow as well, where it is set up', async () => {
      const { stdout: engines } = await run(folder, ['engines', '--json']);
      const there = jsonLines(engines).some(({ engine, available }) => engine === 'tensorflow' && available === true);
      const flags = ['--out', join(folder, 'by-tensorflow'), '--steps', '20', '--engine', 'tensorflow', ...small];
      const { code, stdout, stderr } = await run(folder, ['train', 'tales', ...flags, '--json']);
      if (!there) {
        assert.equal(code, 1);
        assert.match(stderr, /^textloom: [^\n]*TensorFlow[^\n]+\n$/);
        return;
      }
      assert.equal(code, 0, stderr);
      const evaluations = jsonLines(stdout).filter(({ event }) => event === 'evaluation');
      assert.ok(evaluations.length > 0);
      for (const { engine } of evaluations) assert.equal(engine, 'tensorflow');
    });

    it('takes a text that it has tokenised before from the cache', async () => {
      const cache = mkdtempSync(join(folder, 'cache-'));
      const flags = ['train', 'tales', '--out', join(folder, 'cached'), '--steps', '2', ...small];
      const entry = async () => {
        const { code } = await start(folder, flags, '', { TEXTLOOM_CACHE: cache }).finished;
        assert.equal(code, 0);
        const [name, ...others] = readdirSync(join(cache, 'corpora'));
        assert.deepEqual(others, []);
        return join(cache, 'corpora', name!, 'training.tokens');
      };
      const written = statSync(await entry());
      const found = statSync(await entry());
      assert.deepEqual([found.ino, found.ctimeMs], [written.ino, written.ctimeMs]);
    });

    it('puts the model below the folder that it was trained on', async () => {
      assert.equal(model, join(folder, 'tales', '.textloom', 'models', 'tales'));
      assert.equal((await readModel(model)).description.trained.steps, 200);
    });

    it('writes the same text for the same seed, and another for another', async () => {
      const text = async (...flags: string[]) => {
        const flagsOfAll = ['--model', model, '--prompt', 'At dawn, ', '--length', '80', '--json'];
        const { code, stdout } = await run(folder, ['generate', ...flagsOfAll, ...flags]);
        assert.equal(code, 0);
        return jsonLines(stdout).map((line) => String(line['text']));
      };
      const [one] = await text('--seed', '7');
      assert.equal(Array.from(one!).length, 80);
      assert.deepEqual(await text('--seed', '7'), [one]);
      assert.notDeepEqual(await text('--seed', '8'), [one]);
      const several = await text('--seed', '7', '--count', '3');
      assert.equal(several[0], one);
      assert.equal(new Set(several).size, 3);
      assert.deepEqual(
        await text('--temperature', '0', '--seed', '1'),
        await text('--temperature', '0', '--seed', '2'),
      );
    });

    it('reads a prompt from standard input, and prints nothing but the text', async () => {
      const flags = ['--model', model, '--prompt-file', '-', '--length', '30', '--temperature', '0'];
      const { code, stdout, stderr } = await run(folder, ['generate', ...flags], 'At dawn, ');
      assert.equal(code, 0);
      assert.equal(stderr, '');
      const named = await run(folder, ['generate', ...flags.slice(0, 2), '--prompt', 'At dawn, ', ...flags.slice(4)]);
      assert.equal(named.stdout, stdout);
      assert.equal(Array.from(stdout).length, 31);
    });

    it('takes the lines of a list for texts of their own, unless it is told otherwise', async () => {
      const maker = new TextMaker(1);
      const list = maker.many(800, () => maker.name());
      writeFileSync(join(folder, 'names.txt'), list.join('\n'));
      const training = ['train', 'names.txt', '--steps', '300', ...small, '--name'];
      const { stdout } = await run(folder, [...training, 'listed']);
      assert.match(stdout, /^800 names, one a line: /m);
      const whole = await run(folder, [...training, 'whole', '--documents', 'files', '--json']);
      assert.equal(jsonLines(whole.stdout)[0]!['items'], undefined);
      const wrong = await run(folder, [...training, 'wrong', '--documents', 'words']);
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /--documents must be one of auto, files, lines, blocks, not "words"/);

      const model = join(folder, '.textloom', 'models', 'listed');
      const write = async (...flags: string[]) => {
        const args = [
          'generate',
          '--model',
          model,
          '--stop',
          'item',
          '--count',
          '60',
          '--seed',
          '1',
          '--json',
          ...flags,
        ];
        return jsonLines((await run(folder, args)).stdout) as { text: string; copies: readonly Copy[] }[];
      };
      const names = new Set(list);
      const written = await write('--temperature', '0.3');
      assert.ok(written.some(({ text }) => names.has(text)) && written.some(({ text }) => !names.has(text)));
      for (const { text, copies } of written) {
        assert.deepEqual(
          copies.map(({ document, length }) => [document, length]),
          names.has(text) ? [['names.txt', text.length]] : [],
        );
      }
      const refused = await write('--temperature', '0.3', '--refuse-copies', '40');
      assert.deepEqual(
        refused.filter(({ text, copies }) => names.has(text) || copies.length > 0),
        [],
      );
    });

    it('names the characters of a prompt that the model has never seen', async () => {
      const { stdout, stderr } = await run(folder, ['generate', '--model', model, '--prompt', 'Ж', '--length', '5']);
      assert.match(stderr, /never seen Ж: it reads it as \ufffd/);
      assert.ok(stdout.length >= 5);
    });

    it('keeps to the characters and the words that are allowed', async () => {
      const write = async (...flags: string[]) => {
        const all = ['generate', '--model', model, '--prompt', 'At dawn, ', '--seed', '3', '--json', ...flags];
        const { code, stdout } = await run(folder, all);
        assert.equal(code, 0);
        return String(jsonLines(stdout)[0]!['text']);
      };
      assert.equal((await write('--words', '5')).trim().split(/\s+/).length, 5);
      assert.equal((await write('--stop', 'word')).trim().split(/\s+/).length, 1);
      const free = await write('--length', '200');
      assert.match(free, /e/);
      assert.doesNotMatch(await write('--length', '200', '--characters', 'never e'), /e/);
      assert.notEqual(await write('--length', '200', '--repetition-penalty', '3'), free);
      assert.notEqual(await write('--length', '200', '--typical', '0.2'), free);
    });

    it('reads the line ends of a prompt file as any others', async () => {
      writeFileSync(join(folder, 'crlf.txt'), 'At dawn,\r\nthe ');
      const flags = ['generate', '--model', model, '--prompt-file', 'crlf.txt', '--length', '5', '--json'];
      const [line] = jsonLines((await run(folder, flags)).stdout);
      assert.equal(line!['prompt'], 'At dawn,\nthe ');
      assert.deepEqual(line!['unknownCharacters'], []);
    });

    it('names what it has copied, and takes it back where that is refused', async () => {
      mkdirSync(join(folder, 'songs'));
      const refrain = 'Row, row, row your boat, gently down the stream; merrily, merrily, life is but a dream.\n';
      writeFileSync(join(folder, 'songs', 'song.txt'), refrain.repeat(200));
      const training = await run(folder, ['train', 'songs', '--steps', '200', ...small, '--json']);
      assert.equal(training.code, 0, training.stderr);
      const flags = ['--model', String(jsonLines(training.stdout).at(-1)!['model']), '--prompt', 'Row, row, '];
      const write = async (...more: string[]) => {
        const all = ['generate', ...flags, '--length', '300', '--seed', '2', '--temperature', '0.5', '--json', ...more];
        const [line] = jsonLines((await run(folder, all)).stdout);
        return line as unknown as { text: string; copies: readonly Copy[] };
      };
      const { text, copies } = await write();
      const [copy] = copies;
      assert.ok(copy !== undefined && copy.length >= 50 && copy.document.endsWith('song.txt'), text);
      assert.ok(refrain.repeat(20).includes(text.slice(copy.start, copy.start + copy.length)));
      const refused = await write('--refuse-copies', '60');
      for (const { length } of refused.copies) assert.ok(length <= 60 + 2 * 16, `${length} characters are copied`);
    });

    it('finds a model of the workspace by its name', async () => {
      const { code } = await run(join(folder, 'tales'), ['generate', '--model', 'tales', '--length', '5']);
      assert.equal(code, 0);
    });

    it('finds text like its own easier than noise', async () => {
      const { code, stdout } = await run(folder, ['evaluate', '--model', model, 'unseen.txt', 'noise.txt', '--json']);
      assert.equal(code, 0);
      const [like, noise] = jsonLines(stdout);
      assert.equal(like!['characters'], Array.from(readFileSync(join(folder, 'unseen.txt'), 'utf8')).length);
      const nats = Number(like!['natsPerCharacter']);
      assert.ok(nats < 2.6 && nats < Number(noise!['natsPerCharacter']) - 1, `${nats}`);
      assert.ok(Math.abs(Number(like!['bitsPerCharacter']) - nats / Math.LN2) < 1e-9);
      assert.ok(Math.abs(Number(like!['perplexity']) - Math.exp(nats)) < 1e-9);
    });

    it('tells a score with its memory, with that as it was saved, and without it', async () => {
      const copy = join(folder, 'remembering');
      cpSync(model, copy, { recursive: true });
      rmSync(join(copy, modelFiles.memory), { force: true });
      const evaluated = async (...flags: string[]): Promise<Record<string, unknown>> => {
        const { code, stdout } = await run(folder, ['evaluate', '--model', copy, 'unseen.txt', '--json', ...flags]);
        assert.equal(code, 0);
        return jsonLines(stdout)[0]!;
      };
      const forgetful = await evaluated();
      assert.equal(forgetful['memory'], 'off');
      assert.equal(forgetful['lstm'], forgetful['natsPerCharacter']);
      assert.ok(!('frozen' in forgetful));
      const tokenizer = createTokenizer((await readModel(copy)).description.tokenizer);
      const memory = new Memory(tokenizer);
      memory.learn([...tokenizer.encode(story(6000, 1)), endOfDocument]);
      await saveMemory(copy, memory);
      const along = await evaluated();
      const frozen = await evaluated('--memory', 'frozen');
      const off = await evaluated('--memory', 'off');
      assert.equal(along['memory'], 'reading along');
      assert.equal(along['lstm'], forgetful['lstm']);
      assert.equal(along['frozen'], frozen['natsPerCharacter']);
      assert.equal(off['natsPerCharacter'], forgetful['lstm']);
      assert.deepEqual(await evaluated('--memory', 'reading-along'), along);
      const [first, second, third] = [along, frozen, off].map((each) => Number(each['natsPerCharacter']));
      assert.ok(first! < second! && second! < third!, `${first}, ${second}, ${third}`);
      for (const [use, line] of [
        ['frozen', frozen],
        ['off', off],
      ] as const) {
        const scored = await run(folder, ['surprise', '--model', copy, 'unseen.txt', '--html', '--memory', use]);
        const mean = Number(line['bitsPerCharacter']);
        assert.match(scored.stdout, new RegExp(mean.toFixed(2).replace('.', '\\.')));
      }
      const { code, stderr } = await run(folder, ['score', 'unseen.txt', '--memory', 'all']);
      assert.equal(code, 2);
      assert.match(stderr, /--memory must be one of reading-along, frozen, off/);
    });

    it('lists its models, and damaged ones with the reason', async () => {
      mkdirSync(join(folder, 'tales', '.textloom', 'models', 'broken'));
      writeFileSync(join(folder, 'tales', '.textloom', 'models', 'broken', 'model.json'), '{');
      const { code, stdout } = await run(folder, ['models', 'tales', '--json']);
      assert.equal(code, 0);
      const [broken, tales] = jsonLines(stdout);
      assert.match(String(broken!['damaged']), /not JSON/);
      assert.equal(tales!['name'], 'tales');
      assert.equal(tales!['steps'], 200);
      const plain = await run(folder, ['models', 'tales']);
      assert.match(plain.stdout, /bits per character/);
    });

    it('draws alternatives, each more daring than the one before', async () => {
      const flags = [
        '--model',
        model,
        '--prompt',
        'At dawn, ',
        '--length',
        '40',
        '--temperature',
        '0.8',
        '--seed',
        '7',
      ];
      const { stdout } = await run(folder, ['generate', ...flags, '--alternatives', '3', '--json']);
      const lines = jsonLines(stdout);
      assert.deepEqual(
        lines.map(({ temperature }) => temperature),
        [0.4, 0.8, 1.2],
      );
      assert.equal(new Set(lines.map(({ text }) => text)).size, 3);
    });

    it('indexes what it was trained on, so that copies are found', async () => {
      assert.ok((await readCopyIndex(model)) !== null);
    });

    it('compares the models of a folder on files, damaged ones named', async () => {
      const models = join(folder, 'several');
      cpSync(model, join(models, 'good'), { recursive: true });
      mkdirSync(join(models, 'broken'));
      writeFileSync(join(models, 'broken', 'model.json'), '{');
      const flags = ['score', 'unseen.txt', 'noise.txt', '--models', models];
      const { code, stdout } = await run(folder, [...flags, '--json']);
      assert.equal(code, 0);
      const [broken, like, noise] = jsonLines(stdout);
      assert.match(String(broken!['damaged']), /not JSON/);
      assert.equal(like!['file'], 'unseen.txt');
      assert.ok(Number(like!['bitsPerCharacter']) < Number(noise!['bitsPerCharacter']));
      const plain = await run(folder, flags);
      assert.match(plain.stdout, /^bits per character +unseen\.txt +noise\.txt\n/);
      assert.match(plain.stdout, /\ntales +[\d.]+ \* +[\d.]+ \*\n/);
      assert.match(plain.stdout, /broken: .*not JSON/);
    });

    it('gives a text the same score however it is asked, unknown characters or none', async () => {
      const models = join(folder, 'single');
      cpSync(model, join(models, 'tales'), { recursive: true });
      const foreign = Array.from(story(3000, 8), (character, i) => (i % 9 === 0 ? 'éßжλ中'[i % 5] : character));
      writeFileSync(join(folder, 'foreign.txt'), foreign.join(''));
      const files = ['unseen.txt', 'foreign.txt'];
      const bitsBy = async (...flags: string[]) =>
        jsonLines((await run(folder, [...flags, ...files, '--json'])).stdout).map((line) => line['bitsPerCharacter']);
      const exact = (await bitsBy('evaluate', '--model', model)).map(Number);
      const compared = (await bitsBy('score', '--models', models)).map(Number);
      assert.equal(exact.length, 2);
      // Spelling one of five signs takes more than two bits, each ninth character.
      assert.ok(exact[1]! > exact[0]! + Math.log2(5) / 9, `${exact.join()} bits`);
      compared.forEach((bits, i) => assert.ok(Math.abs(bits - exact[i]!) < 0.01, `${bits} and ${exact[i]} bits`));
    });

    it('finds the places that surprise it most, as lines and as a page', async () => {
      writeFileSync(join(folder, 'odd.txt'), `${story(400, 6)}\n<zqx> ${story(100, 7)}`);
      const flags = ['surprise', '--model', model, 'odd.txt'];
      const { code, stdout } = await run(folder, [...flags, '--count', '1', '--json']);
      assert.equal(code, 0);
      const [place] = jsonLines(stdout);
      const line = story(400, 6).split('\n').length + 1;
      assert.equal(place!['line'], line);
      assert.ok(Number(place!['column']) <= 6 && Number(place!['bits']) > 4);
      const plain = await run(folder, [...flags, '--count', '1']);
      assert.match(plain.stdout, new RegExp(`^odd\\.txt:${line}:\\d  [\\d.]+ bits  .*\\[.\\]`));
      const page = await run(folder, [...flags, '--html']);
      assert.match(page.stdout, /^<!doctype html>/);
      assert.match(page.stdout, /<mark class="s\d" title="[\d., ]+ bits">/);
      assert.ok(!page.stdout.includes('<zqx>'));
    });

    it('prints plain lines to a pipe', async () => {
      const flags = ['train', 'tales', '--out', join(folder, 'elsewhere'), '--name', 'a/b', '--steps', '20', ...small];
      const { code, stdout } = await run(folder, flags);
      assert.equal(code, 0);
      assert.ok(!stdout.includes('\u001b') && !stdout.includes('\r'));
      assert.match(stdout, /2 files, 12,\d{3} characters/);
      assert.match(stdout, /Saved in .*elsewhere.*a b\n$/);
    });
  });

  it('learns as many pieces or words as --vocabulary says, within the special ones and the text', async () => {
    const size = async (...flags: string[]) => {
      const all = ['train', 'tales', '--out', join(folder, 'sized'), '--steps', '2', ...small, '--json', ...flags];
      const { code, stdout, stderr } = await run(folder, all);
      assert.equal(code, 0, stderr);
      const { description, parameters } = await readModel(String(jsonLines(stdout).at(-1)!['model']));
      const { vocabularySize } = description.architecture;
      assert.equal(parameters.get('embedding.weight')!.shape[0], vocabularySize);
      return vocabularySize;
    };
    assert.equal(await size('--tokenizer', 'bpe', '--vocabulary', '300'), 300);
    assert.equal(await size('--tokenizer', 'bpe', '--vocabulary', '280'), 280);
    const words = await size('--tokenizer', 'word');
    assert.ok(words < 256);
    assert.equal(await size('--tokenizer', 'word', '--vocabulary', '256'), words);
    for (const wrong of ['255', '16385', 'many', '300.5']) {
      const flags = ['train', 'tales', '--tokenizer', 'bpe', '--vocabulary', wrong, '--steps', '2'];
      const { code, stderr } = await run(folder, flags);
      assert.equal(code, 2, wrong);
      assert.match(stderr, /--vocabulary/);
    }
  });

  it('refuses to make a model of words of which none comes twice, and says where hardly any does', async () => {
    const name = (i: number) => Array.from(String(i), (digit) => 'abcdefghij'[Number(digit)]).join('');
    const names = Array.from({ length: 900 }, (_, i) => name(1000 + i));
    const flags = ['--tokenizer', 'word', '--steps', '2', '--out', join(folder, 'named'), ...small];
    writeFileSync(join(folder, 'names.txt'), names.join('\n'));
    const refused = await run(folder, ['train', 'names.txt', ...flags]);
    assert.equal(refused.code, 1);
    assert.equal(
      refused.stderr,
      'textloom: No word of this text comes twice, so the model could write nothing: use characters instead.\n',
    );
    writeFileSync(join(folder, 'names.txt'), names.join(', and\n'));
    const told = await run(folder, ['train', 'names.txt', '--documents', 'files', ...flags]);
    assert.equal(told.code, 0, told.stderr);
    assert.match(told.stdout, /Hardly a word comes twice: characters would do better\./);
  });

  it('learns from 20 kB of prose by its own plan, better than the frequencies of letters', async () => {
    const book = join(process.cwd(), 'node_modules', '@stdlib', 'datasets-moby-dick', 'data', 'chapter_3.txt');
    const text = readFileSync(book, 'utf8').slice(0, 20_000);
    writeFileSync(join(folder, 'short.txt'), text);
    const flags = ['--out', join(folder, 'short'), '--steps', '300', '--engine', 'wasm', '--json'];
    const { code, stdout, stderr } = await run(folder, ['train', 'short.txt', ...flags]);
    assert.equal(code, 0, stderr);
    const lines = jsonLines(stdout);
    const losses = lines.filter(({ event }) => event === 'evaluation').map(({ validation }) => Number(validation));
    assert.ok(losses.length > 2 && losses.every(Number.isFinite), losses.join());
    // As good as any model can be that knows nothing but how frequent each character is in this very text.
    const characters = Array.from(text);
    const shares = [...new Set(characters)].map((one) => characters.filter((other) => other === one).length);
    const orderZero = -shares.reduce((sum, n) => sum + (n / characters.length) * Math.log(n / characters.length), 0);
    const { outcome, validation } = lines.at(-1)!;
    assert.ok(outcome === 'completed' || outcome === 'early stop', String(outcome));
    assert.ok(Number(validation) < orderZero - 0.2, `${String(validation)} nats, ${orderZero} by letters`);
  });

  describe('with a recipe', () => {
    const model = async (name: string) =>
      (await readModel(join(folder, 'told', '.textloom', 'models', name))).description;
    const write = (recipe: object) => {
      mkdirSync(join(folder, 'told', 'drafts'), { recursive: true });
      writeFileSync(join(folder, 'told', 'kept.md'), story(4000, 4));
      writeFileSync(join(folder, 'told', 'drafts', 'left.md'), story(4000, 5));
      writeFileSync(join(folder, 'told', 'textloom.json'), JSON.stringify(recipe));
    };

    it('trains on what textloom.json says, without a path', async () => {
      write({ exclude: ['drafts'], tokenizer: 'word', minutes: 0.01, weights: { 'kept.md': 2 } });
      const { code, stderr } = await run(join(folder, 'told'), ['train', ...small]);
      assert.equal(code, 0, stderr);
      const { corpus, tokenizer, hyperparameters: recipe } = await model('told');
      assert.deepEqual(
        corpus.documents.map(({ name }) => name),
        ['kept.md'],
      );
      assert.equal(tokenizer.kind, 'word');
      assert.deepEqual(recipe.budget, { kind: 'minutes', minutes: 0.01 });
    });

    it('composes text as it says, and prompts too', async () => {
      write({ exclude: ['drafts'], normalization: 'nfc', tokenizer: 'char' });
      const text = `déjà vu ${story(3000, 8)}`.repeat(2);
      writeFileSync(join(folder, 'told', 'kept.md'), text.normalize('NFD'));
      const train = ['train', ...small, '--steps', '5', '--recipe', 'told/textloom.json'];
      const { code, stderr } = await run(folder, [...train, '--name', 'composed']);
      assert.equal(code, 0, stderr);
      const { tokenizer } = await model('composed');
      assert.ok(tokenizer.kind === 'char' && tokenizer.normalization === 'nfc');
      assert.ok(tokenizer.symbols.includes('é') && !tokenizer.symbols.includes('\u0301'));
      const place = join(folder, 'told', '.textloom', 'models', 'composed');
      const written = await Promise.all(
        ['NFC', 'NFD'].map(async (form) => {
          const prompt = 'déjà'.normalize(form);
          const flags = ['generate', '--model', place, '--prompt', prompt, '--length', '30', '--seed', '1', '--json'];
          return jsonLines((await run(folder, flags)).stdout)[0]!;
        }),
      );
      assert.equal(written[1]!['text'], written[0]!['text']);
      assert.deepEqual(written[1]!['unknownCharacters'], []);
      const plain = await run(folder, [...train, '--name', 'as it is', '--normalization', 'none']);
      assert.equal(plain.code, 0, plain.stderr);
      assert.equal((await model('as it is')).tokenizer.normalization, undefined);
    });

    it('takes the one that is named, and flags win', async () => {
      write({ exclude: ['drafts'], tokenizer: 'word' });
      const flags = ['--steps', '2', '--tokenizer', 'char', '--name', 'flags', '--recipe', 'told/textloom.json'];
      const { code, stderr } = await run(folder, ['train', ...small, ...flags]);
      assert.equal(code, 0, stderr);
      assert.equal((await model('flags')).tokenizer.kind, 'char');
    });

    it('that is wrong says where and ends', async () => {
      write({ minutes: 'five' });
      const { code, stderr, stdout } = await run(join(folder, 'told'), ['train']);
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(
        stderr,
        /^textloom: textloom\.json, line 1: "minutes" must be a number, not "five"; mend it[^\n]+\n$/,
      );
    });

    it('that is not there, or comes with paths, is wrong usage', async () => {
      assert.equal((await run(folder, ['train', '--recipe', 'none.json'])).code, 2);
      assert.equal((await run(folder, ['train', 'tales', '--recipe', 'told/textloom.json'])).code, 2);
    });
  });

  it('saves what it has at Ctrl+C, exits with 130, and goes on from there', async function () {
    this.timeout(90_000);
    const out = join(folder, 'interrupted');
    const training = start(folder, ['train', 'tales', '--out', out, '--minutes', '10', ...small, '--json']);
    await training.said('"event":"evaluation"');
    training.process.kill('SIGINT');
    const { code, stdout } = await training.finished;
    assert.equal(code, 130);
    const done = jsonLines(stdout).at(-1)!;
    assert.equal(done['outcome'], 'stopped');
    const steps = (await readModel(join(out, 'tales'))).description.trained.steps;
    const again = start(folder, ['train', 'tales', '--out', out, '--resume', '--threads', '1', '--json']);
    await again.said('"event":"evaluation"');
    again.process.kill('SIGTERM');
    assert.equal((await again.finished).code, 143);
    assert.ok((await readModel(join(out, 'tales'))).description.trained.steps > steps);
  });

  it('ends at a second Ctrl+C whatever its thread does, and leaves no model that has learned nothing', async () => {
    const out = join(folder, 'unheard');
    // One step of this takes many seconds.
    const slow = ['--hidden', '1500', '--layers', '2', '--batch', '64', '--sequence', '512', '--engine', 'wasm'];
    const training = start(folder, ['train', 'tales', '--out', out, '--steps', '10', ...slow, '--json']);
    await training.said('"event":"started"');
    training.process.kill('SIGINT');
    training.process.kill('SIGINT');
    await training.finished;
    assert.equal(training.process.signalCode, 'SIGINT');
    assert.deepEqual(readdirSync(out), []);
  });

  it('ends soon after one Ctrl+C where nothing has been trained yet', async () => {
    const out = join(folder, 'unbegun');
    const slow = ['--hidden', '1500', '--layers', '2', '--batch', '64', '--sequence', '512', '--engine', 'wasm'];
    const training = start(folder, ['train', 'tales', '--out', out, '--steps', '10', ...slow, '--json']);
    await training.said('"event":"started"');
    training.process.kill('SIGINT');
    const { stderr } = await training.finished;
    assert.equal(training.process.signalCode, 'SIGINT');
    assert.equal(stderr, 'textloom: Interrupted before training began; nothing was saved.\n');
    assert.deepEqual(readdirSync(out), []);
  });

  it('goes on for so many minutes more than it has trained', async () => {
    const out = join(folder, 'minutes');
    const training = start(folder, ['train', 'tales', '--out', out, '--minutes', '10', ...small, '--json']);
    await training.said('"event":"evaluation"');
    training.process.kill('SIGINT');
    await training.finished;
    const { seconds } = (await readSnapshot(join(out, 'tales')))!.progress;
    const again = await run(folder, [
      'train',
      '--resume',
      '--minutes',
      '0.02',
      '--out',
      out,
      '--threads',
      '1',
      '--json',
    ]);
    assert.equal(again.code, 0, again.stderr);
    const started = jsonLines(again.stdout).find(({ event }) => event === 'started')!;
    const { budget } = started['recipe'] as { budget: { minutes: number } };
    assert.ok(Math.abs(budget.minutes - (seconds / 60 + 0.02)) < 1e-6, `${budget.minutes} minutes`);
  });

  it('reads text from standard input and from files by the same rules', async () => {
    const out = join(folder, 'streamed');
    const old = iconv.encode(story(6000, 4).replaceAll('e', 'é'), 'windows-1252');
    writeFileSync(join(folder, 'old.txt'), old);
    for (const path of ['-', '/dev/stdin', 'old.txt']) {
      const flags = [
        'train',
        path,
        '--out',
        out,
        '--name',
        `of ${path.replaceAll('/', ' ')}`,
        '--steps',
        '2',
        ...small,
        '--json',
      ];
      const { code, stdout, stderr } = await start(folder, flags, old).finished;
      assert.equal(code, 0, stderr);
      const [corpus] = jsonLines(stdout);
      assert.equal(corpus!['characters'], Array.from(story(6000, 4)).length, path);
      const [{ encoding, files }] = corpus!['encodings'] as [{ encoding: string; files: number }];
      assert.deepEqual([encoding, files], ['windows-1252', 1]);
    }
    const model = join(out, 'of old.txt');
    writeFileSync(join(folder, 'prompt.txt'), iconv.encode('\ufeffé été', 'utf-16le'));
    for (const [file, input] of [
      ['prompt.txt', ''],
      ['-', Buffer.from('é été', 'latin1')],
    ] as const) {
      const flags = ['generate', '--model', model, '--prompt-file', file, '--length', '5', '--json'];
      const { stdout, stderr } = await start(folder, flags, input).finished;
      assert.equal(jsonLines(stdout)[0]!['prompt'], 'é été');
      assert.match(stderr, /was read as (UTF-16 LE|windows-1252)\.\n$/);
    }
    const scored = await start(folder, ['evaluate', '--model', model, 'old.txt', '-', '--json'], old).finished;
    const [file, piped] = jsonLines(scored.stdout);
    assert.equal(piped!['natsPerCharacter'], file!['natsPerCharacter']);
  });

  it('takes a file of a model for the model, and names those of a folder of models', async () => {
    const out = join(folder, 'shelf');
    for (const name of ['one', 'two']) {
      await run(folder, ['train', 'tales', '--out', out, '--name', name, '--steps', '2', ...small]);
    }
    const write = (model: string) => run(folder, ['generate', '--model', model, '--length', '5', '--seed', '1']);
    const { stdout } = await write('shelf/one');
    assert.equal((await write('shelf/one/model.json')).stdout, stdout);
    assert.equal((await write('shelf/one/model.safetensors')).stdout, stdout);
    const { code, stderr } = await write('shelf');
    assert.equal(code, 2);
    assert.match(stderr, /^textloom: shelf holds models and is none: name shelf.one, shelf.two\.\n$/);
  });

  it('has a text end though a rule excludes the ending, and says so where a rule leaves nothing', async () => {
    const out = join(folder, 'ruled');
    await run(folder, ['train', 'tales', '--out', out, '--steps', '60', ...small]);
    const write = (...flags: string[]) =>
      run(folder, ['generate', '--model', join(out, 'tales'), '--seed', '2', ...flags]);
    const line = await write('--characters', 'only aeioudnrst', '--stop', 'line', '--length', '20000', '--json');
    const [{ text, stopped }] = jsonLines(line.stdout) as unknown as [{ text: string; stopped: string }];
    assert.equal(stopped, 'boundary');
    assert.match(text, /^\n*[aeioudnrst]+$/);
    const nothing = await write('--characters', 'only ЖЖЖ');
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /^textloom: The model knows none of the characters[^\n]+\n$/);
  });

  it('tells what goes wrong after Ctrl+C as what it is', async () => {
    const out = join(folder, 'unsaved');
    const training = start(folder, ['train', 'tales', '--out', out, '--minutes', '10', ...small, '--json']);
    await training.said('"event":"evaluation"');
    rmSync(out, { recursive: true });
    writeFileSync(out, 'in the way');
    training.process.kill('SIGINT');
    const { code, stderr } = await training.finished;
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^textloom: [^\n]+\n$/);
    assert.doesNotMatch(stderr, /nothing was saved|before training began/);
  });

  it('goes on after its process was killed', async function () {
    this.timeout(90_000);
    const out = join(folder, 'killed');
    const training = start(folder, ['train', 'tales', '--out', out, '--minutes', '10', ...small, '--json']);
    await training.said('"event":"evaluation"');
    training.process.kill('SIGKILL');
    await training.finished;
    const again = start(folder, ['train', 'tales', '--out', out, '--resume', '--threads', '1', '--json']);
    await again.said('"event":"evaluation"');
    again.process.kill('SIGINT');
    const { stdout } = await again.finished;
    const note = jsonLines(stdout).find(({ event }) => event === 'note');
    assert.match(String(note!['message']), /^Resumed at step \d+, where it was interrupted/);
    assert.ok((await readModel(join(out, 'tales'))).description.trained.steps > 0);
  });

  describe('says in one sentence', () => {
    const fails = async (code: number, message: RegExp, args: readonly string[]) => {
      const finished = await run(folder, args);
      assert.equal(finished.code, code, finished.stderr);
      assert.match(finished.stderr, message);
      assert.equal(finished.stdout, '');
      assert.match(finished.stderr, /^textloom: [^\n]+\n$/);
    };
    before(() => {
      mkdirSync(join(folder, 'empty'));
      writeFileSync(join(folder, 'short.txt'), 'Too short.');
      writeFileSync(join(folder, 'binary.bin'), Buffer.alloc(5000));
      const newer = join(folder, 'newer');
      mkdirSync(newer);
      writeFileSync(join(newer, 'model.json'), '{"formatVersion": 99}');
    });

    const wrong: readonly (readonly [string, RegExp, readonly string[]])[] = [
      ['that there is no such command', /no command "dance"/, ['dance']],
      ['that there is no such flag', /--speed/, ['train', 'tales', '--speed', '9']],
      ['that a flag lacks its value', /--steps/, ['train', 'tales', '--steps']],
      ['that a path is missing', /which files or folders/, ['train']],
      ['that a number is none', /--minutes must be a number/, ['train', 'tales', '--minutes', 'ten']],
      ['that a number is out of range', /from 0 to 0\.9/, ['train', 'tales', '--dropout', '2']],
      ['that a number is not whole', /whole number/, ['train', 'tales', '--hidden', '12.5']],
      ['that a choice is none', /one of auto, char/, ['train', 'tales', '--tokenizer', 'letters']],
      ['that two flags contradict each other', /not both/, ['train', 'tales', '--minutes', '1', '--steps', '5']],
      ['that there is nothing to resume', /no model to resume/, ['train', 'empty', '--resume']],
      ['that the model is missing', /which model/, ['generate']],
      ['what uses a memory has', /reading-along, frozen, off/, ['generate', '--model', 'x', '--memory', 'all']],
      ['that a rule about characters is none', /ascii/, ['generate', '--model', 'x', '--characters', 'some']],
      ['that the prompt file is missing', /There is no none\./, ['generate', '--model', 'x', '--prompt-file', 'none']],
      ['that a path leads nowhere', /There is no nowhere\./, ['train', 'nowhere']],
      ['that one of two paths leads nowhere', /There is no nosuch\.txt\./, ['train', 'tales', 'nosuch.txt']],
      ['that a path to read all the same leads nowhere', /There is no x\./, ['train', 'tales', '--also', 'x']],
      ['that a rule is none', /--keep must be one of ignored, too-large/, ['train', 'tales', '--keep', 'short']],
      ['that a file to score leads nowhere', /There is no x\./, ['score', 'unseen.txt', 'x']],
      ['that a file to look at leads nowhere', /There is no x\./, ['surprise', '--model', 'x', 'x']],
      ['that the files are missing', /which files/, ['evaluate', '--model', 'x']],
      ['that there is nothing to score', /which files/, ['score']],
      ['that there is no model', /no model in/, ['generate', '--model', 'nowhere']],
      ['that there is no model to compare', /no model in/, ['score', 'unseen.txt', '--models', 'nowhere']],
      [
        'that a model is too large',
        /To train 16 layers of 16,384 units takes about [\d,]+ GB, and there are [\d.,]+ GB here: /,
        ['train', 'tales', '--hidden', '16384', '--layers', '16'],
      ],
      ['that one file is meant', /one at a time/, ['surprise', '--model', 'x', 'a', 'b']],
      [
        'that alternatives are no count',
        /not both/,
        ['generate', '--model', 'x', '--count', '2', '--alternatives', '2'],
      ],
    ];
    for (const [what, message, args] of wrong) it(`${what} (2)`, () => fails(2, message, args));

    const failing: readonly (readonly [string, RegExp, readonly string[]])[] = [
      ['that a folder is empty', /no text here/, ['train', 'empty']],
      ['that a text is too short', /at least 2,000 characters/, ['train', 'short.txt']],
      ['that a model is newer', /newer Textloom/, ['evaluate', '--model', 'newer', 'unseen.txt']],
      ['that models cannot be kept there', /could not|may not/, ['train', 'tales', '--out', 'short.txt/models']],
    ];
    for (const [what, message, args] of failing) it(`${what} (1)`, () => fails(1, message, args));
  });

  it('prints an overview, and help for each command', async () => {
    for (const args of [[], ['--help'], ['help', 'train'], ['train', '--help'], ['--version']]) {
      const { code, stdout, stderr } = await run(folder, args);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      assert.ok(stdout.length > 3);
    }
  });

  it('names the engines that are here', async () => {
    const { code, stdout } = await run(folder, ['engines', '--json']);
    assert.equal(code, 0);
    const engines = jsonLines(stdout);
    assert.deepEqual(
      engines.map(({ engine }) => engine),
      ['wasm', 'tensorflow'],
    );
    assert.equal(engines[0]!['available'], true);
  });
});

/** Another text of the same letters. */
function backwards(text: string): string {
  return text.replace(/\w+/g, (word) => Array.from(word).reverse().join(''));
}
