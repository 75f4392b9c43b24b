import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCopyIndex } from '../../../src/generation/copies/copyFile';
import { setAside } from '../../../src/model/deletedModels';
import { LineLog, readJsonLines } from '../../../src/model/jsonLines';
import { duplicateModel, moveModel, renameModel } from '../../../src/model/modelChanges';
import {
  createModelFolder,
  listModels,
  modelFiles,
  readModel,
  saveDescription,
  saveModel,
} from '../../../src/model/modelFolder';
import { packModel } from '../../../src/model/packModel';
import { readCorpusManifest } from '../../../src/training/record/corpusManifest';
import { readRun } from '../../../src/training/record/record';
import { lockRun } from '../../../src/training/record/runLock';
import { interfere } from './interference';
import { picture } from './picture';
import { sampleDescription, sampleParameters, withBest } from './sampleModel';

/** In every file outside: it may be found nowhere else. */
const precious = 'precious, and of nobody else';

describe('links in a folder of models', () => {
  let shelf: string;
  let template: string;
  let root: string;
  let work: string;
  let models: string;
  let outside: string;
  let untouched: ReturnType<typeof picture>;
  before(async () => {
    shelf = mkdtempSync(join(tmpdir(), 'textloom-links-'));
    const { folder, description } = await createModelFolder(shelf, sampleDescription('one'));
    const saved = await saveModel(folder, withBest(description, 10), sampleParameters(10));
    await saveDescription(folder, saved);
    for (const name of Object.values(modelFiles)) {
      if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), '{}');
    }
    template = folder;
  });
  after(() => rmSync(shelf, { recursive: true, force: true }));
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'textloom-links-'));
    work = join(root, 'work');
    models = join(work, '.textloom', 'models');
    outside = join(root, 'outside');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** A model, and beside the workspace a folder with the same files, of which nothing may ever change or be told. */
  function fresh(): string {
    for (const path of [work, outside, join(root, 'elsewhere')]) rmSync(path, { recursive: true, force: true });
    const folder = join(models, 'one');
    cpSync(template, folder, { recursive: true });
    mkdirSync(join(outside, 'one'), { recursive: true });
    for (const name of Object.values(modelFiles)) writeFileSync(join(outside, 'one', name), precious);
    untouched = picture(outside);
    return folder;
  }

  const operations: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
    read: readModel,
    list: () => listModels(models),
    rename: (folder) => renameModel(folder, 'two'),
    duplicate: (folder) => duplicateModel(folder, 'copy'),
    move: (folder) => moveModel(folder, join(root, 'elsewhere')),
    'set aside': setAside,
    pack: (folder) => packModel(folder, join(root, 'packed.textloom'), { withTraining: true }),
    save: async (folder) => saveModel(folder, (await readModel(folder)).description, sampleParameters(20)),
    log: (folder) => new LineLog(join(folder, modelFiles.metrics)).add({ step: 1 }),
    lock: async (folder) => (await lockRun(folder)).release(),
    'read logs': async (folder) => [await readJsonLines(join(folder, modelFiles.samples)), await readRun(folder)],
    'read corpus': readCorpusManifest,
    'read copies': readCopyIndex,
  };

  /** What an operation told, as text; empty where it failed. */
  async function told(run: Promise<unknown>): Promise<string> {
    return run.then(
      (result) => JSON.stringify(result ?? null),
      () => '',
    );
  }

  function requireUntouched(what: string): void {
    assert.deepEqual(picture(outside), untouched, what);
    for (const place of [work, join(root, 'elsewhere')]) {
      if (!existsSync(place)) continue;
      for (const [path, content] of picture(place)) assert.ok(!content.includes(precious), `${what}: ${path}`);
    }
  }

  it('are not gone through by anything that is done with a model, whichever of its files they stand for', async () => {
    const links = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom(...Object.values(modelFiles), 'training.lock', '.before', '.model.json.1.tmp'),
        to: fc.constantFrom('FILE', 'FOLDER', 'ITSELF', 'UP', 'NEW'),
      }),
      { selector: ({ name }) => name, minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(links, fc.constantFrom(...Object.keys(operations)), async (list, name) => {
        const folder = fresh();
        for (const { name: own, to } of list) {
          rmSync(join(folder, own), { recursive: true, force: true });
          const targets = {
            FILE: join(outside, 'one', own),
            FOLDER: join(outside, 'one'),
            ITSELF: own,
            UP: '..',
            NEW: join(outside, 'made'),
          };
          symlinkSync(targets[to], join(folder, own));
        }
        assert.ok(!(await told(operations[name]!(folder))).includes(precious), name);
        requireUntouched(name);
        const packed = join(root, 'packed.textloom');
        if (!existsSync(packed)) return;
        for (const [part, bytes] of Object.entries(unzipSync(readFileSync(packed)))) {
          assert.ok(!Buffer.from(bytes).includes(precious), `${part} is packed`);
        }
        rmSync(packed);
      }),
      { numRuns: 80 },
    );
  });

  it('are not gone through in the place of the model, its folder of models, or the hidden folder', async () => {
    for (const [name, operation] of Object.entries(operations)) {
      for (const place of ['.textloom', join('.textloom', 'models'), join('.textloom', 'models', 'one')]) {
        const folder = fresh();
        const guest = join(root, 'guest');
        rmSync(guest, { recursive: true, force: true });
        renameSync(join(work, place), guest);
        symlinkSync(guest, join(work, place));
        const was = picture(guest);
        // What is inside a model's folder is reached by its owner only, who has asked for the model before.
        const isFile = ['log', 'lock', 'read logs', 'read corpus', 'read copies'].includes(name);
        if (isFile) continue;
        await told(operation(folder));
        assert.deepEqual(picture(guest), was, `${name} behind ${place}`);
        assert.deepEqual(existsSync(join(root, 'elsewhere', 'one')), false, name);
      }
    }
  });

  const swaps = [
    ['duplicate', modelFiles.samples],
    ['pack', modelFiles.samples],
    ['rename', modelFiles.description],
  ] as const;
  for (const [name, file] of swaps) {
    it(`are not gone through when one takes the place of ${file} amid "${name}"`, async () => {
      for (let at = 0; ; at++) {
        const folder = fresh();
        const swap = (): void => {
          if (!existsSync(join(folder, file))) return;
          rmSync(join(folder, file));
          symlinkSync(join(outside, 'one', file), join(folder, file));
        };
        const count = await interfere(at, swap, () => operations[name]!(folder));
        requireUntouched(`${name}, ${file} swapped before operation ${at}`);
        const packed = join(root, 'packed.textloom');
        if (existsSync(packed)) assert.ok(!readFileSync(packed).includes(precious), `packed at ${at}`);
        rmSync(packed, { force: true });
        if (at >= count) break;
      }
    });
  }

  it('lead to no model that is listed, and to none that may be changed', async () => {
    const folder = fresh();
    cpSync(folder, join(root, 'theirs'), { recursive: true });
    symlinkSync(join(root, 'theirs'), join(models, 'two'));
    assert.deepEqual(
      (await listModels(models)).map((model) => model.folder),
      [folder],
    );
    await assert.rejects(
      renameModel(join(models, 'two'), 'three'),
      /two is a link, which is not followed: name the folder/,
    );
  });
});
