import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CancellationToken, CancellationTokenSource, ResponseError } from 'vscode-jsonrpc';
import type { CorpusSource } from '../../../src/corpus/corpus';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import { endOfDocument } from '../../../src/corpus/tokenizers/tokenizer';
import { locateTensorFlow } from '../../../src/engine/tensorflow/install/locate';
import { freshState } from '../../../src/engine/trainerState';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { BackgroundError } from '../../../src/extension/background/backgroundError';
import { BackgroundProcess, type Crash } from '../../../src/extension/background/backgroundProcess';
import { scoreText } from '../../../src/extension/background/scoreText';
import { defaultSampling } from '../../../src/generation/options';
import type { DocumentText } from '../../../src/generation/readText';
import { Memory, type MemoryUse } from '../../../src/memory/memory';
import { memoryFile, saveMemory } from '../../../src/memory/memoryFile';
import { initialParameters } from '../../../src/model/initialParameters';
import { readModel } from '../../../src/model/modelFolder';
import {
  errorCodes,
  type GenerateResult,
  type InitializeParams,
  protocolVersion,
} from '../../../src/protocol/background';
import type { TrainParams } from '../../../src/protocol/jobs';
import type { ScoredPart } from '../../../src/scoring/textTokens';
import type { TrainingEvent } from '../../../src/training/record/events';
import { advanceRun, type Run } from '../../../src/training/record/run';
import { type Bundle, bundleBackground } from './bundle';

/** A text in a language of few words, learned in a few steps. */
function textOf(characters: number, seed: number): string {
  const words = ['the loom ', 'weaves ', 'a thread, ', 'and the text ', 'goes on.\n'];
  let text = '';
  for (let i = seed; text.length < characters; i = (i * 1103515245 + 12345) % 2147483648) {
    text += words[(i >> 8) % words.length] ?? '';
  }
  return text;
}

function sourceOf(characters: number, documents = 1): CorpusSource {
  return {
    paths: [],
    root: process.cwd(),
    documents: Array.from({ length: documents }, (_, i) => ({
      name: `loom ${i}.txt`,
      text: textOf(characters / documents, 7 + i),
    })),
    filters: { include: [], exclude: [], respectGitignore: true, maximumFileSize: 1e9 },
  };
}

function training(modelsFolder: string, steps: number, name = 'loom'): TrainParams {
  return {
    kind: 'new',
    name,
    modelsFolder,
    corpus: { source: sourceOf(20_000), tokenizer: 'char' },
    hyperparameters: { budget: { kind: 'steps', steps }, hiddenSize: 32, batchSize: 8, sequenceLength: 16, seed: 1 },
  };
}

const parameters: InitializeParams = {
  protocolVersion,
  appVersion: '0.0.0',
  parent: process.pid,
  tensorflowFolders: [],
  settings: { engine: 'wasm', threads: 1, effort: 'full', pauseOnBattery: false, idleSeconds: 0 },
};

/** More steps than any of these tests lasts. */
const endless = 10_000_000;

const tensorflowFolder = locateTensorFlow([
  ...(process.env['TEXTLOOM_TENSORFLOW'] === undefined ? [] : [process.env['TEXTLOOM_TENSORFLOW']]),
  process.cwd(),
  join(process.cwd(), '.cache', 'tensorflow'),
]);

describe('the background process as a whole', function () {
  this.timeout(120_000);
  let bundle: Bundle;
  let folder: string;
  let background: BackgroundProcess;
  let events: TrainingEvent[];
  let crashes: Crash[];
  let lines: string[];
  /** Folder of a model that has been trained. */
  let trained: string;
  /** Whether the kernels that a training uses here pair their vectors. */
  let pairsHere: boolean;

  before(async () => {
    bundle = await bundleBackground();
    folder = mkdtempSync(join(tmpdir(), 'textloom-models-'));
    pairsHere = await pairsVectors(bundle.folder);
    start();
    trained = (await background.train(training(folder, 400, 'trained'))).folder;
    await eventOf('finished');
    await background.stop();
  });

  beforeEach(() => start());

  afterEach(() => background.stop());

  after(async () => {
    await background.stop();
    bundle.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** @param asked in place of some of the parameters */
  function start(asked: Partial<InitializeParams> = {}): void {
    events = [];
    crashes = [];
    lines = [];
    background = new BackgroundProcess(bundle.modulePath, {
      parameters: () => ({ ...parameters, ...asked }),
      log: (line) => void lines.push(line),
      onCrash: (crash) => {
        crashes.push(crash);
        // What the editor does, and the user's press where it asks.
        if (crash.training !== null) void background.train({ kind: 'continue', folder: crash.training, minutes: 0 });
      },
    });
    background.onTraining((event) => events.push(event));
  }

  /** Of each training that the log tells of, whether its kernels pair their vectors. */
  function pairings(): boolean[] {
    return lines.filter((line) => line.startsWith('Training:')).map((line) => line.includes('paired'));
  }

  /** Waits for the next event of a type that hasn't been seen yet, from `since` on. */
  async function eventOf<T extends TrainingEvent['type']>(
    type: T,
    since = 0,
  ): Promise<Extract<TrainingEvent, { type: T }>> {
    for (;;) {
      const found = events.slice(since).find((event) => event.type === type);
      if (found !== undefined) return found as Extract<TrainingEvent, { type: T }>;
      await sleep(10);
    }
  }

  function write(
    model: string,
    characters: number,
    onPiece: (text: string) => void = () => undefined,
    token?: CancellationToken,
  ) {
    const stop = { characters, at: 'none' } as const;
    const params = { folder: model, prompt: 'the loom ', sampling: { ...defaultSampling, seed: 3 }, stop };
    return background.generate(params, onPiece, token);
  }

  function code(expected: number): (error: unknown) => boolean {
    return (error) => {
      assert.ok(error instanceof ResponseError, String(error));
      assert.equal(error.code, expected, error.message);
      return true;
    };
  }

  it('surveys a corpus: files, characters and reasons for what is left out', async () => {
    const summary = await background.perform('survey', { source: sourceOf(5000), tokenizer: 'auto' });
    assert.equal(summary.files, 1);
    assert.ok(summary.characters >= 5000);
  });

  it('counts the lines or blocks of a text in a survey where they are to be its documents', async () => {
    const text = Array.from({ length: 300 }, (_, i) => `name number ${i}\n`).join('');
    const source = { ...sourceOf(1), documents: [{ name: 'names.txt', text }] };
    const itemsOf = async (documents: 'files' | 'lines') =>
      (await background.perform('survey', { source, tokenizer: 'auto', documents })).items;
    assert.equal((await itemsOf('lines'))?.items, 300);
    assert.equal(await itemsOf('files'), undefined);
  });

  it('reads a text from the cache that was trained on before', async () => {
    const cache = mkdtempSync(join(folder, 'cache-'));
    const before = process.env['TEXTLOOM_CACHE'];
    process.env['TEXTLOOM_CACHE'] = cache;
    try {
      const entry = async () => {
        await background.train(training(folder, 2, 'cached'));
        await eventOf('finished', events.length);
        const [name, ...others] = readdirSync(join(cache, 'corpora'));
        assert.deepEqual(others, []);
        return statSync(join(cache, 'corpora', name!, 'training.tokens'));
      };
      const written = await entry();
      const found = await entry();
      assert.deepEqual([found.ino, found.ctimeMs], [written.ino, written.ctimeMs]);
    } finally {
      if (before === undefined) delete process.env['TEXTLOOM_CACHE'];
      else process.env['TEXTLOOM_CACHE'] = before;
    }
  });

  it('trains a model that learns, and tells the whole run', async () => {
    let told: Run | null = null;
    background.onTraining((event) => (told = advanceRun(told, event)));
    const { folder: model } = await background.train(training(folder, 80));
    const { outcome, natsPerCharacter, lstm, frozen, memoryAlone } = await eventOf('finished');
    assert.deepEqual(outcome, { kind: 'completed' });
    assert.ok(natsPerCharacter !== null && natsPerCharacter < 2, `${natsPerCharacter} nats`);
    assert.deepEqual(await background.run(), told);
    assert.equal(events[0]?.type, 'started');
    assert.deepEqual(events[0].engine, { name: 'wasm', threads: 1, reason: 'It was asked for.' });
    const logged = lines.filter((line) => /^Training: .*kernels.*1 thread\. It was asked for\.$/.test(line));
    assert.equal(logged.length, 1, lines.join('\n'));
    const { best, memory } = (await readModel(model)).description;
    assert.equal(best?.natsPerCharacter, lstm);
    assert.deepEqual(
      [memory?.natsPerCharacter, memory?.frozen, memory?.alone],
      [natsPerCharacter, frozen, memoryAlone],
    );
    assert.ok(natsPerCharacter < lstm!, `${natsPerCharacter} and ${lstm} nats`);
  });

  it('writes with a saved model, the same for the same seed', async () => {
    let told = '';
    const first = await write(trained, 200, (piece) => (told += piece));
    assert.equal(first.text, told);
    assert.equal(Array.from(told).length, 200);
    assert.equal((await write(trained, 200)).text, told);
    assert.deepEqual(first.unknownCharacters, []);
  });

  it('names characters of the prompt that the model has never seen', async () => {
    const stop = { characters: 3, at: 'none' } as const;
    const params = { folder: trained, prompt: 'the Loom 😀', sampling: defaultSampling, stop };
    assert.deepEqual((await background.generate(params, () => undefined)).unknownCharacters, ['L', '😀']);
  });

  it('scores each character of a text, and finds its own language less surprising than another', async () => {
    // At once by the model that is warm, and in a thread of its own.
    for (const length of [3000, 9000]) {
      const text = textOf(length, 99);
      const own = await scoreText(background, { folder: trained, text }, undefined);
      assert.equal(own.bits.length, text.length);
      const reversed = Array.from(text).reverse().join('');
      const other = await scoreText(background, { folder: trained, text: reversed }, undefined);
      assert.ok(own.total < other.total, `${own.total} against ${other.total} nats`);
      const sum = own.bits.reduce((all, bits) => all + bits, 0) * Math.LN2;
      assert.ok(Math.abs(sum - own.total) < 0.1, `${sum} and ${own.total} nats`);
    }
  });

  it('scores the parts of a text that are asked for, and no others', async () => {
    for (const length of [3000, 90_000]) {
      const text = textOf(length, 5);
      const whole = await scoreText(background, { folder: trained, text }, undefined);
      const wanted = [
        { start: 10, end: 500 },
        { start: length - 1000, end: length },
      ];
      const parts: ScoredPart[] = [];
      const params = { folder: trained, text, wanted, from: length - 700 };
      await background.perform('score', params, {
        onProgress: (told) => parts.push(...told.parts),
        onStart: (order) => order({ from: length - 600 }),
      });
      const known = new Float32Array(length).fill(NaN);
      for (const { start, bits } of parts) known.set(bits, start);
      known.forEach((bits, unit) => {
        const isWanted = wanted.some(({ start, end }) => unit >= start && unit < end);
        assert.equal(!Number.isNaN(bits), isWanted, `unit ${unit} of ${length}`);
        if (isWanted) assert.ok(Math.abs(bits - whole.bits[unit]!) < 0.1, `unit ${unit} of ${length}`);
      });
    }
  });

  it('turns to where a text is looked at, however early that is said', async () => {
    const text = textOf(90_000, 5);
    const starts: number[] = [];
    await background.perform(
      'score',
      { folder: trained, text, from: 0 },
      {
        onProgress: ({ parts }) => starts.push(...parts.map(({ start }) => start)),
        onStart: (order) => order({ from: 80_000 }),
      },
    );
    const [first] = starts;
    assert.ok(first !== undefined && first >= 80_000, `begins at ${first}`);
  });

  it('remembers by the file beside the weights, and reads along what it is told of a document', async () => {
    const model = join(folder, 'remembering');
    cpSync(trained, model, { recursive: true });
    const { description } = await readModel(model);
    const tokenizer = createTokenizer(description.tokenizer);
    const asked = { folder: model, prompt: 'the loom dor', unit: 'word', count: 50 } as const;
    const chosen = async (memory: MemoryUse, read?: DocumentText) =>
      (await background.choose({ ...asked, memory, ...(read && { read }) })).find(({ text }) => text === 'wena')
        ?.probability ?? 0;
    const document = (text: string): DocumentText => ({ key: 'untitled:1', text, seams: [] });
    const names = 'the dorwena goes on.\n'.repeat(20);
    rmSync(join(model, memoryFile), { force: true });
    assert.equal(await chosen('reading along', document(names)), await chosen('off'), 'there is no memory');

    const memory = new Memory(tokenizer);
    memory.learn([...tokenizer.encode(textOf(20_000, 7)), endOfDocument]);
    await saveMemory(model, memory);
    const [along, frozen, off] = [
      await chosen('reading along', document(names)),
      await chosen('frozen'),
      await chosen('off'),
    ];
    assert.ok(along > 10 * Math.max(frozen, off), `${along} ${frozen} ${off}`);

    const write = async (read: DocumentText) => {
      const sampling = { ...defaultSampling, seed: 5 };
      const stop = { characters: 200, at: 'none' } as const;
      const params = { folder: model, prompt: 'the loom ', sampling, stop, memory: 'reading along', read } as const;
      return (await background.generate(params, () => undefined)).text;
    };
    const longer = document(`${names}the loom `);
    const first = await write(longer);
    const others = await Promise.all([write(document(names)), write(longer), write({ ...longer, key: 'untitled:2' })]);
    assert.deepEqual(others.slice(1), [first, first], 'whatever was read before, and by whom');
    await background.stop();
    start();
    assert.equal(await write(longer), first, 'a new process is told all of it');
  });

  it('gives up a score when cancelled', async () => {
    const scoring = new CancellationTokenSource();
    const text = textOf(3_000_000, 1);
    const options = { token: scoring.token, onProgress: () => scoring.cancel() };
    await assert.rejects(background.perform('score', { folder: trained, text }, options), code(errorCodes.cancelled));
  });

  it('names the likeliest characters to come next', async () => {
    const params = { folder: trained, prompt: 'the loom weaves a thre', count: 3 } as const;
    const [symbol] = await background.choose({ ...params, unit: 'symbol' });
    assert.equal(symbol?.text, 'a');
    const words = await background.choose({ ...params, unit: 'word' });
    assert.equal(words[0]?.text, 'ad');
    assert.ok(words[0].probability <= 1 && words.length <= 3);
  });

  it('writes while it trains', async () => {
    await background.train(training(folder, endless));
    await eventOf('progress');
    let piecesInTraining = 0;
    const { text } = await write(trained, 2000, () => (piecesInTraining += background.state === 'running' ? 1 : 0));
    assert.equal(text.length, 2000);
    assert.ok(piecesInTraining > 0);
    assert.ok(!events.some(({ type }) => type === 'finished'), 'the training goes on');
    await background.control({ type: 'discard' });
  });

  it('writes with the best that a training has reached so far', async () => {
    const { folder: model } = await background.train(training(folder, 1500));
    await eventOf('evaluation');
    // It may be over before a text is, on a fast machine.
    await background.control({ type: 'pause' });
    const early = await write(model, 200);
    await background.control({ type: 'resume' });
    await eventOf('finished');
    const late = await write(model, 200);
    assert.notEqual(early.text, late.text);
  });

  it('names what it has copied, once the corpus of a finished training is indexed', async () => {
    const refrain = 'Row, row, row your boat, gently down the stream; merrily, merrily, life is but a dream.\n';
    const params = training(folder, 300, 'parrot') as Extract<TrainParams, { kind: 'new' }>;
    const source = { ...sourceOf(0), documents: [{ name: 'song.txt', text: refrain.repeat(300) }] };
    const { folder: model } = await background.train({ ...params, corpus: { source, tokenizer: 'char' } });
    await eventOf('finished');
    const greedy = { ...defaultSampling, temperature: 0 };
    const request = {
      folder: model,
      prompt: 'Row, row, ',
      sampling: greedy,
      stop: { characters: 200, at: 'none' },
    } as const;
    let copies: GenerateResult['copies'] = [];
    while (copies.length === 0) ({ copies } = await background.generate(request, () => undefined));
    assert.equal(copies[0]?.document, 'song.txt');
    assert.ok(copies[0].length >= 50);
  });

  // Where set-up could bring it.
  if (tensorflowFolder !== undefined) {
    it('trains with TensorFlow where that is asked for, and writes with the model', async () => {
      const settings = { ...parameters.settings, engine: 'tensorflow' } as const;
      start({ settings, tensorflowFolders: [tensorflowFolder] });
      const { folder: model } = await background.train(training(folder, 150, 'tensor'));
      assert.equal((await eventOf('started')).engine.name, 'tensorflow');
      assert.deepEqual((await eventOf('finished')).outcome, { kind: 'completed' });
      const evaluations = events.filter((event) => event.type === 'evaluation');
      assert.ok(evaluations.at(-1)!.validation < evaluations[0]!.validation);
      assert.equal((await write(model, 50)).text.length, 50);
    });
  }

  it('refuses a second training while it trains, as busy', async () => {
    await background.train(training(folder, endless));
    await assert.rejects(background.train(training(folder, 10)), code(errorCodes.busy));
    await background.control({ type: 'discard' });
    await background.train(training(folder, 10));
    await eventOf('finished', events.length);
  });

  it('obeys pause, resume and stop', async () => {
    const { folder: model } = await background.train(training(folder, endless));
    await background.control({ type: 'pause' });
    const { length } = events;
    assert.equal((await background.run())?.phase, 'paused');
    await sleep(400);
    assert.equal(events.length, length, 'nothing is told while paused');
    await background.control({ type: 'scale rate', factor: 0.5 });
    await background.control({ type: 'resume' });
    await eventOf('progress', length);
    await background.control({ type: 'stop' });
    assert.deepEqual((await eventOf('finished')).outcome, { kind: 'stopped' });
    assert.ok((await readModel(model)).description.best !== null, 'saved before the control is answered');
    await assert.rejects(background.control({ type: 'pause' }), code(errorCodes.noTraining));
  });

  // Where the system tells of it.
  if (process.platform === 'linux') {
    it('uses no processor time while paused', async () => {
      await background.train(training(folder, endless));
      await eventOf('progress');
      await background.control({ type: 'pause' });
      // What the pause has begun, its checkpoint and its collection of garbage, comes to its end first.
      let used = Infinity;
      while (used > 0.1) {
        const before = processorTime(background.id);
        await sleep(1500);
        used = processorTime(background.id) - before;
      }
      await background.control({ type: 'discard' });
    });
  }

  it('repeats the same losses in another process', async () => {
    const losses = async () => {
      const since = events.length;
      await background.train(training(folder, 60, 'repeated'));
      await eventOf('finished', since);
      const evaluations = events.slice(since).filter((event) => event.type === 'evaluation');
      return evaluations.map(({ train, validation }) => [train, validation]);
    };
    const first = await losses();
    await background.stop();
    assert.deepEqual(await losses(), first);
    assert.ok(first.length > 3);
  });

  it('runs quietly and at full speed again while it trains', async () => {
    const settings = { ...parameters.settings, threads: 2 };
    await background.train(training(folder, endless));
    const threads = async (since: number) => (await eventOf('progress', since)).threads;
    await eventOf('progress');
    await background.configure({ ...settings, effort: 'quiet' });
    const { message } = await eventOf('note');
    assert.equal(message, 'Runs quietly: 1 thread.');
    if (process.platform === 'linux') assert.ok(nicenesses(background.id).includes(19));
    assert.equal(await threads(events.length), 1);
    const since = events.length;
    await background.configure(settings);
    assert.equal((await eventOf('note', since)).message, 'Runs at full speed: 2 threads.');
    assert.equal(await threads(events.length), 2);
    await background.control({ type: 'discard' });
  });

  it('discards what a run has written', async () => {
    const { folder: model } = await background.train(training(folder, endless));
    assert.ok(existsSync(model));
    await background.control({ type: 'discard' });
    assert.deepEqual((await eventOf('finished')).outcome, { kind: 'discarded' });
    assert.ok(!existsSync(model));
  });

  it('gives up a survey, a preparation and a text when cancelled', async () => {
    const corpus = { source: sourceOf(10_000_000), tokenizer: 'bpe' } as const;
    const surveying = new CancellationTokenSource();
    const options = { token: surveying.token, onProgress: () => surveying.cancel() };
    await assert.rejects(background.perform('survey', corpus, options), code(errorCodes.cancelled));
    const preparing = new CancellationTokenSource();
    background.onCorpusProgress(({ phase }) => phase === 'tokenising' && preparing.cancel());
    const params = { ...training(folder, 10, 'never'), corpus } as TrainParams;
    await assert.rejects(background.train(params, preparing.token), code(errorCodes.cancelled));
    assert.ok(!existsSync(join(folder, 'never')));
    const writing = new CancellationTokenSource();
    const { stopped } = await write(trained, 1e9, () => writing.cancel(), writing.token);
    assert.equal(stopped, 'cancelled');
    assert.deepEqual(events, []);
  });

  it('says that it has heard where a step takes long, and gives up a start in the middle of one', async function () {
    this.timeout(300_000); // A large model is made and saved, and the process is left while it is in a step.
    // One step of this takes many seconds.
    const long = { hiddenSize: 512, layers: 2, batchSize: 64, sequenceLength: 512 };
    const steps = { budget: { kind: 'steps', steps: 9 }, ...long };
    const slow = { ...training(folder, endless, 'slow'), hyperparameters: steps };
    await background.train(slow as TrainParams);
    await eventOf('baseline');
    const pausing = background.control({ type: 'pause' });
    pausing.catch(() => undefined); // The process ends before it could be obeyed.
    const { kind, message } = await eventOf('note');
    assert.deepEqual([kind, message], ['asked', 'Heard: the pause comes after the step under way.']);
    await background.stop();
    start();
    const givingUp = new CancellationTokenSource();
    background.onCorpusProgress(({ phase }) => phase === 'reading' && setTimeout(() => givingUp.cancel(), 1000));
    const minutes = { budget: { kind: 'minutes', minutes: 5 }, ...long };
    const timed = { ...slow, name: 'never', hyperparameters: minutes };
    await assert.rejects(background.train(timed as TrainParams, givingUp.token), code(errorCodes.cancelled));
    const { folder: next } = await background.train(training(folder, 5, 'next'));
    assert.ok(existsSync(next));
  });

  it('says in a sentence what is wrong with a corpus or a model', async () => {
    const nothing = { ...sourceOf(0), documents: [] };
    const empty = { ...training(folder, 10), corpus: { source: nothing, tokenizer: 'char' } } as TrainParams;
    await assert.rejects(background.train(empty), code(errorCodes.corpus));
    await assert.rejects(write(join(folder, 'absent'), 10), code(errorCodes.model));
    const damaged = mkdtempSync(join(folder, 'damaged-'));
    writeFileSync(join(damaged, 'model.json'), '{');
    await assert.rejects(write(damaged, 10), code(errorCodes.model));
    assert.equal((await write(trained, 10)).text.length, 10, 'and goes on answering');
  });

  it('rejects what is pending when it is killed, and goes on from the newest checkpoint', async () => {
    const { folder: model } = await background.train(training(folder, endless));
    await eventOf('progress');
    await background.control({ type: 'pause' }); // Saves a checkpoint.
    await background.control({ type: 'resume' });
    await eventOf('progress', events.length);
    const saved = await background.run();
    const since = events.length;
    let earlier: Run | null = null;
    background.onEarlier((run) => (earlier = run));
    const pending = write(trained, 1e8, () => {
      if (crashes.length === 0) process.kill(background.id ?? NaN, 'SIGKILL');
    });
    await assert.rejects(pending, BackgroundError);
    const message = 'The background process ended unexpectedly (SIGKILL).';
    assert.deepEqual(crashes, [{ message, training: model, goesOn: false }]);
    const again = await eventOf('started', since);
    assert.equal(again.folder, model);
    assert.ok(again.step > 0);
    assert.deepEqual((earlier as Run | null)?.started.at, saved?.started.at);
    await eventOf('progress', since);
    assert.deepEqual(pairings().slice(-2), [pairsHere, pairsHere], 'being killed says nothing of the experiment');
    assert.ok((await background.run())?.notes.some(({ kind }) => kind === 'restarted'));
    await background.control({ type: 'discard' });
  });

  it('does without the experiment of paired vectors once it has broken down as programs with a fault do', async () => {
    await background.train(training(folder, endless));
    await eventOf('progress');
    const since = events.length;
    process.kill(background.id ?? NaN, 'SIGSEGV');
    await eventOf('progress', since);
    assert.deepEqual(
      crashes.map(({ goesOn }) => goesOn),
      [true],
    );
    assert.deepEqual(pairings().slice(-2), [pairsHere, false]);
    assert.equal(lines.filter((line) => line.includes('without pairing vectors')).length, 1);
    await background.control({ type: 'discard' });
  });

  it('saves what it is training when it is asked to end, for another process to go on', async () => {
    const { folder: model } = await background.train(training(folder, endless));
    await eventOf('progress');
    await background.stop();
    assert.ok(!events.some(({ type }) => type === 'finished'), 'the run is not over');
    const { step } = events.findLast((event) => event.type === 'progress')!;
    const since = events.length;
    await background.train({ kind: 'continue', folder: model, minutes: 0 });
    assert.ok((await eventOf('started', since)).step >= step);
    await background.control({ type: 'discard' });
  });

  it('saves and ends when its parent has gone', async () => {
    const initialize = JSON.stringify(parameters);
    const train = JSON.stringify(training(folder, endless, 'orphaned'));
    const script = join(process.cwd(), 'test/unit/background/servers/parent.js');
    const parent = spawn(process.execPath, [script, bundle.modulePath, initialize, train]);
    const lines = createInterface({ input: parent.stdout });
    let told: { child: number; event: TrainingEvent } | undefined;
    for await (const line of lines) {
      told = JSON.parse(line) as NonNullable<typeof told>;
      if (told.event.type === 'progress') break;
    }
    assert.ok(told?.event.type === 'progress');
    parent.kill('SIGKILL');
    while (isAlive(told.child)) await sleep(20);
    await background.train({ kind: 'continue', folder: join(folder, 'orphaned'), minutes: 0 });
    assert.ok((await eventOf('started')).step >= told.event.step);
    await background.control({ type: 'discard' });
  });
});

/** Seconds of processor time that a process has used, all threads together. */
function processorTime(id = NaN): number {
  const fields = readFileSync(`/proc/${id}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** How far each thread of a process steps back for others. */
function nicenesses(id = NaN): readonly number[] {
  const folder = `/proc/${id}/task`;
  return readdirSync(folder).map((thread) => {
    const fields = readFileSync(join(folder, thread, 'stat'), 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return Number(fields[16]);
  });
}

/** Whether a process is there, and not merely waiting to be fetched by a parent that never does. */
function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    if (process.platform !== 'linux') return true;
    return !/^.*\) Z/s.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Whether an engine loaded in this process goes over to paired vectors when it is to train. */
async function pairsVectors(kernelFolder: string): Promise<boolean> {
  const engine = await loadWasmEngine({ kernelFolder, threads: 1 });
  const architecture = { vocabularySize: 5, embeddingSize: 3, hiddenSize: 4, layers: 1, tied: false };
  const state = freshState(architecture, initialParameters(architecture, 1), 1);
  const dropout = { embedding: 0, hidden: 0, seed: 0 };
  engine.createTrainer(architecture, state, { length: 2, streams: 1, dropout }).dispose();
  engine.dispose();
  return engine.details.includes('paired');
}
