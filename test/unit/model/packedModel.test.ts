import fc from 'fast-check';
import { strFromU8, unzipSync, type Zippable, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asItWrites } from '../../../src/model/asItWrites';
import { encodeDescription } from '../../../src/model/description';
import { ModelError } from '../../../src/model/modelError';
import { createModelFolder, modelFiles, readDescription, readModel, saveModel } from '../../../src/model/modelFolder';
import { manifestFile, packageVersion, PackedModel } from '../../../src/model/packedModel';
import { packModel } from '../../../src/model/packModel';
import { encodeSafetensors } from '../../../src/model/safetensors';
import { unpackModel } from '../../../src/model/unpackModel';
import { sampleDescription, sampleParameters, withBest } from './sampleModel';

type Files = Record<string, Uint8Array>;

describe('a packed model', () => {
  let root: string;
  let models: string;
  let file: string;
  let folder: string;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'textloom-packed-'));
    models = join(root, 'other', '.textloom', 'models');
    file = join(root, 'sample.textloom');
    const made = await createModelFolder(join(root, 'models'), sampleDescription());
    ({ folder } = made);
    await saveModel(folder, withBest(made.description, 10), sampleParameters(3));
    writeFileSync(join(folder, modelFiles.metrics), '{"step":10}\n'.repeat(500));
    writeFileSync(join(folder, modelFiles.samples), '{"text":"ab"}\n');
    writeFileSync(
      join(folder, modelFiles.checkpoint),
      Buffer.concat(encodeSafetensors({ tensors: new Map(), metadata: {} })),
    );
    writeFileSync(join(folder, modelFiles.corpus), '{"source":"/home/me"}');
    writeFileSync(join(folder, 'training.lock'), '{}');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** What the archive of a good pack holds, to be changed by a test. */
  async function contents(): Promise<Files> {
    await packModel(folder, file);
    return { ...unzipSync(readFileSync(file)) };
  }

  /** Writes an archive of these files, with a manifest that is right for them, but for what a test changes in it. */
  function repack(
    files: Files,
    change: (manifest: { formatVersion: number; files: object[] }) => void = () => undefined,
  ) {
    const rest = Object.entries(files).filter(([name]) => name !== manifestFile);
    const entries = rest.map(([name, bytes]) => {
      return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    });
    const manifest = { format: 'textloom model', formatVersion: packageVersion, files: entries };
    change(manifest);
    const archive: Zippable = { ...Object.fromEntries(rest), [manifestFile]: Buffer.from(JSON.stringify(manifest)) };
    writeFileSync(file, zipSync(archive));
  }

  async function refused(message: RegExp, fault = 'damaged'): Promise<void> {
    await assert.rejects(unpackModel(file, models), (error) => {
      assert.ok(error instanceof ModelError, String(error));
      assert.equal(error.fault, fault);
      assert.match(error.message, message);
      assert.match(error.message, /^[^\n]+$/);
      return true;
    });
    assert.deepEqual(existsSync(models) ? readdirSync(models) : [], [], 'nothing is left behind');
    const elsewhere = readdirSync(root).filter((name) => !['models', 'other', 'sample.textloom'].includes(name));
    assert.deepEqual(elsewhere, [], 'nothing is written elsewhere');
  }
  it('is the same model again when it is unpacked', async () => {
    const shares: number[] = [];
    const bytes = await packModel(folder, file, { onProgress: (share) => shares.push(share) });
    assert.equal(readFileSync(file).length, bytes);
    assert.equal(shares.at(-1), 1);
    const { folder: unpacked, description } = await unpackModel(file, models);
    assert.equal(unpacked, join(models, 'sample'));
    const [one, other] = [await readModel(folder), await readModel(unpacked)];
    assert.deepEqual(other.description, one.description);
    assert.deepEqual(other.description, description);
    assert.deepEqual(other.parameters, one.parameters);
    assert.equal(readFileSync(join(unpacked, modelFiles.metrics), 'utf8'), '{"step":10}\n'.repeat(500));
    assert.equal(readFileSync(join(models, '..', '.gitignore'), 'utf8'), '*\n');
  });

  it('leaves out what belongs to this machine, unless that is asked for', async () => {
    await packModel(folder, file);
    const always = ['README.md', manifestFile, 'metrics.jsonl', 'model.json', 'model.safetensors', 'samples.jsonl'];
    assert.deepEqual(Object.keys(unzipSync(readFileSync(file))).sort(), always.sort());
    await packModel(folder, file, { withTraining: true });
    const all = Object.keys(unzipSync(readFileSync(file)));
    assert.deepEqual(all.sort(), [...always, 'corpus.json', 'training.safetensors'].sort());
    const plain = await unpackModel(file, models);
    assert.ok(!existsSync(join(plain.folder, modelFiles.corpus)));
    const whole = await unpackModel(file, models, { withTraining: true });
    assert.equal(readFileSync(join(whole.folder, modelFiles.corpus), 'utf8'), '{"source":"/home/me"}');
  });

  describe('whose model has a memory', () => {
    const content = Buffer.from('pieces of the text');
    beforeEach(() => writeFileSync(join(folder, modelFiles.memory), content));
    const memoryOf = (place: string) =>
      existsSync(join(place, modelFiles.memory)) ? readFileSync(join(place, modelFiles.memory)) : null;

    it('holds it only where that is asked for, and is imported either way', async () => {
      for (const withTraining of [false, true]) {
        await packModel(folder, file, { withTraining });
        assert.ok(!readFileSync(file).includes(content), 'no piece of the text is in it');
        const without = await unpackModel(file, models);
        assert.deepEqual([memoryOf(without.folder), without.memory], [null, 'none']);
        await packModel(folder, file, { withTraining, withMemory: true });
        const whole = await unpackModel(file, models);
        assert.deepEqual([memoryOf(whole.folder), whole.memory], [content, 'whole']);
        for (const each of [without, whole]) {
          assert.deepEqual((await readModel(each.folder)).parameters, (await readModel(folder)).parameters);
        }
      }
    });

    it('is told by its weights alone wherever its memory is not', async () => {
      const memory = { natsPerCharacter: 1.1, frozen: 1.2, alone: 1.5 };
      const scored = { ...withBest(sampleDescription(), 10), memory };
      const { revision } = await saveModel(folder, scored, sampleParameters(3));
      const best = scored.best!;
      const figure = async (place: string) => {
        const read = (await readModel(place)).description;
        assert.deepEqual(await readDescription(place), read);
        return asItWrites(read)?.natsPerCharacter;
      };
      const card = (place: string) => readFileSync(join(place, modelFiles.card), 'utf8');
      assert.equal(await figure(folder), memory.natsPerCharacter);

      await packModel(folder, file);
      const files = unzipSync(readFileSync(file));
      assert.doesNotMatch(strFromU8(files['model.json']!), /"memory"/);
      assert.doesNotMatch(strFromU8(files[modelFiles.card]!), /with its memory/);
      const without = await unpackModel(file, models);
      assert.deepEqual([without.description.memory, await figure(without.folder)], [undefined, best.natsPerCharacter]);
      assert.doesNotMatch(card(without.folder), /with its memory/);
      // The weights carry a copy, which stands in where model.json is damaged.
      writeFileSync(join(without.folder, modelFiles.description), 'torn');
      assert.equal(await figure(without.folder), best.natsPerCharacter);
      assert.equal((await readDescription(without.folder)).revision, revision);

      await packModel(folder, file, { withMemory: true });
      const packed = { ...unzipSync(readFileSync(file)) };
      const whole = await unpackModel(file, models);
      assert.deepEqual([whole.memory, await figure(whole.folder)], ['whole', memory.natsPerCharacter]);
      assert.match(card(whole.folder), /with its memory/);
      const unsound = await unpackModel(file, models, { isSoundMemory: () => Promise.resolve(false) });
      assert.deepEqual([unsound.memory, await figure(unsound.folder)], ['damaged', best.natsPerCharacter]);
      assert.equal(unsound.description.memory, undefined);
      assert.doesNotMatch(card(unsound.folder), /with its memory/);

      // As older versions packed it: the description tells of a memory that isn't there.
      const older = Object.fromEntries(Object.entries(packed).filter(([name]) => name !== modelFiles.memory));
      repack(older);
      const opened = await PackedModel.open(file);
      assert.equal((await opened.description()).memory, undefined);
      await opened.close();
      const taken = await unpackModel(file, models);
      assert.deepEqual([taken.description.memory, await figure(taken.folder)], [undefined, best.natsPerCharacter]);
      assert.doesNotMatch(readFileSync(join(taken.folder, modelFiles.description), 'utf8'), /"memory"/);
    });

    it('is imported without it where it has changed on the way, or makes no sense for the model', async () => {
      await packModel(folder, file, { withMemory: true });
      const good = { ...unzipSync(readFileSync(file)) };
      const changed = readFileSync(file);
      changed[changed.indexOf(content) + 3]! ^= 1;
      writeFileSync(file, changed);
      const one = await unpackModel(file, models);
      assert.deepEqual([memoryOf(one.folder), one.memory], [null, 'damaged']);
      const packed = await PackedModel.open(file);
      await packed.verify();
      await packed.close();
      repack(good, (manifest) => {
        const memory = manifest.files.find((each) => 'name' in each && each.name === modelFiles.memory);
        Object.assign(memory!, { sha256: '0'.repeat(64) });
      });
      assert.equal((await unpackModel(file, models)).memory, 'damaged');
      repack(good);
      const asked: string[] = [];
      const isSoundMemory = async (place: string, { id }: { readonly id: string }) => {
        asked.push(`${id} ${memoryOf(place)?.toString() ?? ''}`);
        return Promise.resolve(false);
      };
      const other = await unpackModel(file, models, { isSoundMemory });
      assert.deepEqual([memoryOf(other.folder), other.memory], [null, 'damaged']);
      assert.deepEqual(asked, [`${other.description.id} ${content.toString()}`]);
      assert.equal((await unpackModel(file, models, { isSoundMemory: () => Promise.resolve(true) })).memory, 'whole');
    });
  });

  it('is a ZIP archive that other programs read', async () => {
    const files = await contents();
    const manifest = JSON.parse(strFromU8(files[manifestFile]!)) as { files: { name: string; sha256: string }[] };
    for (const { name, sha256 } of manifest.files) {
      assert.equal(createHash('sha256').update(files[name]!).digest('hex'), sha256);
      assert.deepEqual(Buffer.from(files[name]!), readFileSync(join(folder, name)));
    }
  });

  it('is read without being unpacked', async () => {
    await packModel(folder, file);
    const packed = await PackedModel.open(file);
    try {
      assert.equal((await packed.description()).name, 'sample');
      assert.equal(await packed.text(modelFiles.samples), '{"text":"ab"}\n');
      assert.equal(await packed.text(modelFiles.corpus), undefined);
      assert.equal(packed.holdsTraining, false);
      let bytes = 0;
      await packed.verify((read) => (bytes = read));
      assert.equal(
        bytes,
        packed.files.reduce((sum, each) => sum + each.bytes, 0),
      );
    } finally {
      await packed.close();
    }
  });

  it('gets a name that is free, and its card is written anew', async () => {
    const files = await contents();
    files['README.md'] = Buffer.from('[click](command:evil)');
    repack(files);
    const names = [];
    for (let i = 0; i < 3; i++) names.push((await unpackModel(file, models)).description.name);
    assert.deepEqual(names, ['sample', 'sample 2', 'sample 3']);
    assert.match(readFileSync(join(models, 'sample', 'README.md'), 'utf8'), /A small LSTM language model/);
    const named = await unpackModel(file, models, { name: '../../mine' });
    assert.equal(named.folder, join(models, 'mine'));
  });

  it('is not written where there are no weights', async () => {
    const empty = await createModelFolder(join(root, 'models'), sampleDescription('empty'));
    await assert.rejects(packModel(empty.folder, file), /no weights yet/);
    assert.ok(!existsSync(file));
  });

  it('is not there when packing was given up, and neither is what was being unpacked', async () => {
    const signal = AbortSignal.abort(new Error('given up'));
    await assert.rejects(packModel(folder, file, { signal }), /given up/);
    assert.deepEqual(readdirSync(root), ['models']);
    await packModel(folder, file);
    await assert.rejects(unpackModel(file, models, { signal }), /given up/);
    assert.deepEqual(readdirSync(models), []);
  });

  it('tells a folder that cannot be written from a file that cannot be read', async () => {
    await assert.rejects(packModel(folder, join(root, 'nowhere', 'x.textloom')), /its folder has gone/);
    await assert.rejects(PackedModel.open(join(root, 'nothing')), /nothing could not be read/);
  });

  describe('of somebody else is refused', () => {
    const escapes = ['../escape.txt', '/tmp/escape.txt', 'a/b.txt', '..\\escape.txt', 'C:\\escape.txt', 'model.json/'];
    for (const name of [...escapes, 'evil.js', 'training.lock', 'MODEL.JSON', 'model.json\0.txt']) {
      it(`where it holds ${JSON.stringify(name)}`, async () => {
        const files = await contents();
        repack({ ...files, [name]: Buffer.from('x') });
        await refused(/its manifest makes no sense/);
        repack({ ...files, [name]: Buffer.from('x') }, (manifest) => manifest.files.pop());
        await refused(/has no place in a model/);
      });
    }

    it('where it unpacks to far more than it is', async () => {
      const files = await contents();
      repack({ ...files, [modelFiles.metrics]: new Uint8Array(40 * 2 ** 20) });
      await refused(/absurd size/);
    });

    it('where an entry unpacks to more than it claims, or to less', async () => {
      for (const claimed of [10, 7000]) {
        const files = await contents();
        repack(files);
        const archive = readFileSync(file);
        const entry = directoryEntry(archive, modelFiles.metrics);
        archive.writeUInt32LE(claimed, entry + 24);
        writeFileSync(file, archive);
        await refused(/has not the size/);
        repack(files, (manifest) => {
          const metrics = manifest.files.find((each) => 'name' in each && each.name === modelFiles.metrics);
          Object.assign(metrics!, { bytes: claimed });
        });
        const lying = readFileSync(file);
        lying.writeUInt32LE(claimed, directoryEntry(lying, modelFiles.metrics) + 24);
        writeFileSync(file, lying);
        await refused(claimed === 10 ? /more than it claims/ : /shorter than it claims/);
      }
    });

    it('where entries share their bytes', async () => {
      repack(await contents());
      const archive = readFileSync(file);
      const weights = archive.readUInt32LE(directoryEntry(archive, modelFiles.weights) + 42);
      archive.writeUInt32LE(weights, directoryEntry(archive, modelFiles.samples) + 42);
      writeFileSync(file, archive);
      await refused(/overlap/);
    });

    it('where it is encrypted, packed in another way, split or torn', async () => {
      repack(await contents());
      const good = readFileSync(file);
      const changed = (change: (archive: Buffer, entry: number) => void) => {
        const archive = Buffer.from(good);
        change(archive, directoryEntry(archive, modelFiles.samples));
        writeFileSync(file, archive);
      };
      changed((archive, entry) => archive.writeUInt16LE(1, entry + 8));
      await refused(/encrypted/);
      changed((archive, entry) => archive.writeUInt16LE(14, entry + 10));
      await refused(/not known here/);
      changed((archive) => archive.writeUInt16LE(1, archive.length - 18));
      await refused(/split/);
      changed((archive, entry) => archive.writeUInt32LE(0, entry));
      await refused(/torn/);
      writeFileSync(file, good.subarray(0, good.length - 30));
      await refused(/no ZIP archive/);
      writeFileSync(file, 'A letter to my mother.');
      await refused(/no ZIP archive/);
      writeFileSync(file, '');
      await refused(/no ZIP archive/);
    });

    it('where it is another archive', async () => {
      writeFileSync(file, zipSync({ 'word/document.xml': Buffer.from('<x/>') }));
      await refused(/it holds no "manifest.json"/);
    });

    it('where it was packed by a newer Textloom', async () => {
      repack(await contents(), (manifest) => (manifest.formatVersion = 99));
      await refused(/newer Textloom/, 'newer');
    });

    it('where a checksum is wrong', async () => {
      repack(await contents(), (manifest) => Object.assign(manifest.files[1]!, { sha256: '0'.repeat(64) }));
      await refused(/checksum/);
    });

    it('where the model in it is none', async () => {
      const good = await contents();
      const description = withBest(sampleDescription(), 10);
      const tensors = sampleParameters();
      tensors.get('head.bias')!.data[0] = Number.NaN;
      const notANumber = Buffer.concat(encodeSafetensors({ tensors, metadata: {} }));
      const faulty: readonly (readonly [RegExp, Files])[] = [
        [/not JSON/, { [modelFiles.description]: Buffer.from('{') }],
        [/not a number/, { [modelFiles.weights]: notANumber }],
        [/safetensors/, { [modelFiles.weights]: Buffer.from('x'.repeat(100)) }],
        [
          /differ in size/,
          {
            [modelFiles.description]: Buffer.from(
              encodeDescription({ ...description, tokenizer: { kind: 'char', symbols: ['a'] } }),
            ),
          },
        ],
      ];
      for (const [message, parts] of faulty) {
        repack({ ...good, ...parts });
        await refused(message);
      }
      const without = Object.entries(good).filter(([name]) => name !== modelFiles.weights);
      repack(Object.fromEntries(without));
      await refused(/no weights/);
    });

    it('or is what it was, whatever bytes of it were changed', async () => {
      await packModel(folder, file);
      const good = readFileSync(file);
      const model = await readModel(folder);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
          async (changes) => {
            const archive = Buffer.from(good);
            for (const [at, value] of changes) archive[at] = value;
            writeFileSync(file, archive);
            try {
              const unpacked = await unpackModel(file, models);
              const { parameters, description } = await readModel(unpacked.folder);
              assert.deepEqual(parameters, model.parameters);
              assert.deepEqual({ ...description, name: '' }, { ...model.description, name: '' });
            } catch (error) {
              assert.ok(error instanceof ModelError, String(error));
            }
          },
        ),
        { numRuns: 200 },
      );
      assert.deepEqual(
        readdirSync(models).filter((name) => name.startsWith('.')),
        [],
      );
    });
  });
});

/** Where the directory of an archive tells of an entry. */
function directoryEntry(archive: Buffer, name: string): number {
  for (let at = 0; ; at++) {
    at = archive.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]), at);
    assert.ok(at >= 0, `${name} is in the directory`);
    const length = archive.readUInt16LE(at + 28);
    if (archive.toString('utf8', at + 46, at + 46 + length) === name) return at;
  }
}
