import assert from 'node:assert/strict';
import { isWithin } from '../../../src/base/paths';
import { exactGlob } from '../../../src/corpus/select/exactGlob';
import { Glob } from '../../../src/corpus/select/globPattern';
import { globFilter } from '../../../src/corpus/select/globs';
import { excludeGlobs, languageGlob } from '../../../src/extension/corpus/globs';
import { commonFolder, corpusName } from '../../../src/extension/corpus/roots';
import { itemsTitle, nothingText, skippedLines, summaryTitle } from '../../../src/extension/corpus/summaryText';
import { nameFault, uniqueName } from '../../../src/model/modelName';
import { emptySummary } from './events';

describe('exclude settings', () => {
  it('count where they are on without a condition', () => {
    const files = { '**/.git': true, '**/old': false, '**/*.js': { when: '$(basename).ts' } };
    assert.deepEqual(excludeGlobs(files, { '**/.git': true, '**/dist': true }), ['**/.git', '**/dist']);
  });

  it('name every file of a language, and none of another', () => {
    const globOf = (language: string) => {
      const glob = new Glob(languageGlob(language), { ignoresCase: false });
      return (path: string) => glob.matches(path);
    };
    const md = globOf('md');
    assert.ok(md('a/b.md') && md('b.md'));
    assert.ok(!md('b.mdx') && !md('amd'));
    const make = globOf('Makefile');
    assert.ok(make('Makefile') && make('x/Makefile'));
    assert.ok(!make('x/Makefile.am'));
    const odd = globOf('c++');
    assert.ok(odd('a.c++') && !odd('a.c'));
  });
});

describe('a glob of a path', () => {
  const matches = (path: string, other: string) => {
    const filters = { include: [], exclude: [exactGlob(path)], respectGitignore: true, maximumFileSize: 1 };
    return globFilter(filters).excludes(other);
  };

  it('matches that path and nothing else', () => {
    for (const path of ['docs', 'a.md', 'x/[y] {z}.md', 'q?!(x)*', 'sub/docs']) {
      assert.ok(matches(path, path), path);
      assert.ok(!matches(path, `other/${path}`), path);
    }
    assert.ok(matches('docs/', 'docs'));
    assert.ok(!matches('a?.md', 'ab.md'));
  });
});

describe('folders of a corpus', () => {
  it('have the deepest one in common', () => {
    assert.equal(commonFolder([]), undefined);
    assert.equal(commonFolder(['/a/b']), '/a/b');
    assert.equal(commonFolder(['/a/b', '/a/b/c']), '/a/b');
    assert.equal(commonFolder(['/a/b/c', '/a/bc']), '/a');
    assert.equal(commonFolder(['/a', '/b']), '/');
  });

  it('hold what lies below them', () => {
    assert.ok(isWithin('/a/b', '/a') && isWithin('/a', '/a') && isWithin('/a/..b', '/a'));
    assert.ok(!isWithin('/ab', '/a') && !isWithin('/', '/a'));
    assert.equal(corpusName('/a/b/c.md', '/a'), 'b/c.md');
    assert.equal(corpusName('/x/c.md', '/a'), '/x/c.md');
  });
});

describe('a summary in words', () => {
  const summary = {
    ...emptySummary,
    skipped: [
      { reason: 'binary', files: 1, examples: ['a.png'] },
      { reason: 'secret', files: 3, examples: ['.env', 'b', 'c', 'd'] },
    ],
  } as const;

  it('counts files and characters', () => {
    assert.equal(summaryTitle({ ...summary, files: 34, characters: 1_200_000 }), '34 files, 1.2 million characters');
  });

  it('says what lists are made of, with the files where there are others', () => {
    const list = { unit: 'blocks', separator: '', items: 120, files: 2, characters: 9000, noun: 'tunes' } as const;
    const title = (files: number) => itemsTitle({ ...summary, files, characters: 10_000, items: list });
    assert.equal(title(2), '120 tunes, with blank lines between them, 10,000 characters');
    assert.equal(title(3), '3 files, 10,000 characters; 120 tunes, with blank lines between them');
    assert.equal(itemsTitle({ ...summary, files: 2, characters: 10_000 }), '2 files, 10,000 characters');
  });

  it('says what was left out and why, most first', () => {
    assert.deepEqual(skippedLines(summary), [
      { label: '3 files left out: secret', detail: '.env, b, c' },
      { label: '1 file left out: binary', detail: 'a.png' },
    ]);
  });

  it('says why there is nothing', () => {
    assert.match(nothingText(summary), /3 files left out: secret/);
    assert.match(nothingText(emptySummary), /empty/);
  });
});

describe('names of models', () => {
  it('are made different from those that there are', () => {
    assert.equal(uniqueName('tales', []), 'tales');
    assert.equal(uniqueName('tales', ['Tales', 'tales 2']), 'tales 3');
    assert.equal(uniqueName('  ', []), 'model');
  });

  it('are refused with a reason where no folder can have them', () => {
    assert.equal(nameFault('tales', ['other']), undefined);
    for (const wrong of ['', '  ', 'a/b', 'a\\b', 'a\u0000', '.hidden', 'end.', 'con', 'x'.repeat(61), 'TALES']) {
      assert.equal(typeof nameFault(wrong, ['tales']), 'string', wrong);
    }
  });
});
