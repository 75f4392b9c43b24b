import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { bringBack, forgetSetAside, longSetAside, removeSetAside, setAside } from '../../../src/model/deletedModels';
import {
  createModelFolder,
  listModels,
  modelFiles,
  readDescription,
  readModel,
  saveModel,
} from '../../../src/model/modelFolder';
import { identityOf, markFile } from '../../../src/model/ownFolder';
import { UnsafePathError } from '../../../src/model/unsafePath';
import { interfere } from './interference';
import { picture } from './picture';
import { sampleDescription, sampleParameters, withBest } from './sampleModel';

describe('a model that is deleted', () => {
  let root: string;
  let models: string;
  /** Beside the workspace: nothing in it may ever change. */
  let outside: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'textloom-deleted-'));
    models = join(root, 'work', '.textloom', 'models');
    outside = join(root, 'outside');
    mkdirSync(join(outside, 'one'), { recursive: true });
    writeFileSync(join(outside, 'thesis.txt'), 'precious');
    writeFileSync(join(outside, 'one', 'notes.txt'), 'precious');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  async function saved(name: string): Promise<string> {
    const { folder, description } = await createModelFolder(models, sampleDescription(name));
    await saveModel(folder, withBest(description, 10), sampleParameters(10));
    return folder;
  }
  const names = () => readdirSync(models).sort();

  it('is out of sight, and can be brought back', async () => {
    const folder = await saved('one');
    const kept = await setAside(folder);
    assert.deepEqual(await listModels(models), []);
    assert.ok(existsSync(join(kept, modelFiles.weights)));
    assert.equal(await bringBack(kept), folder);
    assert.deepEqual(names(), ['one']);
    assert.deepEqual((await readModel(folder)).parameters, sampleParameters(10));
  });

  it('is out of sight although the empty bin is tidied up meanwhile, as it is when another model has come back', async () => {
    const folder = await saved('one');
    const tidyUp = () => {
      try {
        rmdirSync(join(models, '.deleted'));
      } catch {
        // It isn't there, or holds something.
      }
    };
    for (let at = 0; ; at++) {
      let kept = '';
      const count = await interfere(at, tidyUp, async () => (kept = await setAside(folder)));
      assert.ok(existsSync(join(kept, modelFiles.weights)), `tidied up before operation ${at}`);
      assert.equal(await bringBack(kept), folder);
      assert.deepEqual(names(), ['one']);
      if (at >= count) break;
    }
  });

  it('comes back under another name where its own is taken', async () => {
    const kept = await setAside(await saved('one'));
    await saved('one');
    const back = await bringBack(kept);
    assert.equal(back, join(models, 'one 2'));
    assert.equal((await readDescription(back)).name, 'one 2');
  });

  it('can be one of several of the same name, damaged or not', async () => {
    const first = await setAside(await saved('one'), 1000);
    const folder = await saved('one');
    writeFileSync(join(folder, modelFiles.description), '{');
    const second = await setAside(folder, 1000);
    assert.notEqual(first, second);
    assert.equal(await bringBack(second), folder);
    assert.equal(await bringBack(first), join(models, 'one 2'));
  });

  it('is found when it has been kept for long, and leaves no empty folders', async () => {
    const old = await setAside(await saved('old'), 1000);
    const young = await setAside(await saved('young'), 2000);
    assert.deepEqual(await longSetAside(models, 1500), [old]);
    await removeSetAside(old);
    // As a trash can takes it.
    rmSync(young, { recursive: true });
    await forgetSetAside(young);
    assert.deepEqual(names(), []);
    assert.deepEqual(await longSetAside(join(root, 'nowhere'), 1500), []);
  });

  it('is known by a mark that means nothing in a copy of the folder', async () => {
    const kept = await setAside(await saved('one'), 1000);
    const clone = join(root, 'clone');
    cpSync(join(root, 'work'), clone, { recursive: true });
    assert.deepEqual(await longSetAside(join(clone, '.textloom', 'models'), 1500), []);
    const copied = join(clone, '.textloom', 'models', '.deleted', '1000', 'one');
    await assert.rejects(removeSetAside(copied), UnsafePathError);
    assert.ok(existsSync(join(copied, modelFiles.weights)));
    // Something else in its place isn't it either.
    rmSync(kept, { recursive: true });
    cpSync(join(outside, 'one'), kept, { recursive: true });
    assert.deepEqual(await longSetAside(models, 1500), []);
  });

  it('is all that is removed, whatever else lies beside it or is linked to from there', async () => {
    const kinds = ['outside', 'thesis', 'itself', 'up', 'folder', 'folder of links', 'forged mark', 'file'] as const;
    const entry = fc.record({
      name: fc.oneof(
        fc.nat(2000).map(String),
        fc.constantFrom('', '0x10', '1e3', ' 7', '-5', 'notes', '.1').filter(Boolean),
      ),
      kind: fc.constantFrom(...kinds),
    });
    const entries = fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(entries, async (foreign) => {
        rmSync(models, { recursive: true, force: true });
        const own = await setAside(await saved('one'), 500);
        const bin = join(models, '.deleted');
        const put = foreign.filter(({ name }) => name !== '500');
        for (const { name, kind } of put) place(kind, join(bin, name), outside);
        const before = picture(bin);
        const expired = await longSetAside(models, 10_000);
        assert.deepEqual(expired, [own]);
        for (const { name } of put) {
          await removeSetAside(join(bin, name, 'one')).catch(() => undefined);
          await forgetSetAside(join(bin, name, 'one'));
        }
        await removeSetAside(own);
        assert.deepEqual(
          existsSync(bin) ? picture(bin) : [],
          before.filter(([path]) => !path.startsWith('500')),
        );
        assert.deepEqual(picture(outside), untouched);
      }),
      { numRuns: 60 },
    );
  });

  it('is not looked for behind a link in the place of the whole bin, or of the folder of models', async () => {
    const folder = await saved('one');
    mkdirSync(join(outside, '1000', 'one'), { recursive: true });
    const before = picture(outside);
    symlinkSync(outside, join(models, '.deleted'));
    assert.deepEqual(await longSetAside(models, 1500), []);
    await assert.rejects(setAside(folder), /\.deleted is a link/);
    await assert.rejects(removeSetAside(join(models, '.deleted', '1000', 'one')), UnsafePathError);
    rmSync(join(models, '.deleted'));
    await setAside(folder, 1000);
    renameSync(models, join(root, 'moved'));
    symlinkSync(join(root, 'moved'), models);
    assert.deepEqual(await longSetAside(models, 1500), []);
    assert.deepEqual(picture(outside), before);
  });

  it('is no folder of the same name that takes its place while it is removed', async () => {
    for (let at = 0; ; at++) {
      rmSync(models, { recursive: true, force: true });
      const own = await setAside(await saved('one'), 500);
      const swap = () => {
        const time = dirname(own);
        if (!existsSync(time)) return;
        renameSync(time, `${time}.real`);
        symlinkSync(outside, time);
      };
      const count = await interfere(at, swap, () => removeSetAside(own));
      assert.deepEqual(picture(outside), untouched, `swapped before operation ${at}`);
      if (at >= count) break;
    }
  });
});

/** Of the folder beside the workspace. */
const untouched = [
  ['one', 'folder'],
  [join('one', 'notes.txt'), 'precious'],
  ['thesis.txt', 'precious'],
];

/** Puts something at a path that Textloom hasn't put there. */
function place(kind: string, path: string, outside: string): void {
  switch (kind) {
    case 'outside': {
      symlinkSync(outside, path);
      return;
    }
    case 'thesis': {
      symlinkSync(join(outside, 'thesis.txt'), path);
      return;
    }
    case 'itself': {
      symlinkSync(basename(path), path);
      return;
    }
    case 'up': {
      symlinkSync('..', path);
      return;
    }
    case 'file': {
      writeFileSync(path, 'mine');
      return;
    }
    case 'folder':
      mkdirSync(join(path, 'one'), { recursive: true });
      {
        writeFileSync(join(path, 'one', 'mine.txt'), 'mine');
        return;
      }
    case 'folder of links':
      mkdirSync(path);
      {
        symlinkSync(join(outside, 'one'), join(path, 'one'));
        return;
      }
    default: {
      mkdirSync(path);
      symlinkSync(join(outside, 'one'), join(path, 'one'));
      const model = { name: 'one', identity: identityAt(join(outside, 'one')) };
      const mark = { identity: identityAt(path), process: 1, began: 0, host: hostname(), model };
      writeFileSync(join(path, markFile), JSON.stringify(mark));
    }
  }
}

function identityAt(path: string): string {
  return identityOf(lstatSync(path, { bigint: true }));
}
