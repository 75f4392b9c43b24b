import fc from 'fast-check';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buildCorpus } from '../../../src/corpus/build';
import { type Corpus, type CorpusOptions, defaultCorpusOptions, type TokenSequence } from '../../../src/corpus/corpus';
import { CorpusCache } from '../../../src/corpus/corpusCache';
import { surveyCorpus } from '../../../src/corpus/survey/survey';
import { prose, sourceOf, verdicts } from './sources';
import { folderWith } from './temporaryFolder';

const options: CorpusOptions = { ...defaultCorpusOptions, minimumCount: 1 };

function idsOf(sequence: TokenSequence): number[] {
  const ids = new Uint16Array(sequence.length);
  sequence.read(0, ids);
  return [...ids];
}

function contentOf({ tokenizer, training, validation, ...rest }: Corpus): unknown {
  return {
    ...rest,
    dispose: null,
    tokenizer: tokenizer.description,
    training: idsOf(training),
    validation: idsOf(validation),
  };
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The folders of entries in a cache, the last used last. */
function entriesIn(cacheFolder: string): string[] {
  const folder = join(cacheFolder, 'corpora');
  return readdirSync(folder).map((name) => join(folder, name));
}

describe('the cache of corpora', () => {
  it('gives back what was built, of files of one byte a token or two', async () => {
    for (const text of [prose(3000), String.fromCodePoint(...Array.from({ length: 3000 }, (_, i) => 0x4e00 + i))]) {
      const cacheFolder = folderWith({});
      const source = sourceOf(folderWith({ 'a.md': text }));
      const built = await buildCorpus(source, options, { cacheFolder });
      const kept = await buildCorpus(source, options, { cacheFolder });
      assert.deepEqual(contentOf(kept), contentOf(built));
      assert.deepEqual(contentOf(built), contentOf(await buildCorpus(source, options)));
    }
  });

  it('is asked before anything is tokenised', async () => {
    const cacheFolder = folderWith({});
    const source = sourceOf(folderWith({ 'a.md': prose(3000) }));
    const built = await buildCorpus(source, options, { cacheFolder });
    const entry = entriesIn(cacheFolder)[0]!;
    const tokens = join(entry, 'training.tokens');
    const bytes = readFileSync(tokens);
    const checksum = sha256(bytes);
    bytes[5] = bytes[5] === 2 ? 3 : 2;
    writeFileSync(tokens, bytes);
    // Kept just so.
    const [, text = ''] = readFileSync(join(entry, 'corpus.json'), 'utf8').split('\n');
    const content = text.replace(checksum, sha256(bytes));
    writeFileSync(join(entry, 'corpus.json'), `${sha256(content)}\n${content}`);
    const kept = await buildCorpus(source, options, { cacheFolder });
    assert.equal(idsOf(kept.training)[5], bytes[5]);
    assert.notEqual(idsOf(built.training)[5], bytes[5]);
  });

  it('finds a corpus by its fingerprint though its files have changed', async () => {
    const cacheFolder = folderWith({});
    const root = folderWith({ 'a.md': prose(3000) });
    const built = await buildCorpus(sourceOf(root), options, { cacheFolder });
    writeFileSync(join(root, 'a.md'), prose(4000, 7));
    const changed = await buildCorpus(sourceOf(root), options, { cacheFolder });
    assert.notEqual(changed.fingerprint, built.fingerprint);
    const cache = new CorpusCache(cacheFolder);
    const found = await cache.open(built.fingerprint, built.tokenizer.description);
    assert.ok(found);
    assert.deepEqual(contentOf(found), contentOf(built));
    assert.equal(await cache.open('0'.repeat(64)), null);
  });

  it('keeps apart what was learned and what had to be kept of a vocabulary', async () => {
    const cacheFolder = folderWith({});
    const source = sourceOf(folderWith({ 'a.md': prose(3000) }));
    const learned = await buildCorpus(source, options, { cacheFolder });
    const vocabulary = { kind: 'char', symbols: ['a', 'b', ' '] } as const;
    const given = await buildCorpus(source, { ...options, vocabulary }, { cacheFolder });
    assert.deepEqual(given.tokenizer.description, vocabulary);
    assert.equal(given.fingerprint, learned.fingerprint);
    const again = [
      await buildCorpus(source, options, { cacheFolder }),
      await buildCorpus(source, { ...options, vocabulary }, { cacheFolder }),
    ];
    assert.deepEqual(again.map(contentOf), [learned, given].map(contentOf));
    const cache = new CorpusCache(cacheFolder);
    assert.deepEqual(
      contentOf((await cache.open(learned.fingerprint, learned.tokenizer.description))!),
      contentOf(learned),
    );
    assert.equal(await cache.open(learned.fingerprint, { kind: 'byte' }), null);
  });

  it('builds a corpus anew whose files were damaged', async () => {
    const source = sourceOf(folderWith({ 'a.md': prose(3000) }));
    const expected = contentOf(await buildCorpus(source, options));
    const damages: ((entry: string) => void)[] = [
      (entry) => truncateSync(join(entry, 'training.tokens'), 100),
      (entry) => rmSync(join(entry, 'validation.tokens')),
      (entry) => rmSync(join(entry, 'corpus.json')),
      (entry) => writeFileSync(join(entry, 'corpus.json'), '{'),
      (entry) => writeFileSync(join(entry, 'corpus.json'), '{"version":0}'),
    ];
    for (const damage of damages) {
      const cacheFolder = folderWith({});
      await buildCorpus(source, options, { cacheFolder });
      damage(entriesIn(cacheFolder)[0]!);
      assert.deepEqual(contentOf(await buildCorpus(source, options, { cacheFolder })), expected);
      assert.deepEqual(contentOf(await buildCorpus(source, options, { cacheFolder })), expected);
    }
  });

  it('notices any bit that has flipped, and any end that is missing, and reads the text again', async () => {
    const source = sourceOf(folderWith({ 'a.md': prose(3000) }));
    const cacheFolder = folderWith({});
    const expected = contentOf(await buildCorpus(source, options, { cacheFolder }));
    const file = fc.constantFrom('training.tokens', 'validation.tokens', 'corpus.json');
    await fc.assert(
      fc.asyncProperty(file, fc.nat(), fc.nat(8), async (name, place, bit) => {
        const path = join(entriesIn(cacheFolder)[0]!, name);
        const bytes = readFileSync(path);
        const at = place % bytes.length;
        if (bit === 8) truncateSync(path, at);
        else {
          bytes[at] = bytes[at]! ^ (1 << bit);
          writeFileSync(path, bytes);
        }
        const { fingerprint } = expected as Corpus;
        assert.equal(await new CorpusCache(cacheFolder).open(fingerprint), null);
        assert.deepEqual(contentOf(await buildCorpus(source, options, { cacheFolder })), expected);
        assert.ok(await new CorpusCache(cacheFolder).open(fingerprint), 'kept anew');
      }),
      { numRuns: 60 },
    );
  });

  it('lets a corpus be built where its folder can not be written', async () => {
    const source = sourceOf(folderWith({ 'a.md': prose(3000) }));
    const cacheFolder = join(folderWith({ 'in the way': 'a file' }), 'in the way');
    const corpus = await buildCorpus(source, options, { cacheFolder });
    assert.deepEqual(contentOf(corpus), contentOf(await buildCorpus(source, options)));
    corpus.dispose();
  });

  it('stays within its size: what was not used for longest goes first, and what was abandoned', async () => {
    const cacheFolder = folderWith({
      [join('corpora', 'old.partial', 'training.tokens')]: 'x',
      [join('corpora', 'new.partial', 'training.tokens')]: 'x',
    });
    const yesterday = Date.now() / 1000 - 90_000;
    utimesSync(join(cacheFolder, 'corpora', 'old.partial'), yesterday, yesterday);
    const corpora: Corpus[] = [];
    for (let seed = 0; seed < 3; seed++) {
      const corpus = await buildCorpus(sourceOf(folderWith({ 'a.md': prose(3000, seed) })), options, { cacheFolder });
      const entry = join(cacheFolder, 'corpora', corpus.fingerprint, 'corpus.json');
      utimesSync(entry, yesterday + seed, yesterday + seed);
      corpora.push(corpus);
    }
    assert.ok(!existsSync(join(cacheFolder, 'corpora', 'old.partial')));
    assert.ok(existsSync(join(cacheFolder, 'corpora', 'new.partial')));
    const [first, second, third] = corpora.map(({ fingerprint }) => join(cacheFolder, 'corpora', fingerprint));
    const size = readdirSync(first!).reduce((sum, name) => sum + statSync(join(first!, name)).size, 0);
    const cache = new CorpusCache(cacheFolder, 2.5 * size);
    assert.ok(await cache.open(corpora[0]!.fingerprint), 'the first is used again, so the second goes');
    const folder = await cache.begin();
    writeTokens(folder!);
    await cache.keep(folder!, { ...corpora[0]!, fingerprint: 'f'.repeat(64) });
    assert.deepEqual(
      [first, second, third].map((entry) => existsSync(entry!)),
      [true, false, true],
    );
    assert.ok(existsSync(join(cacheFolder, 'corpora', 'f'.repeat(64))));
  });

  it('leaves nothing half-done behind when it is cancelled', async () => {
    const cacheFolder = folderWith({});
    const control = new AbortController();
    const report = ({ phase }: { phase: string }) => {
      if (phase === 'tokenising') control.abort();
    };
    const source = sourceOf(folderWith({ 'a.md': prose(3000) }));
    await assert.rejects(buildCorpus(source, options, { cacheFolder, signal: control.signal, report }));
    assert.ok(!existsSync(join(cacheFolder, 'corpora')) || entriesIn(cacheFolder).length === 0);
  });
});

/** Stands for what an encoder writes. */
function writeTokens(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'training.tokens'), 'x');
  writeFileSync(join(folder, 'validation.tokens'), 'x');
}

describe('the memory of surveys', () => {
  const now = Date.now;

  beforeEach(() => {
    // A file that was changed a moment ago isn't trusted to stay as it is.
    Date.now = () => now() + 10_000;
  });

  afterEach(() => {
    Date.now = now;
  });

  const manyFiles = Object.fromEntries(
    Array.from({ length: 250 }, (_, i) => [`${String(i).padStart(3, '0')}.ts`, `// ${i}\n${prose(900, i)}\n`]),
  );
  const files = {
    ...manyFiles,
    'headed-1.ts': '// Copyright X\nlet a;\n',
    'headed-2.ts': '// Copyright X\nlet b;\n',
    'made.ts': '// @generated\n',
    'picture.xyz': '\0',
    'secret.md': `${prose(500)}\npassword = "c0rrectHorse9battery"\n`,
    'copy.ts': manyFiles['000.ts']!,
  };

  async function survey(root: string, cacheFolder: string, paths = [root]) {
    let bytes = 0;
    const result = await surveyCorpus(sourceOf(root, { paths }), {
      cacheFolder,
      report: (progress) => {
        if (progress.phase === 'reading') ({ bytes } = progress);
      },
    });
    return { survey: result, bytes };
  }

  it('reads no file a second time that has not changed, and finds the same', async () => {
    const root = folderWith(files);
    const cacheFolder = folderWith({});
    const first = await survey(root, cacheFolder);
    const second = await survey(root, cacheFolder);
    assert.ok(first.bytes > 200_000);
    assert.equal(second.bytes, 0);
    assert.deepEqual(second.survey, first.survey);
    const fresh = await survey(root, folderWith({}));
    assert.deepEqual(fresh.survey, first.survey);
  });

  it('reads again what has changed, though its size and its time are the same', async () => {
    const root = folderWith(files);
    const cacheFolder = folderWith({});
    await survey(root, cacheFolder);
    const path = join(root, '007.ts');
    const { atime, mtime, size } = statSync(path);
    writeFileSync(path, prose(size, 999));
    utimesSync(path, atime, mtime);
    const second = await survey(root, cacheFolder);
    assert.equal(second.bytes, size);
    const fresh = await survey(root, folderWith({}));
    assert.deepEqual(second.survey, fresh.survey);
  });

  it('does not take what was picked by name for what was walked over', async () => {
    const root = folderWith(files);
    const cacheFolder = folderWith({});
    await survey(root, cacheFolder);
    const made = join(root, 'made.ts');
    assert.deepEqual(verdicts((await survey(root, cacheFolder, [made])).survey), { 'made.ts': 'included' });
    await survey(root, cacheFolder, [made, root]);
    assert.equal(verdicts((await survey(root, cacheFolder)).survey)['made.ts'], 'generated');
  });

  it('remembers nothing of files that changed just now', async () => {
    const moment = now();
    Date.now = () => moment;
    const root = folderWith(files);
    const cacheFolder = folderWith({});
    const first = await survey(root, cacheFolder);
    assert.equal((await survey(root, cacheFolder)).bytes, first.bytes);
  });

  it('is not believed where it is damaged', async () => {
    const root = folderWith(files);
    const cacheFolder = folderWith({});
    const first = await survey(root, cacheFolder);
    const [name] = readdirSync(join(cacheFolder, 'surveys'));
    const file = join(cacheFolder, 'surveys', name!);
    const text = readFileSync(file, 'utf8');
    for (const damaged of [
      '',
      '\n',
      text.slice(0, -1),
      text.slice(0, 500),
      text.replace('"characters":9', '"characters":8'),
    ]) {
      writeFileSync(file, damaged);
      const second = await survey(root, cacheFolder);
      assert.equal(second.bytes, first.bytes);
      assert.deepEqual(second.survey, first.survey);
    }
  });
});
