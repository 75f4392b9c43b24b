import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ModelBin } from '../../../src/extension/models/modelBin';
import type { Models } from '../../../src/extension/models/models';
import { setAside } from '../../../src/model/deletedModels';
import { createModelFolder } from '../../../src/model/modelFolder';
import { dieAt } from '../model/interference';
import { sampleDescription } from '../model/sampleModel';

/** As much of the editor as the bin asks: a remote one, which has no trash. */
const editor = {
  workspace: { isTrusted: false, getConfiguration: () => ({ get: () => true }) },
  env: { remoteName: 'ssh-remote', uiKind: 1 },
  UIKind: { Desktop: 1, Web: 2 },
};

describe('the bin of deleted models', () => {
  const loader = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  let Bin: typeof ModelBin;
  before(async () => {
    loader._load = (name, ...rest) => (name === 'vscode' ? editor : load(name, ...rest));
    ({ ModelBin: Bin } = await import('../../../src/extension/models/modelBin'));
  });
  after(() => (loader._load = load));

  let shelf: string;
  beforeEach(() => (shelf = mkdtempSync(join(tmpdir(), 'textloom-bin-'))));
  afterEach(() => rmSync(shelf, { recursive: true, force: true }));

  it('touches nothing on disk until the workspace is trusted, and then only what is too old', async () => {
    const made = await Promise.all(
      ['old', 'young'].map(async (name) => (await createModelFolder(shelf, sampleDescription(name))).folder),
    );
    const [old, young] = [await setAside(made[0]!, 1000), await setAside(made[1]!)];
    // Left by a process that died.
    await dieAt(12, () => createModelFolder(shelf, sampleDescription('third')));
    const left = readdirSync(shelf).filter((name) => name.startsWith('.incoming-'));
    assert.equal(left.length, 1);
    const bin = new Bin(
      { shelves: [{ folder: shelf, label: '', kind: 'workspace' }] } as unknown as Models,
      () => undefined,
    );
    editor.workspace.isTrusted = false;
    await bin.empty();
    assert.deepEqual([old, young, join(shelf, left[0]!)].map(existsSync), [true, true, true]);
    editor.workspace.isTrusted = true;
    await bin.empty();
    assert.deepEqual([dirname(old), young, join(shelf, left[0]!)].map(existsSync), [false, true, false]);
  });
});
