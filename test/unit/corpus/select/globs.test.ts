import fc from 'fast-check';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IgnoreRules, largestIgnoreFile, slashed } from '../../../../src/corpus/select/gitignore';
import { globFault, longestGlob, usableGlobs } from '../../../../src/corpus/select/globLimits';
import { Glob } from '../../../../src/corpus/select/globPattern';
import { globFilter } from '../../../../src/corpus/select/globs';
import { parseRecipe } from '../../../../src/corpus/select/recipe/recipeFile';
import { readSettings } from '../../../../src/extension/settings';

const caseful = { ignoresCase: false } as const;
const matches = (pattern: string, path: string) => new Glob(pattern, caseful).matches(path);

/** All that a pattern's groups stand for. */
function withoutGroups(pattern: string): readonly string[] {
  const group = /\{([^{}]*)\}|@\(([^()]*)\)/.exec(pattern);
  if (group === null) return [pattern];
  const rest = pattern.slice(group.index + group[0].length);
  const alternatives = group[1]?.split(',') ?? group[2]?.split('|') ?? [];
  return alternatives.flatMap((one) => withoutGroups(pattern.slice(0, group.index) + one + rest));
}

function pathMatches(patterns: readonly string[], names: readonly string[]): boolean {
  const [pattern, ...others] = patterns;
  if (pattern === undefined) return names.length === 0;
  if (pattern === '**') return names.some((_, index) => pathMatches(others, names.slice(index))) || others.length === 0;
  const [name, ...below] = names;
  if (name === undefined) return false;
  // A folder is among what is in it.
  if (below.length === 0 && others.length === 1 && others[0] === '**') return nameMatches(pattern, name);
  return nameMatches(pattern, name) && pathMatches(others, below);
}

function nameMatches(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  const [, piece = '', rest = ''] = /^(\[[^\]]*\]|.)(.*)$/.exec(pattern) ?? [];
  if (piece === '*') return nameMatches(rest, name) || (name !== '' && nameMatches(pattern, name.slice(1)));
  const isOne = piece === '?' || (piece.startsWith('[') ? new RegExp(piece).test(name[0] ?? '') : piece === name[0]);
  return name !== '' && isOne && nameMatches(rest, name.slice(1));
}

/** Patterns that make a matcher with backtracking try everything, and paths that nearly match them. */
const parts = fc.constantFrom(
  '*',
  '**',
  '**/',
  '?',
  'a',
  'aa',
  'b',
  '/',
  '{a,aa}',
  '{*,a*}',
  '*(a|aa)',
  '+(*a)',
  '[ab]',
  '@(',
);
const hostile = fc.oneof(
  fc.array(parts, { minLength: 1, maxLength: 300 }).map((all) => all.join('')),
  fc.tuple(parts, fc.integer({ min: 1, max: 300 })).map(([part, times]) => part.repeat(times)),
  fc.integer({ min: 1, max: 15 }).map((depth) => `${'+(*(a|'.repeat(depth)}b${'))'.repeat(depth)}c`),
);
const nearly = fc
  .tuple(fc.constantFrom('a', 'aa/', 'ab', 'a/b/'), fc.integer({ min: 1, max: 500 }))
  .map(([part, times]) => `${part.repeat(times)}!`);

describe('a glob', () => {
  it('matches as globs do', () => {
    const table: readonly (readonly [pattern: string, yes: readonly string[], no: readonly string[]])[] = [
      ['*.md', ['a.md', '.md', '.hidden.md'], ['a/b.md', 'a.mdx', 'md']],
      ['**/*.md', ['a.md', 'a/b.md', 'a/.b/c.md'], ['a.mdx']],
      ['docs/**', ['docs', 'docs/a', 'docs/a/b'], ['docsx', 'a/docs']],
      ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'a/b/c']],
      ['a**b', ['ab', 'axxb'], ['a/b']],
      ['**', ['a', 'a/b', ''], []],
      ['?.txt', ['a.txt'], ['ab.txt', '.txt', '/.txt']],
      ['[a-c]x', ['ax', 'cx'], ['dx', 'x', '/x']],
      ['[!a-c]x', ['dx', '-x'], ['ax', '/x', 'x']],
      ['[]a]', [']', 'a'], ['[', 'b']],
      ['[[:digit:]_]', ['5', '_'], ['a', ':']],
      ['{a,b/c}*', ['a', 'a1', 'b/c2'], ['b', 'c']],
      ['*.{js,{j,t}sx}', ['a.js', 'a.jsx', 'a.tsx'], ['a.ts']],
      ['{a/**,b}', ['a', 'a/x', 'b'], ['b/x']],
      ['{a}', ['{a}'], ['a']],
      ['a{b', ['a{b'], ['ab']],
      ['a[b', ['a[b'], ['ab']],
      ['x@(a|b)?(c)', ['xa', 'xbc'], ['x', 'xab']],
      ['+(ab)', ['ab', 'abab'], ['', 'aba']],
      ['*(ab)c', ['c', 'ababc'], ['ac']],
      ['f(1).txt', ['f(1).txt'], ['f1.txt']],
      ['\\*\\{a\\}', ['*{a}'], ['x{a}']],
    ];
    for (const [pattern, yes, no] of table) {
      for (const path of yes) assert.ok(matches(pattern, path), `${pattern} ${path}`);
      for (const path of no) assert.ok(!matches(pattern, path), `${pattern} not ${path}`);
    }
    assert.ok(new Glob('Ä[A-C]*.MD', { ignoresCase: true }).matches('äbÉ.md'));
  });

  it('matches as its parts do, tried one after the other', () => {
    const piece = fc.constantFrom('*', '?', 'a', 'b', '.', '[ab]', '[^a]', '{a,b.a}', '@(a|b)');
    const segment = fc.oneof(
      { weight: 1, arbitrary: fc.constant('**') },
      {
        weight: 4,
        arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((all) => all.join('').replace(/\*+/g, '*')),
      },
    );
    const name = fc.array(fc.constantFrom('a', 'b', '.'), { minLength: 1, maxLength: 4 }).map((all) => all.join(''));
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.array(path, { maxLength: 20 }),
        (all, paths) => {
          const pattern = all.join('/');
          const plain = withoutGroups(pattern);
          for (const each of paths) {
            const expected = plain.some((alternative) => pathMatches(alternative.split('/'), each.split('/')));
            assert.equal(matches(pattern, each), expected, `${pattern} ${each}`);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('costs no more than its length times that of the path, whatever both are', () => {
    fc.assert(
      fc.property(hostile, nearly, (pattern, path) => {
        fc.pre(globFault(pattern) === undefined);
        const glob = new Glob(pattern, caseful);
        assert.ok(glob.size <= 6 * pattern.length + 2, `${glob.size} states of ${pattern.length} characters`);
        glob.matches(path);
        // Without this the end alone would have told.
        new Glob(`${pattern}*`, caseful).matches(path);
        assert.ok(glob.steps <= (path.length + 1) * glob.size, `${glob.steps} steps`);
        const ignoring = new Glob(pattern, { ...caseful, git: true });
        ignoring.matches(path);
        assert.ok(ignoring.steps <= (path.length + 1) * ignoring.size);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused in one sentence where it is too long or means nothing', () => {
    assert.match(globFault('*'.repeat(longestGlob + 1)) ?? '', /^is longer than 1000 characters$/);
    assert.equal(globFault('*'.repeat(longestGlob)), undefined);
    assert.equal(globFault('a'.repeat(4000)), undefined, 'a path may be long');
    assert.match(globFault('a'.repeat(10_000)) ?? '', /longer/);
    assert.ok(matches(`${'{a,'.repeat(300)}b${'}'.repeat(300)}`.slice(0, 10_000), 'b'), 'groups nest as they like');
    for (const pattern of ['!a', 'x/!(a|b)']) assert.match(globFault(pattern) ?? '', /^uses "!"/, pattern);
    const wrong = JSON.stringify({ exclude: ['ok', '!x'] });
    assert.throws(() => parseRecipe(wrong), /line 1: "exclude\.1" must be another glob: it uses "!", .*; mend it or/);
    const many = JSON.stringify({ include: Array.from({ length: 1001 }, (_, index) => `${index}`) });
    assert.throws(() => parseRecipe(many), /"include" must name no more than 1000 globs/);
    const { settings, faults } = readSettings((name) => (name === 'corpus.exclude' ? ['a', '!b'] : undefined));
    assert.deepEqual(settings['corpus.exclude'], ['a']);
    assert.match(faults.join(), /^textloom\.corpus\.exclude is \["a","!b"\], which is not valid; using \["a"\]\.$/);
  });

  it('of a list counts as far as all of them together are bounded', () => {
    const long = `*${'a'.repeat(998)}*`;
    assert.equal(usableGlobs(Array.from({ length: 500 }, () => long)).length, 100);
    const filter = globFilter({ include: [], exclude: ['!a', 'b'], respectGitignore: true, maximumFileSize: 1 });
    assert.ok(filter.excludes('b') && !filter.excludes('a') && !filter.excludes('c'));
  });
});

describe('a .gitignore', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'textloom-ignore-'));
    execFileSync('git', ['init', '--quiet'], { cwd: root });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** What git ignores of paths whose folders it doesn't. */
  const byGit = (text: string, paths: readonly string[]): ReadonlySet<string> => {
    writeFileSync(join(root, '.gitignore'), text);
    const options = { cwd: root, input: paths.join('\0'), stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'] };
    try {
      const told = execFileSync('git', ['check-ignore', '--no-index', '--stdin', '-z'], options);
      return new Set(told.toString('utf8').split('\0').filter(Boolean));
    } catch (error) {
      // It ends with 1 where nothing is ignored.
      assert.equal((error as { status?: number }).status, 1, String(error));
      return new Set();
    }
  };

  it('means what it means to git', function () {
    this.timeout(60_000);
    const paths = [
      'a',
      'b',
      'ab',
      'a b',
      'a ',
      '#a',
      '!a',
      'a/a',
      'a/b',
      'b/a',
      'b/ab',
      'b/a/b',
      'a/b/c/b',
      '[a',
      '.a',
      'b/.a',
    ];
    const piece = fc.constantFrom('a', 'b', '*', '**', '?', '/', '[ab]', '[!a]', '.', '\\a', '[', ' ', '{a,b}', '\\ ');
    const line = fc.tuple(
      fc.constantFrom('', '', '', '!', '#', '\\#', '\\!', '/', '**/'),
      fc.array(piece, { maxLength: 5 }),
      fc.constantFrom('', '', '/', '/**', '/*', ' ', '\\'),
    );
    const text = fc.array(
      line.map(([start, all, end]) => start + all.join('') + end),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(text, (lines) => {
        // Stars beside something else are regular ones by its manual, but not always by its code.
        fc.pre(!lines.some((each) => /[^/!]\*\*|\*\*[^/]/.test(each)));
        const content = lines.join('\n');
        const ignored = byGit(content, paths);
        const rules = IgnoreRules.parse(content, '', null);
        const isIgnored = (path: string): boolean => {
          const folders = path.split('/').map((_, depth, all) => all.slice(0, depth).join('/'));
          return folders.slice(1).some((folder) => rules.ignores(`${folder}/`)) || rules.ignores(path);
        };
        for (const path of paths) assert.equal(isIgnored(path), ignored.has(path), JSON.stringify({ content, path }));
      }),
      { numRuns: 400 },
    );
  });

  it('is bounded: long lines, and what is beyond the bounds of a large file, are left unread', () => {
    const rules = IgnoreRules.parse(`${'*a'.repeat(1000)}\nb\n${' '.repeat(100_000)}x\n`, '', null);
    assert.ok(rules.ignores('b') && !rules.ignores('a'.repeat(200)));
    // A last line that is cut would say more than it does: "sec" of "secret".
    const lines = (count: number) => '.env\n'.repeat(count);
    const filler = lines(Math.floor(largestIgnoreFile / 5) - 2);
    for (const cut of [1, 2, 3, 4]) {
      const start = `${filler}${'#'.repeat(largestIgnoreFile - filler.length - cut - 1)}\n`;
      writeFileSync(join(root, '.gitignore'), `${start}beyond\n${lines(100_000)}`);
      const large = IgnoreRules.inFolder(root, null)!;
      assert.ok(large.ignores(`${slashed(root)}/.env`));
      for (const name of ['beyond', 'b', 'be', 'bey', 'beyo', 'beyon'])
        assert.ok(!large.ignores(`${slashed(root)}/${name}`), name);
    }
    const whole = `${'#'.repeat(largestIgnoreFile - 5)}\n.env`;
    writeFileSync(join(root, '.gitignore'), whole);
    assert.ok(IgnoreRules.inFolder(root, null)?.ignores(`${slashed(root)}/.env`));
  });
});
