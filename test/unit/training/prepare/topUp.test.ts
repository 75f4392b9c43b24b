import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCorpus } from '../../../../src/corpus/build';
import { defaultCorpusOptions } from '../../../../src/corpus/corpus';
import type { Engine } from '../../../../src/engine/engine';
import { freshState } from '../../../../src/engine/trainerState';
import { loadWasmEngine } from '../../../../src/engine/wasm/wasm';
import { parameter } from '../../../../src/model/architecture';
import { readDescription, readModel } from '../../../../src/model/modelFolder';
import { Random } from '../../../../src/model/random';
import { TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { prepareContinuation } from '../../../../src/training/prepare/continuation';
import { prepareTraining } from '../../../../src/training/prepare/prepare';
import { topUpWeights } from '../../../../src/training/prepare/topUp';
import type { VocabularyWish } from '../../../../src/training/prepare/warmStart';
import { corpusChange } from '../../../../src/training/record/changes';
import { changeText, compare } from '../../../../src/training/record/corpusChange';
import { readCorpusManifest } from '../../../../src/training/record/corpusManifest';
import { readSnapshot } from '../../../../src/training/record/progress';
import { HeldOutText } from '../../../../src/training/validation/heldOut';
import { story } from '../story';
import { TrainingFixture } from '../trainingFixture';

const document = (name: string, characters: number, hash = name) => ({ name, characters, hash });

describe('a change of text', () => {
  const before = [document('a.md', 600), document('b.md', 200), document('c.md', 200)];

  it('is counted in files and characters', () => {
    const change = compare(before, [document('a.md', 600), document('b.md', 300, 'other'), document('d.md', 100)]);
    assert.deepEqual(change.files, { added: 1, changed: 1, removed: 1, same: 1 });
    assert.equal(change.newShare, 0.2);
    assert.equal(changeText(change), 'at least 20% of its text is new (1 added, 1 changed, 1 removed)');
  });

  it('is none where files were only renamed', () => {
    const change = compare(before, [document('z.md', 600, 'a.md'), ...before.slice(1)]);
    assert.equal(change.newShare, 0);
    assert.deepEqual(change.files, { added: 0, changed: 0, removed: 1, same: 3 });
  });

  it('is no more than what is known of it', () => {
    const told = (...now: Parameters<typeof compare>[1]) => changeText(compare(before, now));
    const [a, b, c] = before as [(typeof before)[0], (typeof before)[0], (typeof before)[0]];
    assert.equal(told(a, b, c, document('d.md', 250)), '20% of its text is new (1 added)');
    assert.equal(told(document('a.md', 660, 'other'), b, c), 'at least 6% of its text is new (1 changed)');
    assert.equal(told(document('a.md', 590, 'other'), b, c), 'some of its text has changed (1 changed)');
    assert.equal(told(a, b), 'some of its text has gone (1 removed)');
  });

  it('has no share of new text where nothing has changed', () => {
    assert.equal(changeText(compare(before, before)), 'its text has not changed');
  });
});

describe('weights of a top-up', () => {
  const old = [document('old.md', 9000)];

  it('have new text come up as often as the old, but not over and over', () => {
    assert.deepEqual(topUpWeights(old, [...old, document('new.md', 3000)]), { 'new.md': 3 });
    assert.deepEqual(topUpWeights(old, [...old, document('new.md', 10)]), { 'new.md': 8 });
    assert.deepEqual(topUpWeights(old, [...old, document('new.md', 3000)], { 'new.md': 0.5 }), { 'new.md': 1.5 });
  });

  it('are the usual ones where nothing is new, or nearly everything', () => {
    assert.deepEqual(topUpWeights(old, old), {});
    assert.deepEqual(topUpWeights(old, [...old, document('new.md', 20_000)], { x: 2 }), { x: 2 });
  });
});

/** Another kind of text, with figures. */
function ledger(characters: number): string {
  let text = '';
  for (let i = 1; text.length < characters; i = (i * 7919 + 13) % 10007) {
    text += `item ${i}: ${i % 7} nets, ${i % 5} lamps; paid ${i % 97} and owed ${i % 89}.\n`;
  }
  return text;
}

/**
 * Text in the letters of a story that can't be told beforehand: each word is drawn anew, so that it costs more than a nat a
 * character, whatever a model has learned.
 */
function babble(characters: number): string {
  const random = Random.seeded(7, 'babble');
  const syllables = [
    'ba',
    'ne',
    'to',
    'gul',
    'mi',
    'sor',
    'wha',
    'dre',
    'ket',
    'yo',
    'ar',
    'il',
    'est',
    'fen',
    'hu',
    'lo',
  ];
  let text = '';
  while (text.length < characters) {
    for (let left = 2 + random.below(3); left > 0; left--) text += syllables[random.below(syllables.length)]!;
    text += random.below(12) === 0 ? '\n' : ' ';
  }
  return text;
}

describe('a top-up', function () {
  this.timeout(60_000);
  let workshop: TrainingFixture;
  let engine: Engine;
  let texts: string;
  beforeEach(async () => {
    engine = await loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 1 });
    // One engine for all: the tests end it.
    workshop = new TrainingFixture(() => ({ ...engineOf(engine), dispose: () => undefined }));
    texts = join(workshop.folder, 'texts');
    mkdirSync(texts);
    writeFileSync(join(texts, 'story.md'), story(60_000));
  });
  afterEach(() => {
    engine.dispose();
    workshop.dispose();
  });

  const filters = { include: [], exclude: [], respectGitignore: true, maximumFileSize: 1e9 };
  const source = () => ({ paths: [texts], root: texts, documents: [], filters });
  const learn = async () => {
    const recipe = {
      hiddenSize: 48,
      embeddingSize: 24,
      sequenceLength: 32,
      batchSize: 32,
      seed: 5,
    } as const;
    const request = { ...workshop.newTraining({ ...recipe, budget: { kind: 'steps', steps: 500 } }), source: source() };
    const job = await prepareTraining(request, workshop.surroundings);
    await train({ ...job, clock: clock() }, new TrainingControls());
    return job.folder;
  };
  /** A hundredth of a second a look, so that a minute is so many steps on any machine. */
  const clock = () => {
    let time = 0;
    return () => (time += 1);
  };
  const goOn = async (folder: string, minutes: number, vocabulary: VocabularyWish = 'keep') => {
    const job = await prepareContinuation(folder, minutes, workshop.surroundings, vocabulary);
    await train({ ...job, clock: clock() }, new TrainingControls());
    return job;
  };
  /** What a model's saved weights make of the held-out end of the story, nats per character. */
  const lossOnStory = async (folder: string) => {
    const { description, parameters } = await readModel(folder);
    const options = { ...defaultCorpusOptions, vocabulary: description.tokenizer };
    const only = { ...source(), paths: [join(texts, 'story.md')] };
    const corpus = await buildCorpus(only, options);
    const { architecture } = description;
    const trainer = engine.createTrainer(architecture, freshState(architecture, parameters, 16), {
      length: 16,
      streams: 16,
      dropout: { embedding: 0, hidden: 0, seed: 0 },
    });
    const loss = await new HeldOutText(corpus, Infinity).scoreWhole(trainer, 16);
    trainer.dispose();
    return loss;
  };
  const spent = async (folder: string) => (await readDescription(folder)).trained.seconds / 60;

  it('learns new text without forgetting the old', async () => {
    const folder = await learn();
    const before = await lossOnStory(folder);
    writeFileSync(join(texts, 'ledger.md'), ledger(12_000));
    const change = await corpusChange(folder);
    assert.deepEqual(change?.files, { added: 1, changed: 0, removed: 0, same: 1 });
    workshop.events.length = 0;
    await goOn(folder, await spent(folder), 'extend');
    const { description } = await readModel(folder);
    const after = await lossOnStory(folder);
    assert.ok(after < before + 0.02, `on the old text, ${before} became ${after}`);
    const [first] = workshop.told('evaluation');
    assert.ok(description.best!.natsPerToken < first!.validation, 'on all the text it got better');
    assert.match(
      workshop.told('note')[0]!.message,
      /^Continued from step 450\. Since then, 17% of its text is new \(1 added\); the vocabulary gets \d+ new tokens\.$/,
    );
    assert.equal((await corpusChange(folder))?.newShare, 0);
  });

  it('has what it knew scored on the text as it is now, so that better weights are kept', async () => {
    const folder = await learn();
    const before = (await readDescription(folder)).best!;
    writeFileSync(join(texts, 'babble.md'), babble(30_000));
    workshop.events.length = 0;
    await goOn(folder, await spent(folder));
    const evaluations = workshop.told('evaluation');
    // A third of the text costs a nat and more a character: none of these can be as low as what the story alone had cost.
    for (const { validation } of evaluations) assert.ok(validation > before.natsPerToken + 0.2, `${validation}`);
    const after = (await readDescription(folder)).best!;
    assert.ok(evaluations[0]!.best && after.step >= evaluations[0]!.step, 'better weights were saved');
  });

  it('keeps the vocabulary where that is wished', async () => {
    const folder = await learn();
    const { tokenizer } = await readDescription(folder);
    writeFileSync(join(texts, 'ledger.md'), ledger(12_000));
    await goOn(folder, 0.01);
    assert.deepEqual((await readDescription(folder)).tokenizer, tokenizer);
    assert.match(openingOf(workshop), /the model keeps its vocabulary\.$/);
  });

  it('adds symbols that are asked for, and what was known stays as it was', async () => {
    const folder = await learn();
    const before = await readModel(folder);
    const job = await prepareContinuation(folder, 0.01, workshop.surroundings, { add: ['é', 'ß', 'a'] });
    const known = before.description.tokenizer;
    const { description, parameters } = await readModel(folder);
    assert.ok(known.kind === 'char' && description.tokenizer.kind === 'char');
    assert.deepEqual(description.tokenizer.symbols, [...known.symbols, 'é', 'ß']);
    const rows = parameter(before.parameters, 'head.weight').data;
    assert.deepEqual(parameter(parameters, 'head.weight').data.slice(0, rows.length), rows);
    await train({ ...job, clock: clock() }, new TrainingControls());
    assert.match(openingOf(workshop), /The vocabulary gets 2 new tokens\.$/);
    assert.equal(
      (await readSnapshot(folder))!.progress.hyperparameters.architecture.vocabularySize,
      known.symbols.length + 4,
    );
  });

  it('is scored anew where the vocabulary grows and the text is the same, so that what is learned then is kept', async () => {
    const folder = await learn();
    writeFileSync(join(texts, 'ledger.md'), ledger(12_000));
    await goOn(folder, 0.01);
    const before = (await readDescription(folder)).best!;
    workshop.events.length = 0;
    await goOn(folder, await spent(folder), 'extend');
    const evaluations = workshop.told('evaluation');
    const after = (await readDescription(folder)).best!;
    assert.ok(evaluations.some(({ best }) => best));
    assert.ok(after.step > before.step, `the best is that of step ${after.step}`);
    assert.ok(workshop.told('finished')[0]!.natsPerCharacter! > 0);
  });

  it('can be discarded, vocabulary and all', async () => {
    const folder = await learn();
    const before = await readDescription(folder);
    writeFileSync(join(texts, 'ledger.md'), ledger(12_000));
    const job = await prepareContinuation(folder, 1, workshop.surroundings, 'extend');
    const controls = new TrainingControls();
    void controls.send({ type: 'discard' });
    await train(job, controls);
    assert.deepEqual(await readDescription(folder), before);
    assert.equal((await readCorpusManifest(folder)).documents?.length, 1);
    assert.equal((await corpusChange(folder))?.files.added, 1);
  });

  it('goes on with its mix of old and new after it was interrupted', async () => {
    const folder = await learn();
    writeFileSync(join(texts, 'ledger.md'), ledger(12_000));
    const controls = new TrainingControls();
    void controls.send({ type: 'suspend' });
    const first = await prepareContinuation(folder, 1, workshop.surroundings, 'extend');
    const tokens = first.corpus.training.length;
    await train(first, controls);
    const second = await prepareContinuation(folder, 0, workshop.surroundings);
    assert.equal(second.corpus.training.length, tokens);
    assert.ok(tokens > 60_000 * 0.9 + 3 * 12_000 * 0.9, `${tokens} tokens`);
    const ending = new TrainingControls();
    void ending.send({ type: 'stop' });
    await train(second, ending);
  });
});

/** An engine as a plain object, so that parts of it can be replaced. */
function engineOf(engine: Engine): Engine {
  return {
    name: engine.name,
    threads: engine.threads,
    details: engine.details,
    createTrainer: (...given) => engine.createTrainer(...given),
    createPredictor: (...given) => engine.createPredictor(...given),
    createScorer: (...given) => engine.createScorer(...given),
    canResize: false,
    resize: () => Promise.resolve(),
    dispose: () => engine.dispose(),
  };
}

/** What the run says of how it goes on. */
function openingOf(workshop: TrainingFixture): string {
  return workshop.told('note').findLast(({ kind }) => kind === 'restarted')!.message;
}
