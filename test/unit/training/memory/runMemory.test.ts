import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createTokenizer } from '../../../../src/corpus/tokenizers/create';
import { endOfDocument } from '../../../../src/corpus/tokenizers/tokenizer';
import { loadWasmEngine } from '../../../../src/engine/wasm/wasm';
import { placeSize } from '../../../../src/memory/contexts';
import { Foretelling, pathOdds } from '../../../../src/memory/foretelling';
import { Memory } from '../../../../src/memory/memory';
import { readMemory, saveMemory } from '../../../../src/memory/memoryFile';
import { mixerFor, readings } from '../../../../src/memory/mixer';
import { type Disk, realDisk } from '../../../../src/model/disk';
import { modelCard } from '../../../../src/model/modelCard';
import { modelFiles, readModel } from '../../../../src/model/modelFolder';
import { monotonicClock } from '../../../../src/training/loop/clock';
import { type LoopControl, TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { prepareContinuation } from '../../../../src/training/prepare/continuation';
import { mendModel } from '../../../../src/training/prepare/mending';
import { prepareTraining } from '../../../../src/training/prepare/prepare';
import type { TrainingJob } from '../../../../src/training/prepare/trainingJob';
import { readSnapshot } from '../../../../src/training/record/progress';
import { story } from '../story';
import { small, TrainingFixture } from '../trainingFixture';
import { watchedEngine } from '../watchedEngine';

const wasm = () => loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 1 });
const engineFor = async () => ({ engine: await wasm(), reason: 'It is quick.' });

const memoryOf = (folder: string) => readFileSync(join(folder, modelFiles.memory));

/** All tokens of a sequence. */
function tokensOf(sequence: TrainingJob['corpus']['training']): Uint16Array {
  const tokens = new Uint16Array(sequence.length);
  sequence.read(0, tokens);
  return tokens;
}

describe('the memory of a training', () => {
  let workshop: TrainingFixture;
  afterEach(() => workshop.dispose());

  const prepare = (text: string, steps: number, documents?: 'lines'): Promise<TrainingJob> => {
    const request = { ...small, hiddenSize: 32, embeddingSize: 16, batchSize: 8 } as const;
    const training = workshop.newTraining({ ...request, budget: { kind: 'steps', steps } }, 'tale', text);
    return prepareTraining({ ...training, ...(documents && { documents }) }, { ...workshop.surroundings, engineFor });
  };

  it('comes with the model, does better than its LSTM alone, and what is told of it is what each token costs', async () => {
    workshop = new TrainingFixture();
    const job = await prepare(story(30_000), 120);
    const [training, heldOut] = [tokensOf(job.corpus.training), tokensOf(job.corpus.validation)];
    const { tokenizer } = job.corpus;
    await train(job, new TrainingControls());
    const { description } = await readModel(job.folder);
    const { best, memory: reached } = description;
    const [told] = workshop.told('finished');
    assert.ok(reached!.natsPerCharacter < best!.natsPerCharacter - 0.2, JSON.stringify([reached, best]));
    assert.deepEqual(
      [told!.natsPerCharacter, told!.frozen, told!.lstm, told!.memoryAlone],
      [reached!.natsPerCharacter, reached!.frozen, best!.natsPerCharacter, reached!.alone],
    );
    assert.match(modelCard(description), /\| Of that \| with its memory; LSTM alone \d/);

    // The same by other means: a memory that learns at once, and the predictor, token after token.
    const { scored } = (await readSnapshot(job.folder))!;
    const memory = new Memory(tokenizer);
    memory.learn(training);
    const engine = await wasm();
    const predictor = engine.createPredictor(description.architecture, scored!);
    const foretelling = new Foretelling(memory.tree, memory.contexts);
    const along = mixerFor(memory.tokenizer.description.kind, 'along');
    const state = new Float32Array(predictor.stateSize);
    const logits = new Float32Array(description.architecture.vocabularySize);
    const place = new Float32Array(placeSize);
    const odds = new Float64Array(32);
    const document = memory.startDocument();
    let [mixed, lstm, counted] = [0, 0, 0];
    for (let at = 1; at < heldOut.length; at++) {
      predictor.next(state, heldOut[at - 1]!, logits);
      memory.contexts.advance(place, heldOut[at - 1]!);
      const depth = pathOdds(memory.tree, logits, heldOut[at]!, odds);
      memory.contexts.read(place);
      if (at > 17) {
        mixed += foretelling.cost(heldOut[at]!, odds, along, memory.corpus, document.table, readings[0]);
        for (let level = 0; level < depth; level++) lstm += Math.log1p(Math.exp(-odds[level]!));
        counted++;
      }
      document.read([heldOut[at]!]);
    }
    engine.dispose();
    const gain = (lstm - mixed) / counted;
    const said = best!.natsPerCharacter - reached!.natsPerCharacter;
    assert.ok(Math.abs(gain - said) < 0.05, `${gain} and ${said}`);
  });

  it('knows the held-out text in the end', async () => {
    workshop = new TrainingFixture();
    const job = await prepare(story(30_000), 20);
    const [training, heldOut] = [tokensOf(job.corpus.training), tokensOf(job.corpus.validation)];
    await train(job, new TrainingControls());
    const { description } = await readModel(job.folder);
    const tokenizer = createTokenizer(description.tokenizer);
    const saved = (await readMemory(job.folder, tokenizer))!;
    const whole = new Memory(tokenizer);
    whole.learn(training);
    const read = async () => {
      await saveMemory(workshop.folder, whole);
      return (await readMemory(workshop.folder, tokenizer))!.corpus.parts;
    };
    assert.notDeepEqual(saved.corpus.parts, await read());
    // It isn't the same document that goes on.
    assert.notEqual(training.at(-1), endOfDocument);
    whole.learn([endOfDocument]);
    whole.learn(heldOut);
    assert.deepEqual(saved.corpus.parts, await read());
    assert.notDeepEqual(saved.along.weights, whole.along.weights, 'its mixers have learned');
  });

  it('is the same, to the byte, and the model too, whether or not the run was interrupted', async () => {
    const results: Buffer[][] = [];
    for (const at of [null, 13, 55]) {
      const controls = new TrainingControls();
      workshop = new TrainingFixture(
        watchedEngine((call, told) => {
          if (call === at) void controls.send({ type: 'suspend' });
          return told;
        }),
      );
      const job = await workshop.prepare(60);
      await train(job, controls);
      assert.equal(existsSync(join(job.folder, modelFiles.memory)), at === null);
      if (at !== null) await train(await workshop.continue(job.folder), new TrainingControls());
      const { parameters } = await readModel(job.folder);
      const weights = [...parameters.values()].map(({ data }) =>
        Buffer.from(data.buffer, data.byteOffset, data.byteLength),
      );
      results.push([memoryOf(job.folder), ...weights]);
      workshop.dispose();
    }
    assert.deepEqual(results[1], results[0]);
    assert.deepEqual(results[2], results[0]);
  });

  const controlled = async (control: LoopControl) => {
    const controls = new TrainingControls();
    let calls = 0;
    workshop = new TrainingFixture(
      watchedEngine((call, told) => {
        calls = call;
        if (call === 70) void controls.send(control);
        return told;
      }),
    );
    const first = await workshop.prepare(40);
    await train(first, new TrainingControls());
    assert.ok(calls < 70);
    const before = memoryOf(first.folder);
    await train(await workshop.continue(first.folder, 10), controls);
    return { before, after: memoryOf(first.folder), description: (await readModel(first.folder)).description };
  };

  it('is kept by a stop, and fitted to what the weights are by then', async () => {
    const { before, after, description } = await controlled({ type: 'stop' });
    assert.ok(description.memory !== undefined);
    assert.notDeepEqual(after, before);
  });

  it('is what it was before, once a training that went on is discarded', async () => {
    const { before, after } = await controlled({ type: 'discard' });
    assert.deepEqual(after, before);
  });

  describe('once it is fitted, reads the held-out text', () => {
    /** Trains until the memory reads that, and sends a control with its first slice. */
    const reading = async (control?: LoopControl) => {
      workshop = new TrainingFixture();
      const controls = new TrainingControls();
      const job = await prepare(story(60_000), 20);
      let isRead = 0;
      const { validation } = job.corpus;
      const read = validation.read.bind(validation);
      const isSlice = (length: number) => length === 2048 || length === validation.length % 2048;
      validation.read = (offset, into) => {
        read(offset, into);
        if (!isFinishing(workshop) || !isSlice(into.length)) return;
        if (isRead++ === 0 && control) void controls.send(control);
      };
      const end = await train(job, controls);
      return { end, folder: job.folder, slices: isRead, all: Math.ceil(validation.length / 2048) };
    };
    const isFinishing = ({ events }: TrainingFixture) =>
      events.some((event) => event.type === 'note' && event.kind === 'finishing');

    it('all of it', async () => {
      const { slices, all } = await reading();
      assert.ok(all > 2 && slices === all, `${slices} of ${all}`);
    });

    it('until a stop gives up the rest', async () => {
      const { end, folder, slices } = await reading({ type: 'stop' });
      assert.deepEqual([end.kind, slices], ['completed', 1]);
      assert.ok(
        (await readModel(folder)).description.memory !== undefined && existsSync(join(folder, modelFiles.memory)),
      );
    });

    it('or a suspension leaves it to the next session', async () => {
      const { end, folder } = await reading({ type: 'suspend' });
      assert.equal(end.kind, 'suspended');
      const { finishing, memory } = (await readModel(folder)).description;
      assert.equal(memory, undefined);
      const job = await prepareContinuation(folder, 0, { ...workshop.surroundings, engineFor });
      assert.equal((await train(job, new TrainingControls())).kind, 'completed');
      const { description } = await readModel(folder);
      assert.ok(finishing !== undefined && description.memory !== undefined);
      assert.deepEqual(description.finishing, finishing);
    });

    it('or a discard removes the model', async () => {
      const { end, folder } = await reading({ type: 'discard' });
      assert.deepEqual([end.kind, existsSync(folder)], ['discarded', false]);
    });
  });

  describe('on a disk', () => {
    const sound: Disk = { ...realDisk };
    afterEach(() => void Object.assign(realDisk, sound));

    it('that has no room for it: the run ends as it does, without it, and says so', async () => {
      workshop = new TrainingFixture();
      const first = await workshop.prepare(40);
      await train(first, new TrainingControls());
      assert.ok((await readModel(first.folder)).description.memory !== undefined);
      realDisk.create = (path, chunks) =>
        path.includes(modelFiles.memory)
          ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
          : sound.create(path, chunks);
      const outcome = await train(await workshop.continue(first.folder), new TrainingControls());
      assert.deepEqual(outcome, { kind: 'completed' });
      const { description } = await readModel(first.folder);
      assert.deepEqual([description.memory, description.finishing], [undefined, { steps: 4 }]);
      assert.equal((await readSnapshot(first.folder))!.progress.standing, 'ended');
      assert.match(workshop.told('note').at(-1)!.message, /^The model is left without its memory\. The disk is full: /);
      const told = workshop.told('finished').at(-1)!;
      assert.deepEqual([told.natsPerCharacter, told.lstm], [description.best!.natsPerCharacter, undefined]);
    });

    it('is there, and the run holds its folder, before any description tells of it', async () => {
      workshop = new TrainingFixture();
      const job = await workshop.prepare(40);
      const saved: [string, boolean][] = [];
      let held = 0;
      const requireHeld = job.lock.requireHeld.bind(job.lock);
      job.lock.requireHeld = () => {
        held = saved.length;
        return requireHeld();
      };
      realDisk.rename = async (from, to) => {
        await sound.rename(from, to);
        const name = basename(to);
        if (name === modelFiles.memory) assert.equal(held, saved.length);
        const told = name === modelFiles.description && readFileSync(to, 'utf8').includes('"memory"');
        saved.push([name, told]);
      };
      await train(job, new TrainingControls());
      const at = saved.findIndex(([name]) => name === modelFiles.memory);
      assert.ok(at > saved.findLastIndex(([name]) => name === modelFiles.weights));
      assert.ok(at >= 0 && saved.findIndex(([, told]) => told) > at, JSON.stringify(saved));
    });
  });

  describe('of an earlier training', () => {
    const memoryLeft = async (folder: string) => [
      existsSync(join(folder, modelFiles.memory)),
      (await readModel(folder)).description.memory !== undefined,
    ];
    const trained = async (clock = monotonicClock) => {
      const job = await workshop.prepare(40);
      await train({ ...job, clock }, new TrainingControls());
      assert.deepEqual(await memoryLeft(job.folder), [true, true]);
      return job.folder;
    };

    it('is gone where the weights have become others and none was fitted to them', async () => {
      let time = 0;
      const clock = () => time;
      const isBetter = () => workshop.told('evaluation').some(({ best, step }) => best && step > 40);
      workshop = new TrainingFixture(
        watchedEngine((_, told) => {
          time += 100;
          return isBetter() ? { ...told, loss: NaN } : told;
        }),
      );
      const folder = await trained(clock);
      const outcome = await train({ ...(await workshop.continue(folder, 0.5)), clock }, new TrainingControls());
      assert.equal(outcome.kind, 'failed');
      assert.ok((await readModel(folder)).description.best!.step > 40);
      assert.deepEqual(await memoryLeft(folder), [false, false]);
    });

    it('is no measure on another text: until it is fitted anew, no description tells of it', async () => {
      for (const vocabulary of ['keep', 'extend'] as const) {
        workshop = new TrainingFixture();
        const folder = await trained();
        const text = `${story(7000, 3)} 12345 ${'#'.repeat(300)}`;
        const fresh = { documents: [{ name: 'tale.txt', text }] };
        const job = await prepareContinuation(folder, 0, workshop.surroundings, vocabulary, fresh);
        assert.equal(job.isNewText, true);
        assert.deepEqual([job.description.memory, (await memoryLeft(folder))[1]], [undefined, false], vocabulary);
        await train(job, new TrainingControls());
        assert.deepEqual(await memoryLeft(folder), [true, true]);
        workshop.dispose();
      }
    });

    it('is no measure for the weights that stand in for damaged ones', async () => {
      workshop = new TrainingFixture();
      const folder = await trained();
      rmSync(join(folder, modelFiles.weights));
      await mendModel(folder);
      assert.equal((await readModel(folder)).description.memory, undefined);
    });
  });

  it('of a list does better than its LSTM alone, and reads its items along as one', async () => {
    workshop = new TrainingFixture();
    const names = story(20_000).split(/[.\n]+/u);
    const job = await prepare(names.map((name) => name.trim()).join('\n'), 120, 'lines');
    assert.ok(job.corpus.heldOutItemRanges !== undefined);
    assert.ok(tokensOf(job.corpus.validation).filter((token) => token === endOfDocument).length > 5);
    await train(job, new TrainingControls());
    const { best, memory } = (await readModel(job.folder)).description;
    assert.ok(memory!.natsPerCharacter < best!.natsPerCharacter, JSON.stringify([memory, best]));
  });
});
