import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { modelFiles } from '../../../src/model/modelFolder';

/** Folders below src/ that hold two sources or more, by their path from there. */
function folders(): readonly string[] {
  const all = readdirSync('src', { recursive: true, withFileTypes: true });
  const counts = new Map<string, number>();
  for (const entry of all) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const folder = relative('src', entry.parentPath).split(sep).join('/');
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].flatMap(([folder, count]) => (count > 1 ? [folder] : [])).sort();
}

/** Sources of a folder that open with a comment which says what belongs into it. */
function openings(folder: string): readonly string[] {
  const files = readdirSync(join('src', folder)).filter((name) => name.endsWith('.ts'));
  return files.filter((name) => {
    const text = readFileSync(join('src', folder, name), 'utf8');
    return text.startsWith(`/**\n * ${folder}/: `) || text.startsWith(`// ${folder}/: `);
  });
}

describe('the map of the sources', () => {
  for (const folder of folders()) {
    it(`has one file of src/${folder} open with what belongs there`, () => {
      assert.equal(openings(folder).length, 1, `of ${folder}: ${openings(folder).join()}`);
    });
  }

  it('shows imports in docs/architecture.md as they are', () => {
    execFileSync(process.execPath, ['scripts/architecture.mjs', '--check'], { stdio: 'pipe' });
  });

  it('names in docs/model-format.md every file of a model folder', () => {
    const page = readFileSync('docs/model-format.md', 'utf8');
    assert.deepEqual(
      Object.values(modelFiles).filter((name) => !page.includes(`\`${name}\``)),
      [],
    );
  });
});
