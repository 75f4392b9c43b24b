import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { summarize, surveyCorpus } from '../../../../src/corpus/survey/survey';
import { sourceOf, verdicts, verdictsIn } from '../sources';
import { folderWith } from '../temporaryFolder';

describe('listing files', () => {
  it('obeys .gitignore at every level, the deeper one first', async () => {
    const root = folderWith({
      '.gitignore': '*.log\n/build/\nnotes/*.txt\n',
      'a.log': 'x',
      'a.md': 'x1',
      'build/out.md': 'x',
      'sub/build/kept.md': 'x2',
      'sub/.gitignore': '!keep.log\nsecretive.md\n',
      'sub/keep.log': 'x3',
      'sub/other.log': 'x',
      'sub/secretive.md': 'x',
      'sub/deep/secretive.md': 'x',
      'sub/deep/fine.md': 'x4',
      'secretive.md': 'x5',
      'notes/a.txt': 'x',
      'notes/deep/a.txt': 'x6',
    });
    assert.deepEqual(await verdictsIn(root), {
      '.gitignore': 'included',
      'a.log': 'ignored',
      'a.md': 'included',
      'build/': 'ignored',
      'notes/a.txt': 'ignored',
      'notes/deep/a.txt': 'included',
      'secretive.md': 'included',
      'sub/.gitignore': 'included',
      'sub/build/kept.md': 'included',
      'sub/deep/fine.md': 'included',
      'sub/deep/secretive.md': 'ignored',
      'sub/keep.log': 'included',
      'sub/other.log': 'ignored',
      'sub/secretive.md': 'ignored',
    });
  });

  it('never goes into an ignored folder, even where a file below is taken back', async () => {
    const root = folderWith({ '.gitignore': 'out/\n!out/kept.md', 'out/kept.md': 'x' });
    assert.equal((await verdictsIn(root))['out/'], 'ignored');
  });

  it('reads .git/info/exclude, and no .gitignore where it is told not to', async () => {
    const root = folderWith({ '.git/info/exclude': 'mine.md\n', '.gitignore': '*.log', 'mine.md': 'x', 'a.log': 'y' });
    assert.deepEqual(await verdictsIn(root), { '.gitignore': 'included', 'a.log': 'ignored', 'mine.md': 'ignored' });
    const all = await verdictsIn(root, { filters: { respectGitignore: false } });
    assert.deepEqual(all, { '.gitignore': 'included', 'a.log': 'included', 'mine.md': 'included' });
  });

  it('counts the .gitignore files above a picked folder', async () => {
    const root = folderWith({
      '.gitignore': '*.log',
      'docs/.gitignore': 'draft.md',
      'docs/en/a.log': 'x',
      'docs/en/draft.md': 'x',
      'docs/en/b.md': 'y',
    });
    const result = await verdictsIn(root, { paths: [join(root, 'docs', 'en')] });
    assert.deepEqual(result, { 'docs/en/a.log': 'ignored', 'docs/en/b.md': 'included', 'docs/en/draft.md': 'ignored' });
  });

  it('counts the .gitignore files of the repository that the folder lies in', async () => {
    const repository = folderWith({
      '.git/info/exclude': 'mine.md',
      '.gitignore': '*.log\n/book/out/',
      'book/.gitignore': 'draft.md',
      'book/one/a.log': 'x',
      'book/one/draft.md': 'x',
      'book/one/mine.md': 'x',
      'book/one/b.md': 'y',
      'book/out/c.log': 'z',
      'book/out/d.md': 'd',
    });
    const expected = { 'a.log': 'ignored', 'b.md': 'included', 'draft.md': 'ignored', 'mine.md': 'ignored' };
    assert.deepEqual(await verdictsIn(join(repository, 'book', 'one')), expected);
    // Opened in spite of the rules, which so don't count.
    assert.deepEqual(await verdictsIn(join(repository, 'book', 'out')), { 'c.log': 'included', 'd.md': 'included' });
    // Of another repository, nothing counts.
    mkdirSync(join(repository, 'book', 'one', '.git'));
    assert.equal((await verdictsIn(join(repository, 'book', 'one')))['a.log'], 'included');
  });

  it('obeys .gitignore and globs in folders outside of the root', async () => {
    const parent = folderWith({
      'a/.gitignore': '*.log\nout/',
      'a/a.log': 'x',
      'a/a.md': 'a',
      'a/out/b.md': 'x',
      'b/.gitignore': 'draft.md',
      'b/draft.md': 'x',
      'b/c.md': 'c',
      'b/c.csv': 'x',
    });
    const paths = [join(parent, 'a'), join(parent, 'b')];
    const root = folderWith({});
    const outside = (name: string) => relative(root, join(parent, name)).replaceAll(sep, '/');
    const result = await verdictsIn(root, { paths, filters: { include: ['*.md', '.gitignore'] } });
    assert.deepEqual(result, {
      [outside('a/.gitignore')]: 'included',
      [outside('a/a.log')]: 'ignored',
      [outside('a/a.md')]: 'included',
      [`${outside('a/out')}/`]: 'ignored',
      [outside('b/.gitignore')]: 'included',
      [outside('b/c.csv')]: 'excluded',
      [outside('b/c.md')]: 'included',
      [outside('b/draft.md')]: 'ignored',
    });
  });

  it('takes what the user picked by name, though git ignores it', async () => {
    const root = folderWith({
      '.gitignore': 'data/\n*.log',
      'data/one.md': 'x',
      'data/.gitignore': 'two.md',
      'data/two.md': 'y',
      'a.log': 'z',
    });
    const result = await verdictsIn(root, { paths: [join(root, 'data'), join(root, 'a.log')] });
    assert.deepEqual(result, {
      'data/.gitignore': 'included',
      'data/one.md': 'included',
      'data/two.md': 'ignored',
      'a.log': 'included',
    });
  });

  it('filters by globs: a bare name at any depth, a folder with all below it', async () => {
    const root = folderWith({
      'a.md': '1',
      'a.txt': '2',
      'x/b.md': '3',
      'x/c.txt': '4',
      'src/d.ts': '5',
      'src/e/f.ts': '6',
      'x/src.md': '7',
    });
    assert.deepEqual(await verdictsIn(root, { filters: { include: ['*.md', 'src'], exclude: ['x/b.md', '**/e'] } }), {
      'a.md': 'included',
      'a.txt': 'excluded',
      'src/d.ts': 'included',
      'src/e/': 'excluded',
      'x/b.md': 'excluded',
      'x/c.txt': 'excluded',
      'x/src.md': 'included',
    });
  });

  it('includes by glob relative to the root also when a folder below is picked', async () => {
    const root = folderWith({ 'docs/en/a.md': '1', 'docs/en/b.txt': '2', 'other/a.md': '3' });
    const result = await verdictsIn(root, {
      paths: [join(root, 'docs', 'en')],
      filters: { include: ['docs/**/*.md'] },
    });
    assert.deepEqual(result, { 'docs/en/a.md': 'included', 'docs/en/b.txt': 'excluded' });
  });

  it("leaves version control, Textloom's own folder and other people's packages alone", async () => {
    const root = folderWith({
      '.git/HEAD': 'x',
      '.textloom/models/m/README.md': 'x',
      'node_modules/p/readme.md': 'x',
      'a.md': 'x',
    });
    assert.deepEqual(await verdictsIn(root), { 'a.md': 'included', 'node_modules/': 'excluded' });
  });

  it('lists each file once, whatever was picked twice', async () => {
    const root = folderWith({ 'a/b.md': 'x' });
    const survey = await surveyCorpus(sourceOf(root, { paths: [join(root, 'a', 'b.md'), join(root, 'a'), root] }));
    assert.deepEqual(
      survey.files.map(({ name }) => name),
      ['a/b.md'],
    );
  });

  it('follows links below what was picked, and comes back from loops', async () => {
    const root = folderWith({ 'a/b.md': 'x', 'c/d.md': 'y' });
    symlinkSync(root, join(root, 'a', 'up'));
    symlinkSync(join(root, 'c', 'd.md'), join(root, 'a', 'linked.md'));
    symlinkSync('../nowhere', join(root, 'a', 'dangling.md'));
    symlinkSync('self', join(root, 'self'));
    assert.deepEqual(await verdictsIn(root), {
      'a/b.md': 'included',
      'a/dangling.md': 'unreadable',
      'a/linked.md': 'included',
      'c/d.md': 'duplicate',
      self: 'unreadable',
    });
  });

  it('follows no link that leads out, to a file or a folder, straight or by another link', async () => {
    const outside = folderWith({ 'far.md': 'far', 'deep/er.md': 'deeper' });
    const root = folderWith({ 'a/b.md': 'x' });
    symlinkSync(outside, join(root, 'away'));
    symlinkSync(join(outside, 'far.md'), join(root, 'a', 'far.md'));
    symlinkSync('away', join(root, 'again'));
    symlinkSync('../away/deep', join(root, 'a', 'deep'));
    symlinkSync('..', join(root, 'above'));
    const expected = {
      'a/b.md': 'included',
      'a/deep/': 'outside',
      'a/far.md': 'outside',
      'above/': 'outside',
      'again/': 'outside',
      'away/': 'outside',
    };
    assert.deepEqual(await verdictsIn(root), expected);
    // The same where a recipe names them besides its folder.
    const also = [join(root, 'a', 'far.md'), join(root, 'away', 'far.md'), join(root, 'a', 'b.md'), root];
    assert.deepEqual(await verdictsIn(root, { paths: also }), { ...expected, 'away/far.md': 'outside' });
  });

  it('reads what was picked by hand wherever it lies, and counts what is outside of the root', async () => {
    const outside = folderWith({ 'far.md': 'far', 'deep/er.md': 'deeper' });
    const root = folderWith({ 'a/b.md': 'x' });
    symlinkSync(join(outside, 'far.md'), join(root, 'far.md'));
    const paths = [join(root, 'a'), join(root, 'far.md'), join(outside, 'deep')];
    const survey = await surveyCorpus(sourceOf(root, { paths }));
    assert.deepEqual(Object.values(verdicts(survey)), ['included', 'included', 'included']);
    assert.equal(summarize(survey).outside, 2);
    assert.equal(summarize(await surveyCorpus(sourceOf(root))).outside, undefined);
    // A root that is itself a link was chosen.
    symlinkSync(root, join(outside, 'root'));
    const linked = await surveyCorpus(sourceOf(join(outside, 'root')));
    assert.deepEqual(verdicts(linked), { 'a/b.md': 'included', 'far.md': 'outside' });
    assert.equal(summarize(linked).outside, undefined);
  });

  it('knows a secret by its own name, whatever links to it are called', async () => {
    const outside = folderWith({ '.env': 'a', id_rsa: 'b', '.aws/config': 'c', 'plain.md': 'plain' });
    const root = folderWith({ '.env': 'd', '.ssh/known.md': 'e', 'b.md': 'x' });
    symlinkSync('.env', join(root, 'notes.txt'));
    symlinkSync('.ssh', join(root, 'docs'));
    const links = { one: '.env', two: 'id_rsa', three: '.aws/config', four: 'plain.md' };
    const picked = Object.entries(links).map(([name, to]) => {
      symlinkSync(join(outside, to), join(root, name));
      return join(root, name);
    });
    const expected = { one: 'secret', two: 'secret', three: 'secret', four: 'included' };
    assert.deepEqual(await verdictsIn(root, { paths: picked }), expected);
    for (const path of picked) rmSync(path);
    const found = await verdictsIn(root);
    assert.equal(found['notes.txt'], 'secret');
    assert.deepEqual(
      Object.keys(found).filter((name) => found[name] === 'included'),
      ['b.md'],
    );
  });

  it('never walks into a model of its own, whatever its folder is called, nor reads what was exported of one', async () => {
    const description = '{"formatVersion":1,"id":"x","appVersion":"0.1.0","architecture":{}}';
    const root = folderWith({
      'a.md': 'x',
      'models/one/model.json': description,
      'models/one/model.safetensors': 'weights',
      'models/one/samples.jsonl': '{"text":"written by itself"}',
      'models/one/deep/notes.md': 'y',
      'models/young/model.json': description,
      'models/young/README.md': 'card',
      'models/.deleted/123/.owner.tmp': '{}',
      'models/.deleted/123/old/model.json': description,
      'models/.deleted/123/old/README.md': 'card',
      'shared.textloom': 'packed',
      'theirs/model.json': '{"layers":[]}',
      'theirs/README.md': 'of another program',
    });
    assert.deepEqual(await verdictsIn(root), {
      'a.md': 'included',
      'models/.deleted/123/.owner.tmp': 'own model',
      'models/.deleted/123/old/': 'own model',
      'models/one/': 'own model',
      'models/young/': 'own model',
      'shared.textloom': 'own model',
      'theirs/README.md': 'included',
      'theirs/model.json': 'included',
    });
    const picked = [join(root, 'models', 'one'), join(root, 'shared.textloom')];
    assert.deepEqual(Object.values(await verdictsIn(root, { paths: picked })), ['own model', 'own model']);
  });

  it('lists a path that is not there as unreadable, and goes on', async () => {
    const root = folderWith({ 'a.md': 'x' });
    const result = await verdictsIn(root, { paths: [join(root, 'gone'), root] });
    assert.deepEqual(result, { gone: 'unreadable', 'a.md': 'included' });
  });

  it('names a file that is its own root', async () => {
    const root = folderWith({ 'a.md': 'x' });
    const file = join(root, 'a.md');
    assert.deepEqual(await verdictsIn(file, { paths: [file] }), { 'a.md': 'included' });
  });

  it('ends with the reason when it is cancelled', async () => {
    const root = folderWith({ 'a.md': 'x' });
    const reason = new Error('enough');
    await assert.rejects(surveyCorpus(sourceOf(root), { signal: AbortSignal.abort(reason) }), reason);
  });

  it('survives a file that goes away between listing and reading', async () => {
    const root = folderWith({ 'a.md': 'x', 'b.md': 'y', 'z.md': 'z' });
    const survey = await surveyCorpus(sourceOf(root), {
      report: ({ phase, files }) => {
        if (phase !== 'listing' || files < 3) return;
        rmSync(join(root, 'b.md'), { force: true });
        writeFileSync(join(root, 'z.md'), 'longer by now');
      },
    });
    assert.deepEqual(verdicts(survey), { 'a.md': 'included', 'b.md': 'unreadable', 'z.md': 'included' });
  });
});
