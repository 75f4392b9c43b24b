import fc from 'fast-check';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path/posix';
import { excludingGlob, withExcluded, withIncluded } from '../../../../src/corpus/select/recipe/recipeEdits';
import {
  encodeRecipe,
  parseRecipe,
  RecipeError,
  type RecipeFile,
  recipeKeys,
  weightRange,
} from '../../../../src/corpus/select/recipe/recipeFile';
import { readRecipe, recipeFilters, recipePaths } from '../../../../src/corpus/select/recipe/recipeSource';
import { surveyCorpus } from '../../../../src/corpus/survey/survey';
import { tokenizerChoices, tokenizerDescriptions } from '../../../../src/model/tokenizerKinds';
import { sourceOf, verdicts } from '../sources';
import { folderWith } from '../temporaryFolder';

interface Schema {
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function verdictsBy(recipe: RecipeFile, root: string): Promise<Record<string, string>> {
  const { filters } = sourceOf(root);
  const source = sourceOf(root, {
    paths: [...recipePaths(recipe, root)],
    filters: recipeFilters(recipe, { ...filters, maximumFileSize: 100 }),
  });
  return verdicts(await surveyCorpus(source));
}

describe('a recipe file', () => {
  it('says everything that it may say', () => {
    const recipe = {
      include: ['**/*.md'],
      exclude: ['drafts'],
      also: ['big.md'],
      weights: { notes: 2, archive: 0.25 },
      respectGitignore: false,
      maximumFileSizeMB: 8,
      tokenizer: 'bpe',
      minutes: 0.5,
    };
    assert.deepEqual(parseRecipe(JSON.stringify(recipe)), recipe);
    assert.deepEqual(parseRecipe(`\ufeff{}`), {});
  });

  it('is known to the editor just so', () => {
    const { properties } = JSON.parse(readFileSync('schemas/recipe.schema.json', 'utf8')) as Schema;
    assert.deepEqual(Object.keys(properties).sort(), [...recipeKeys].sort());
    const weights = properties['weights']!['additionalProperties'];
    assert.deepEqual(weights, { type: 'number', minimum: weightRange.least, maximum: weightRange.most });
    assert.deepEqual(properties['tokenizer']!['enum'], tokenizerChoices, 'npm run schemas');
    assert.deepEqual(properties['tokenizer']!['enumDescriptions'], tokenizerDescriptions, 'npm run schemas');
    for (const tokenizer of tokenizerChoices)
      assert.equal(parseRecipe(JSON.stringify({ tokenizer })).tokenizer, tokenizer);
    for (const key of ['minutes', 'maximumFileSizeMB']) {
      const most = properties[key]!['maximum'] as number;
      parseRecipe(JSON.stringify({ [key]: most }));
      for (const wrong of [0, most + 1]) assert.throws(() => parseRecipe(JSON.stringify({ [key]: wrong })));
    }
  });

  it('names nothing outside of its folder, however that is written', () => {
    const up = fc.array(fc.constantFrom('..', '.', 'a', 'b/..', '...'), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(up, fc.constantFrom('/', '\\'), (parts, separator) => {
        const path = parts.join(separator);
        // Deep enough that all of the way up is seen.
        const folder = '/1/2/3/4/5/6/7';
        const way = relative(folder, resolve(folder, parts.join('/')));
        const read = () => parseRecipe(JSON.stringify({ also: [path] }));
        if (way === '..' || way.startsWith('../')) {
          assert.throws(read, /"also\.0" must be a path inside of the folder: .*; mend it or remove it\.$/);
        } else assert.deepEqual(read().also, [path]);
      }),
    );
    for (const path of ['/etc/hostname', 'C:\\x', 'c:/x', '\\\\server\\share', '..']) {
      assert.throws(() => parseRecipe(JSON.stringify({ also: [path] })), RecipeError, path);
    }
    assert.deepEqual(parseRecipe('{"also": ["..hidden", "a/../b"]}').also, ['..hidden', 'a/../b']);
  });

  const faults: readonly (readonly [string, RegExp, number | null])[] = [
    [
      '{\n  "include": ["a"]\n  "exclude": []\n}',
      /^textloom\.json, line 3: this is not JSON; look for a missing comma/,
      3,
    ],
    ['{"include": [', /line 1: this is not JSON/, 1],
    ['[]', /must hold one object in braces/, 1],
    ['{\n "exclude": [],\n "inculde": []\n}', /line 3: "inculde" means nothing here; use include, exclude, /, 3],
    ['{\n "include": "a"\n}', /line 2: "include" must be a list in brackets, not "a"; mend it or remove it\.$/, 2],
    ['{"include": ["a", 3]}', /"include\.1" must be a string, not 3/, 1],
    [
      '{\n "weights": {\n  "notes": 0\n }\n}',
      /line 3: "weights\.notes" must be at least 0\.01: to leave a folder out/,
      3,
    ],
    ['{"tokenizer": "letters"}', /"tokenizer" must be one of auto, char, byte, bpe, word/, 1],
    ['{"minutes": -1}', /"minutes" must be above 0/, 1],
  ];
  for (const [text, message, line] of faults) {
    it(`that is wrong says where and what to do: ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseRecipe(text),
        (error) => {
          assert.ok(error instanceof RecipeError);
          assert.match(error.message, message);
          assert.equal(error.line, line);
          return true;
        },
      );
    });
  }

  it('is read from its folder, if it is there', async () => {
    const root = folderWith({ 'textloom.json': '{"minutes": 3}' });
    assert.deepEqual(await readRecipe(root), { minutes: 3 });
    assert.equal(await readRecipe(folderWith({})), null);
  });

  it('is written as it was indented', () => {
    const recipe = { include: ['a'], minutes: 2 };
    assert.equal(encodeRecipe(recipe), '{\n  "include": [\n    "a"\n  ],\n  "minutes": 2\n}\n');
    assert.match(encodeRecipe(recipe, '{\n\t"minutes": 1\n}'), /^\{\n\t"include"/);
    assert.deepEqual(parseRecipe(encodeRecipe(recipe)), recipe);
  });

  it('decides what is read, and is not read itself', async () => {
    const root = folderWith({
      'textloom.json': '{}',
      '.gitignore': 'hidden\nlost.md',
      'a.md': 'a',
      'a.txt': 'b',
      'big.md': 'x'.repeat(200),
      'large.md': 'y'.repeat(200),
      'drafts/a.md': 'c',
      'sub/drafts/a.md': 'd',
      'hidden/b.md': 'e',
      'lost.md': 'f',
      'made.ts': '// @generated\n',
    });
    const recipe = { include: ['*.md'], exclude: ['/drafts'], also: ['big.md', 'hidden', 'made.ts'] };
    assert.deepEqual(await verdictsBy(recipe, root), {
      '.gitignore': 'excluded',
      'a.md': 'included',
      'a.txt': 'excluded',
      'big.md': 'included',
      'drafts/': 'excluded',
      'hidden/b.md': 'included',
      'large.md': 'too large',
      'lost.md': 'ignored',
      'made.ts': 'included',
      'sub/drafts/a.md': 'included',
      'textloom.json': 'excluded',
    });
  });
});

describe('taking files out of a recipe and into it', () => {
  const files = {
    '.gitignore': 'out\n',
    'a.md': 'a',
    'sub/a.md': 'b',
    'sub/[x] (1).md': 'c',
    'out/b.md': 'd',
    'huge.md': 'x'.repeat(200),
    'picture.png': 'x',
    'notes.txt': 'e',
  };

  it('leaves just that file or folder out, and takes it back', async () => {
    const root = folderWith(files);
    for (const name of ['a.md', 'sub/a.md', 'sub/[x] (1).md', 'sub/']) {
      const without = withExcluded({}, name);
      const before = await verdictsBy({}, root);
      const after = await verdictsBy(without, root);
      const changed = Object.keys(before).filter((other) => before[other] !== after[other]);
      const named = Object.keys(files).filter((other) => {
        return other === name || (name.endsWith('/') && other.startsWith(name));
      });
      assert.deepEqual(changed.sort(), named.sort());
      assert.deepEqual(withIncluded(without, name, 'excluded'), {});
    }
  });

  it('takes in what the rules leave out, and lets it go again', async () => {
    const root = folderWith(files);
    const before = await verdictsBy({}, root);
    assert.equal(before['out/'], 'ignored');
    assert.equal(before['huge.md'], 'too large');
    const withBoth = withIncluded(withIncluded({}, 'out/', 'ignored')!, 'huge.md', 'too large')!;
    const after = await verdictsBy(withBoth, root);
    assert.equal(after['out/b.md'], 'included');
    assert.equal(after['huge.md'], 'included');
    assert.deepEqual(withExcluded(withBoth, 'out/'), { exclude: ['/out'], also: ['huge.md'] });
  });

  it('adds a file that no glob includes', async () => {
    const root = folderWith(files);
    const recipe = withIncluded({ include: ['*.md'] }, 'notes.txt', 'excluded')!;
    assert.deepEqual(recipe, { include: ['*.md', '/notes.txt'] });
    assert.equal((await verdictsBy(recipe, root))['notes.txt'], 'included');
  });

  it('does not promise what no recipe can do', () => {
    for (const reason of ['secret', 'binary', 'empty', 'duplicate'] as const) {
      assert.equal(withIncluded({}, 'a.md', reason), null);
    }
    assert.equal(withIncluded({}, 'a.md', 'excluded'), null, 'the settings of the editor exclude it');
    assert.equal(withIncluded({ exclude: ['*.md'] }, 'a.md', 'excluded'), null, 'so does a glob of the recipe');
  });

  it('names the glob that leaves a file out', () => {
    const recipe = { exclude: ['*.txt', 'drafts', '/top.md'] };
    assert.equal(excludingGlob(recipe, 'a/b.txt'), '*.txt');
    assert.equal(excludingGlob(recipe, 'a/drafts/b.md'), 'drafts');
    assert.equal(excludingGlob(recipe, 'top.md'), '/top.md');
    assert.equal(excludingGlob(recipe, 'a/top.md'), undefined);
  });
});
