import { build } from 'esbuild';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import { trainOptions } from '../../../src/extension/arguments';
import { UserError } from '../../../src/extension/failure';
import { initialParameters } from '../../../src/model/initialParameters';
import { jsonLinesLimits, parseJsonLines, readJsonLines } from '../../../src/model/jsonLines';
import { createModelFolder, listModels, modelFiles, readDescription, saveModel } from '../../../src/model/modelFolder';
import { PackedModel } from '../../../src/model/packedModel';
import { readRegular, OversizedFileError } from '../../../src/model/regularFile';
import { readRegularTextSync, regularHeadSync } from '../../../src/model/regularFileSync';
import { longestPiece, tokenizerFault, vocabularySizeOf } from '../../../src/model/tokenizerDescription';
import { sampleDescription, sampleParameters, withBest } from './sampleModel';

const megabyte = 2 ** 20;

describe('what a model may hold', () => {
  it('is a tokeniser whose tokens are as short as pieces of text', () => {
    // Each merge joins the one before with itself: 2 to the power of `depth` bytes in one token.
    const doubling = (depth: number) => ({
      kind: 'bpe' as const,
      merges: Array.from({ length: depth }, (_, index): [number, number] => [
        index === 0 ? 2 : 257 + index,
        index === 0 ? 2 : 257 + index,
      ]),
    });
    assert.equal(tokenizerFault(doubling(7)), undefined, '128 bytes');
    for (const depth of [8, 24, 42, 1000]) {
      assert.match(tokenizerFault(doubling(depth)) ?? '', /a token of more than 144 bytes$/);
    }
    assert.match(tokenizerFault({ kind: 'char', symbols: ['a', 'A'.repeat(100_000)] }) ?? '', /not one character$/);
    assert.match(tokenizerFault({ kind: 'char', symbols: ['a', ''] }) ?? '', /not one character$/);
    assert.equal(tokenizerFault({ kind: 'char', symbols: ['a', '😀', '\ud800'] }), undefined);
    assert.match(tokenizerFault({ kind: 'word', words: [''] }) ?? '', /empty or longer than 48/);
    assert.match(tokenizerFault({ kind: 'word', words: ['x'.repeat(longestPiece + 1)] }) ?? '', /longer than 48/);
    assert.equal(tokenizerFault({ kind: 'word', words: ['x'.repeat(longestPiece)] }), undefined);
  });

  it('is byte pairs whose tokens hold no more than the rule says, whatever they are made of', () => {
    const merges = fc.array(fc.tuple(fc.nat(400), fc.nat(400)), { maxLength: 60 });
    fc.assert(
      fc.property(merges, (pairs) => {
        const description = { kind: 'bpe' as const, merges: pairs };
        if (tokenizerFault(description) !== undefined) return;
        const tokenizer = createTokenizer(description);
        for (let token = 2; token < vocabularySizeOf(description); token++) {
          assert.ok(tokenizer.bytesOf(token)!.length <= 3 * longestPiece);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is what can be asked for: sizes have an upper bound', () => {
    for (const name of ['hiddenSize', 'embeddingSize', 'layers', 'streams', 'length', 'steps', 'minutes', 'peakRate']) {
      assert.doesNotThrow(() => trainOptions({ [name]: 1 }));
      assert.throws(() => trainOptions({ [name]: 1e10 }), UserError, name);
    }
  });
});

describe('reading files of a model', () => {
  let root: string;
  let shelf: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'textloom-bounds-'));
    shelf = join(root, '.textloom', 'models');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const saved = async (name: string) => {
    const { folder, description } = await createModelFolder(shelf, sampleDescription(name));
    await saveModel(folder, withBest(description, 1), sampleParameters(1));
    return folder;
  };

  it('stops before what is larger than its kind ever is, in one sentence, and lists the others', async () => {
    await saved('a');
    const large = await saved('b');
    const piped = await saved('c');
    const full = await saved('d');
    truncateSync(join(large, modelFiles.description), 600 * megabyte);
    if (process.platform !== 'win32') {
      rmSync(join(piped, modelFiles.description));
      execFileSync('mkfifo', [join(piped, modelFiles.description)]);
      rmSync(join(full, modelFiles.weights));
      execFileSync('mkfifo', [join(full, modelFiles.weights)]);
    }
    const before = process.memoryUsage().arrayBuffers;
    const listed = await listModels(shelf);
    assert.ok(process.memoryUsage().arrayBuffers - before < 100 * megabyte);
    const told = new Map(listed.map((model) => [model.folder, model.kind === 'damaged' ? model.reason : 'fine']));
    assert.equal(told.size, 4);
    assert.match(
      told.get(large) ?? '',
      /model\.json is 629 MB; Textloom reads at most 17 MB of such a file\. Repair or remove it\.$/,
    );
    if (process.platform !== 'win32') {
      for (const folder of [piped, full]) assert.match(told.get(folder) ?? '', /is a link or no regular file/);
    }
    assert.equal([...told.values()].filter((reason) => reason === 'fine').length, process.platform === 'win32' ? 3 : 1);
  });

  it('lists the others whatever is in the place of a part', async () => {
    await saved('a');
    const names = [modelFiles.description, modelFiles.weights];
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), content, fc.boolean(), async (name, bytes, isFolder) => {
        const folder = await saved('b');
        rmSync(join(folder, name));
        if (isFolder) mkdirSync(join(folder, name));
        else writeFileSync(join(folder, name), bytes);
        const listed = await listModels(shelf);
        assert.ok(listed.some((model) => model.kind === 'model' && model.description.name === 'a'));
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 60 },
    );
  });

  it('holds of logs what a training may have written', async () => {
    const { lines, line } = jsonLinesLimits;
    assert.equal(parseJsonLines('1\n'.repeat(lines + 10)).length, lines);
    assert.deepEqual(parseJsonLines(`1\n"${'x'.repeat(line)}"\n{"to\n2`), [1, 2]);
    const path = join(root, 'metrics.jsonl');
    writeFileSync(path, '1\n');
    assert.deepEqual(await readJsonLines(path), [1]);
    truncateSync(path, jsonLinesLimits.bytes + 1);
    assert.deepEqual(await readJsonLines(path), []);
  });

  it('takes no more of a file than was asked for', async () => {
    const path = join(root, 'text');
    writeFileSync(path, 'héllo');
    assert.equal(readRegularTextSync(path, 6), 'héllo');
    assert.equal(regularHeadSync(path, 1), 'h');
    assert.equal((await readRegular(path, 6)).length, 6);
    await assert.rejects(readRegular(path, 5), OversizedFileError);
    assert.throws(() => readRegularTextSync(path, 5), OversizedFileError);
    if (process.platform === 'win32') return;
    const pipe = join(root, 'pipe');
    execFileSync('mkfifo', [pipe]);
    assert.throws(() => readRegularTextSync(pipe, 5));
    assert.throws(() => regularHeadSync(pipe, 5));
    await assert.rejects(PackedModel.open(pipe), /no regular file/);
  });

  it('takes at most twice the size of a model in memory', async function () {
    this.timeout(60_000);
    const program = join(root, 'readModel.js');
    const entryPoints = ['test/unit/model/programs/readModel.ts'];
    await build({ entryPoints, outfile: program, bundle: true, platform: 'node', logLevel: 'silent' });
    const architecture = { vocabularySize: 5, embeddingSize: 512, hiddenSize: 1500, layers: 1, tied: false };
    const sample = sampleDescription('large');
    const wide = { ...sample, architecture, hyperparameters: { ...sample.hyperparameters, architecture } };
    const { folder, description } = await createModelFolder(shelf, wide);
    await saveModel(folder, withBest(description, 1), initialParameters(architecture, 1));
    const size = statSync(join(folder, modelFiles.weights)).size;
    assert.ok(size > 40 * megabyte, `${size}`);
    const told = JSON.parse(
      execFileSync(process.execPath, ['--expose-gc', program, folder], { encoding: 'utf8' }),
    ) as Record<'most' | 'peak' | 'tensors', number>;
    assert.ok(told.tensors > 0 && told.most > size, JSON.stringify(told));
    assert.ok(told.most <= 2 * size, JSON.stringify({ ...told, size }));
    assert.equal((await readDescription(folder)).name, 'large');
  });
});
