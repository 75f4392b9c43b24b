import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import {
  appendFileSync,
  existsSync,
  type FSWatcher,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FolderChange, FolderWatcher } from '../../../src/extension/folderWatcher';

describe('a watched folder', () => {
  let home: string;
  /** The folder that is watched: at first neither it nor the one above it is there. */
  let shelf: string;
  let watchers: FolderWatcher[];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'textloom-watch-'));
    shelf = join(home, '.textloom', 'models');
    watchers = [];
  });

  afterEach(() => {
    for (const watcher of watchers) watcher.dispose();
    rmSync(home, { recursive: true, force: true });
  });

  function watched(onChange: (change: FolderChange | null) => void, watchOne = watch): FolderWatcher {
    const watcher = new FolderWatcher(shelf, onChange, { subfolders: true, watch: watchOne });
    watchers.push(watcher);
    return watcher;
  }

  /** What somebody knows of the folder who looks at it whenever a change is told. */
  function onlooker(): { readonly seen: () => string } {
    let seen = contentOf(shelf);
    watched(() => (seen = contentOf(shelf)));
    return { seen: () => seen };
  }

  it('is seen as it is, whatever becomes of it and of the folders above it', async function () {
    this.timeout(120_000);
    const top = join(home, '.textloom');
    const aside = join(home, 'aside');
    const names = fc.constantFrom('ahab', 'ishmael', 'models');
    const deed = fc.oneof(
      fc.record({ kind: fc.constant('make'), name: names }),
      fc.record({ kind: fc.constant('replace'), name: names }),
      fc.record({ kind: fc.constant('append'), name: names }),
      fc.record({ kind: fc.constant('remove'), name: names }),
      fc.record({ kind: fc.constantFrom('remove all', 'move away', 'move back', 'make shelf anew') }),
    );
    // A folder that another has taken the place of, with something in it afterwards.
    const replacements = (['make shelf anew', 'remove all'] as const).map((kind) => {
      const made = { kind: 'make', name: 'ahab' } as const;
      const [replaced, another] = [
        { kind: 'replace', name: 'ahab' },
        { kind: 'make', name: 'ishmael' },
      ] as const;
      return [[made], [{ kind }, made], [replaced], [another]];
    });
    let count = 0;
    const act = (kind: string, folder: string): void => {
      const file = join(folder, 'model.json');
      const content = String(++count);
      switch (kind) {
        case 'make':
          makeModel(folder, content);
          break;
        case 'replace':
          if (!existsSync(folder)) break;
          writeFileSync(`${file}.tmp`, content);
          renameSync(`${file}.tmp`, file);
          break;
        case 'append':
          if (existsSync(folder)) appendFileSync(file, content);
          break;
        case 'remove':
          rmSync(folder, { recursive: true, force: true });
          break;
        case 'remove all':
          rmSync(top, { recursive: true, force: true });
          break;
        case 'move away':
          if (existsSync(top) && !existsSync(aside)) renameSync(top, aside);
          break;
        case 'move back':
          if (existsSync(aside) && !existsSync(top)) renameSync(aside, top);
          break;
        default:
          rmSync(shelf, { recursive: true, force: true });
          makeModel(join(shelf, 'queequeg'), content);
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(deed, { minLength: 1, maxLength: 3 }), { maxLength: 6 }), async (rounds) => {
        const { seen } = onlooker();
        for (const deeds of rounds) {
          for (const each of deeds) act(each.kind, join(shelf, 'name' in each ? each.name : ''));
          await eventually(() => seen() === contentOf(shelf), `${JSON.stringify(deeds)} to be seen`);
        }
        for (const watcher of watchers.splice(0)) watcher.dispose();
        rmSync(top, { recursive: true, force: true });
        rmSync(aside, { recursive: true, force: true });
      }),
      { numRuns: 100, examples: replacements.map((rounds): [typeof rounds] => [rounds]) },
    );
  });

  it('is seen when another program makes it with all that is in it, and changes it then', async function () {
    this.timeout(60_000);
    const { seen } = onlooker();
    for (let time = 1; time <= 5; time++) {
      const file = join(shelf, `model ${time}`, 'model.json');
      const script = `const { mkdirSync, writeFileSync } = require('node:fs');
        mkdirSync(${JSON.stringify(join(file, '..'))}, { recursive: true });
        writeFileSync(${JSON.stringify(file)}, 'first');`;
      execFileSync(process.execPath, ['-e', script]);
      await eventually(() => seen() === contentOf(shelf), 'the model');
      execFileSync(process.execPath, ['-e', `require('node:fs').writeFileSync(${JSON.stringify(file)}, 'second')`]);
      await eventually(() => seen().includes('second'), 'the change of its file');
      rmSync(join(home, '.textloom'), { recursive: true });
      await eventually(() => seen() === 'missing', 'its end');
    }
  });

  it('tells what has changed in it, and nothing of what else stands beside the folders above it', async () => {
    makeModel(join(shelf, 'ahab'), '1');
    const told: (FolderChange | null)[] = [];
    watched((change) => told.push(change));
    await eventually(() => told.length > 0, 'the watchers of what is in it');
    told.length = 0;
    writeFileSync(join(home, 'letter.txt'), 'Call me');
    writeFileSync(join(home, '.textloom', '.gitignore'), '*');
    writeFileSync(join(shelf, 'ahab', 'model.json'), '2');
    await eventually(() => told.length > 0, 'the change');
    const changed = new Set(told.map((change) => change?.path));
    assert.deepEqual([...changed], [join(shelf, 'ahab', 'model.json')]);
    assert.ok(told.every((change) => change?.kind === 'change'));
  });

  it('is done without where the system has no watchers left, until it is tried again', async () => {
    makeModel(join(shelf, 'ahab'), '1');
    let isFull = true;
    let asked = 0;
    let seen = contentOf(shelf);
    const scarce = ((path: string, options: object) => {
      asked++;
      if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      return watch(path, options);
    }) as typeof watch;
    const watcher = watched(() => (seen = contentOf(shelf)), scarce);
    watcher.arm();
    assert.ok(asked > 0);
    makeModel(join(shelf, 'ishmael'), '2');
    isFull = false;
    watcher.arm();
    await eventually(() => seen === contentOf(shelf), 'what came meanwhile');
    makeModel(join(shelf, 'queequeg'), '3');
    await eventually(() => seen === contentOf(shelf), 'what came afterwards');
  });

  it('outlives a watcher that fails later, and is looked at once then', async () => {
    makeModel(join(shelf, 'ahab'), '1');
    const told: (FolderChange | null)[] = [];
    const failing = new Map<string, EventEmitter>();
    let asked = 0;
    const watchOne = ((path: string) => {
      asked++;
      const watcher = Object.assign(new EventEmitter(), { close: () => undefined });
      failing.set(path, watcher);
      return watcher as unknown as FSWatcher;
    }) as typeof watch;
    const watcher = watched((change) => told.push(change), watchOne);
    await eventually(() => told.length > 0, 'the watchers of what is in it');
    told.length = 0;
    const before = asked;
    failing.get(shelf)?.emit('error', Object.assign(new Error('too many open files'), { code: 'EMFILE' }));
    // What is begun then looks at the folder too, and would be done before this.
    for (let time = 0; time < 3; time++) await readdir(shelf);
    assert.deepEqual([told, asked], [[null], before], 'it is told, and not tried again at once');
    for (let time = 0; time < 3; time++) {
      const tries = asked;
      watcher.arm();
      await eventually(() => asked > tries, 'another try');
      failing.get(shelf)?.emit('error', new Error('again'));
      await readdir(shelf);
    }
    assert.deepEqual(told, [null], 'a folder that can not be watched is told of once');
  });

  it('is left alone once that is wished', async () => {
    makeModel(join(shelf, 'ahab'), '1');
    let open = 0;
    const counted = ((path: string, options: object) => {
      const watcher = watch(path, options);
      open++;
      watcher.on('close', () => open--);
      return watcher;
    }) as typeof watch;
    let told = 0;
    const watcher = watched(() => told++, counted);
    await eventually(() => told > 0, 'the watchers of what is in it');
    watcher.dispose();
    await eventually(() => open === 0, 'the end of all watchers');
    told = 0;
    watcher.arm();
    makeModel(join(shelf, 'ishmael'), '2');
    const other = onlooker();
    makeModel(join(shelf, 'queequeg'), '3');
    await eventually(() => other.seen() === contentOf(shelf), 'another watcher sees it');
    assert.deepEqual([told, open > 0], [0, false]);
  });
});

/** A model's folder, with those above it and its file, at once. */
function makeModel(folder: string, content: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.json'), content);
}

/** Every folder of a folder, with what its files say. */
function contentOf(folder: string): string {
  try {
    const names = readdirSync(folder).sort();
    return JSON.stringify(names.map((name) => [name, filesOf(join(folder, name))]));
  } catch {
    return 'missing';
  }
}

function filesOf(folder: string): unknown {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  } catch {
    return 'no folder';
  }
}

async function eventually(holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) assert.fail(`Not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
