import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entriesInside, lookInside } from '../../../src/model/insideRoot';
import { removeInside } from '../../../src/model/removeInside';
import { appendRegular, copyRegular, openRegular, readRegularText } from '../../../src/model/regularFile';
import { UnsafePathError } from '../../../src/model/unsafePath';
import { interfere } from './interference';
import { picture } from './picture';

/** What a folder of the test holds, by name. Links lead to paths as they are written. */
type Node =
  | { readonly kind: 'file' }
  | { readonly kind: 'link'; readonly to: string }
  | { readonly kind: 'folder'; readonly entries: ReadonlyMap<string, Node> };

const names = ['a', 'b', 'c'];
const file = fc.constant<Node>({ kind: 'file' });
/** To files, folders, themselves, upwards, nowhere, and out of the root. */
const targets = ['a', 'b', 'c', '.', '..', 'a/b', '../a', 'nowhere', 'OUTSIDE', 'OUTSIDE/a', 'OUTSIDE/secret.txt'];
const link = fc.constantFrom(...targets).map((to): Node => ({ kind: 'link', to }));

function tree(depth: number): fc.Arbitrary<Node> {
  const below = depth === 0 ? fc.oneof(file, link) : fc.oneof(file, link, tree(depth - 1));
  const entries = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), below), { selector: ([name]) => name });
  return entries.map((list): Node => ({ kind: 'folder', entries: new Map(list) }));
}

const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 });

describe('a path inside a root', () => {
  let base: string;
  let root: string;
  let outside: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'textloom-root-'));
    root = join(base, 'root');
    outside = join(base, 'outside');
    mkdirSync(join(outside, 'a', 'b'), { recursive: true });
    writeFileSync(join(outside, 'secret.txt'), 'precious');
    writeFileSync(join(outside, 'a', 'b', 'c'), 'precious');
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  function make(node: Node, at: string): void {
    if (node.kind === 'file') writeFileSync(at, 'own');
    else if (node.kind === 'link') symlinkSync(node.to.replace('OUTSIDE', outside), at);
    else {
      mkdirSync(at);
      for (const [name, entry] of node.entries) make(entry, join(at, name));
    }
  }

  /** What a look along a path should find, worked out in the tree alone. */
  function expected(node: Node, way: readonly string[]): Node['kind'] | undefined {
    const [name, ...rest] = way;
    if (name === undefined || node.kind === 'link') return node.kind;
    const next = node.kind === 'folder' ? node.entries.get(name) : undefined;
    return next && expected(next, rest);
  }

  it('is seen as it is, and no link is gone through', async () => {
    await fc.assert(
      fc.asyncProperty(tree(3), path, async (node, way) => {
        rmSync(root, { recursive: true, force: true });
        make(node, root);
        const at = join(root, ...way);
        const kind = expected(node, way);
        if (kind === 'link') {
          await assert.rejects(lookInside(root, at), UnsafePathError);
          await assert.rejects(entriesInside(root, at), UnsafePathError);
          return;
        }
        const stats = await lookInside(root, at);
        assert.equal(stats && (stats.isDirectory() ? 'folder' : 'file'), kind);
        const entries = await entriesInside(root, at);
        assert.equal(entries.length > 0, kind === 'folder' && picture(at).length > 0);
      }),
      { numRuns: 300 },
    );
  });

  it('is removed alone: a link at its end goes, never what it leads to', async () => {
    const before = picture(outside);
    await fc.assert(
      fc.asyncProperty(tree(3), path, async (node, way) => {
        rmSync(root, { recursive: true, force: true });
        make(node, root);
        const at = join(root, ...way);
        const all = picture(root);
        const above = expected(node, way.slice(0, -1));
        const done = await removeInside(root, at, root).then(
          () => true,
          () => false,
        );
        assert.deepEqual(picture(outside), before);
        assert.equal(done, above !== 'link');
        const gone = join(...way);
        const left = all.filter(([name]) => !done || (name !== gone && !name.startsWith(join(gone, '/'))));
        assert.deepEqual(picture(root), left);
      }),
      { numRuns: 300 },
    );
  });

  it('is nothing outside of it', async () => {
    mkdirSync(root);
    for (const way of ['..', '../outside', 'a/../../outside/secret.txt']) {
      await assert.rejects(lookInside(root, join(root, way)), /is outside of/);
      await assert.rejects(removeInside(root, join(root, way)), /is outside of/);
    }
    assert.equal(await lookInside(root, join(root, '..a')), undefined);
  });

  it('may itself lie behind a link: the root was chosen', async () => {
    mkdirSync(root);
    writeFileSync(join(root, 'a'), 'own');
    symlinkSync(root, join(base, 'chosen'));
    assert.equal((await lookInside(join(base, 'chosen'), join(base, 'chosen', 'a')))?.isFile(), true);
  });

  it('leads nowhere else when something takes its place between a look and its use', async () => {
    const before = picture(outside);
    for (const swapped of [['a'], ['a', 'b']]) {
      for (let at = 0; ; at++) {
        rmSync(root, { recursive: true, force: true });
        mkdirSync(join(root, 'a', 'b'), { recursive: true });
        writeFileSync(join(root, 'a', 'b', 'c'), 'own');
        const count = await interfere(
          at,
          () => {
            const place = join(root, ...swapped);
            if (!existsSync(place)) return;
            renameSync(place, join(base, `real ${swapped.length} ${at}`));
            symlinkSync(join(outside, ...swapped), place);
          },
          () => removeInside(root, join(root, 'a', 'b'), root),
        );
        assert.deepEqual(picture(outside), before, `${swapped.join('/')} swapped before operation ${at}`);
        if (at >= count) break;
      }
    }
  });
});

describe('a regular file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'textloom-regular-'));
    writeFileSync(join(folder, 'own.txt'), 'own');
    symlinkSync('own.txt', join(folder, 'link'));
    symlinkSync('link', join(folder, 'link to a link'));
    symlinkSync('itself', join(folder, 'itself'));
    symlinkSync('/dev/zero', join(folder, 'endless'));
    symlinkSync('made.txt', join(folder, 'dangling'));
    mkdirSync(join(folder, 'folder'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read, copied and added to', async () => {
    await appendRegular(join(folder, 'own.txt'), ' and more');
    await appendRegular(join(folder, 'new.txt'), 'new');
    await copyRegular(join(folder, 'own.txt'), join(folder, 'copy.txt'));
    assert.equal(await readRegularText(join(folder, 'own.txt')), 'own and more');
    assert.equal(await readRegularText(join(folder, 'new.txt')), 'new');
    assert.equal(await readRegularText(join(folder, 'copy.txt')), 'own and more');
  });

  it('is no link, folder or device, and nothing is read of those or written through them', async () => {
    const before = picture(folder);
    for (const name of ['link', 'link to a link', 'itself', 'endless', 'dangling']) {
      await assert.rejects(openRegular(join(folder, name)), UnsafePathError, name);
      await assert.rejects(appendRegular(join(folder, name), 'more'), UnsafePathError, name);
      await assert.rejects(copyRegular(join(folder, name), join(folder, 'copy')), UnsafePathError, name);
    }
    await assert.rejects(openRegular(join(folder, 'folder')), UnsafePathError);
    assert.deepEqual(picture(folder), before);
  });

  it('is none where there is nothing', async () => {
    await assert.rejects(openRegular(join(folder, 'nothing')), { code: 'ENOENT' });
  });
});
