import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { BackgroundProcess } from '../../src/extension/background/backgroundProcess';
import { Spools } from '../../src/extension/corpus/spools';
import { itemOf } from '../../src/extension/corpus/tree/corpusItems';
import { listFolder } from '../../src/extension/corpus/tree/folderCorpus';
import type { CorpusNode } from '../../src/extension/corpus/tree/listing';
import { CancelledError } from '../../src/extension/failure';
import { readSettings } from '../../src/extension/settings';
import { protocolVersion, type SpoolParams } from '../../src/protocol/background';
import { eventually, small, tales, textloom, until, whenIdle } from './support';
import { broken, VirtualFileSystem } from './virtualFileSystem';

interface Description {
  readonly corpus: {
    readonly summary: {
      readonly skipped: readonly { readonly reason: string; readonly examples: readonly string[] }[];
    };
    readonly documents: readonly { readonly name: string }[];
  };
}

function corpusOf(folder: string): Description['corpus'] {
  return (JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Description).corpus;
}

function namesOf(folder: string): string[] {
  return corpusOf(folder)
    .documents.map(({ name }) => name)
    .sort();
}

function chapter(number: number): string {
  return readFileSync(join(tales(), `chapter_${number}.txt`), 'utf8');
}

const spools = join(process.env['TEXTLOOM_CACHE'] ?? '', 'spools');
const settings = readSettings(() => undefined).settings;
const never = new vscode.CancellationTokenSource().token;

/** One that takes whatever is sent, and remembers how much of it at once. */
class Recorder {
  readonly parts: SpoolParams[] = [];
  readonly dropped: string[] = [];
  private under = 0;

  async spool(params: SpoolParams): Promise<string> {
    assert.equal(this.under++, 0, 'A part was sent before the one before it was taken.');
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.under--;
    this.parts.push(params);
    return 'a spool';
  }

  dropSpool(id: string): Promise<void> {
    this.dropped.push(id);
    return Promise.resolve();
  }
}

describe('text on a file system of the editor', () => {
  let attic: VirtualFileSystem;

  afterEach(async () => {
    attic.dispose();
    await whenIdle();
  });

  it('is trained on by the rules that count on disk, and what is left out is counted by its reason', async () => {
    const text = chapter(1);
    attic = new VirtualFileSystem('attic', {
      'box/.gitignore': 'old.md\nshelf/*.log\ncellar/',
      'box/letter.md': text,
      'box/old.md': `old ${text}`,
      'box/copy.md': text,
      'box/cellar/wine.md': text,
      'box/shelf/diary.md': chapter(2),
      'box/shelf/a.log': `log ${text}`,
      'box/shelf/.gitignore': '!diary.md',
      'box/wide.txt': Buffer.from(`\ufeff${chapter(3)}`, 'utf16le'),
      'box/photo.xyz': Uint8Array.of(137, 80, 0, 0, 0, 1, 2, 0, 0, 3),
      'box/photo.png': 'p'.repeat(10),
      'box/node_modules/p/readme.md': `other ${text}`,
      'box/.git/config': text,
      'box/huge.md': 'x'.repeat(5 * 2 ** 20),
      'box/.env': `KEY=${text}`,
      'box/broken.md': broken,
    });
    const api = await textloom();
    const folder = await api.train({ ...small, paths: ['attic:/box'], name: 'attic', steps: 2 });
    await whenIdle();
    // The first of two equal files is read.
    assert.deepEqual(namesOf(folder), ['.gitignore', 'copy.md', 'shelf/.gitignore', 'shelf/diary.md', 'wide.txt']);
    const reasons = corpusOf(folder).summary.skipped.map(({ reason, examples }) => [reason, [...examples].sort()]);
    assert.deepEqual(Object.fromEntries(reasons), {
      binary: ['photo.png', 'photo.xyz'],
      duplicate: ['letter.md'],
      excluded: ['node_modules/'],
      ignored: ['cellar/', 'old.md', 'shelf/a.log'],
      secret: ['.env'],
      'too large': ['huge.md'],
      unreadable: ['broken.md'],
    });
    await eventually(
      () => readdirSync(spools).every((id) => existsSync(join(spools, id, 'kept'))),
      'only copies that a model needs stay',
    );
    // What is left out by name or size isn't even read.
    const needless = ['huge.md', '.env', 'photo.png', 'old.md'].map((name) => `box/${name}`);
    assert.deepEqual(
      attic.read.filter((path) => needless.includes(path) || path.includes('node_modules')),
      [],
    );
  });

  it('may be several files of one name, and is read again when the model learns on', async () => {
    const files = { 'a/notes.md': chapter(1), 'b/notes.md': chapter(2) };
    attic = new VirtualFileSystem('loft', files);
    const api = await textloom();
    const paths = ['loft:/a/notes.md', 'loft:/b/notes.md'];
    const folder = await api.train({ ...small, paths, name: 'loft', steps: 2 });
    await whenIdle();
    assert.deepEqual(namesOf(folder), ['a/notes.md', 'b/notes.md']);
    const kept = readFileSync(join(folder, 'corpus.json'), 'utf8');
    assert.ok(!kept.includes(files['a/notes.md'].slice(0, 100)), 'The text lies in the model.');
    files['b/notes.md'] = chapter(3);
    await vscode.commands.executeCommand('textloom.continue', folder, 0.02);
    const { run } = await until((state) => state.run?.phase === 'finished');
    await whenIdle();
    const notes = JSON.stringify(run?.notes);
    assert.ok(
      run?.notes.some(({ message }) => message.includes('1 changed')),
      notes,
    );
  });

  it('is listed file by file, in or out and why, as the recipe of its folder says', async () => {
    const recipe = { include: ['**/*.md'], exclude: ['drafts'], also: ['big.md'], weights: { shelf: 2 } };
    attic = new VirtualFileSystem('shed', {
      'box/textloom.json': JSON.stringify({ ...recipe, maximumFileSizeMB: 0.1 }),
      'box/.gitignore': 'old.md\n',
      'box/old.md': chapter(1),
      'box/letter.md': chapter(2),
      'box/shelf/diary.md': chapter(3),
      'box/drafts/a.md': chapter(4),
      'box/notes.txt': chapter(4),
      'box/big.md': `${chapter(4)}\n`.repeat(8),
      'box/bigger.md': 'x'.repeat(200_000),
      'box/cover.md': Uint8Array.of(137, 80, 0, 0, 0, 1, 2, 0, 0, 3),
      'box/keys.md': 'password = "c0rrectHorse9battery"\nA note about the sea.\n',
    });
    const background = new BackgroundProcess(join(process.env['TEXTLOOM_ROOT'] ?? '', 'dist', 'background.js'), {
      parameters: () => ({
        protocolVersion,
        appVersion: '0.0.0',
        parent: process.pid,
        tensorflowFolders: [],
        settings: { engine: 'wasm', threads: 1, effort: 'full', pauseOnBattery: false, idleSeconds: 0 },
      }),
      log: () => undefined,
      onCrash: () => undefined,
    });
    try {
      const folder = { uri: vscode.Uri.parse('shed:/box'), name: 'box', index: 0 };
      const corpus = await listFolder(folder, background, settings, never);
      const rows: Record<string, string> = {};
      const collect = (nodes: readonly CorpusNode[]): void => {
        for (const node of nodes) {
          if (node.kind === 'folder') collect(corpus.listing.childrenOf(node));
          else rows[node.document.name] = String(itemOf({ kind: 'file', corpus, node }).description);
        }
      };
      collect(corpus.listing.childrenOf(corpus.listing.root));
      const characters = (text: string) => `${Array.from(text).length.toLocaleString('en')} characters`;
      assert.deepEqual(rows, {
        'textloom.json': 'the recipe itself',
        '.gitignore': 'not among what is included',
        'old.md': 'git ignores it',
        'letter.md': characters(chapter(2)),
        'shelf/diary.md': `${characters(chapter(3))}, weight 2`,
        'drafts/': 'left out by "drafts"',
        'notes.txt': 'not among what is included',
        'big.md': characters(`${chapter(4)}\n`.repeat(8)),
        'bigger.md': 'too large',
        'cover.md': 'not text',
        'keys.md': '22 characters, 1 line left out as secret',
      });
      assert.equal(corpus.summary.files, 4);
    } finally {
      await background.stop();
    }
  });

  it('is sent in small parts, one after the other', async () => {
    const large = 'a line of a long book\n'.repeat(200_000);
    const notes = Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`box/notes/${i}.md`, `note ${i}`]));
    attic = new VirtualFileSystem('barn', { 'box/large.md': large, ...notes });
    const recorder = new Recorder();
    const spools = new Spools(recorder);
    const filters = { include: [], exclude: [], respectGitignore: true, maximumFileSize: 1e8 };
    await spools.fill([vscode.Uri.parse('barn:/box')], filters, never);
    const pieces = recorder.parts.flatMap(({ pieces }) => pieces);
    const text = new Map<string, Buffer[]>();
    for (const piece of pieces) {
      assert.ok(piece.kind === 'content');
      text.set(piece.name, [...(text.get(piece.name) ?? []), Buffer.from(piece.content)]);
    }
    assert.equal(Buffer.concat(text.get('large.md') ?? []).toString(), large);
    assert.equal(text.size, 1201);
    for (const { pieces } of recorder.parts) {
      const bytes = pieces.reduce((sum, piece) => sum + (piece.kind === 'content' ? piece.content.length : 0), 0);
      assert.ok(bytes <= 2 ** 18 && pieces.length <= 500, `${bytes} bytes in ${pieces.length} pieces`);
    }
    assert.deepEqual(recorder.parts.map(({ isLast }) => isLast).filter(Boolean), [true]);
    await spools.drop();
    assert.deepEqual(recorder.dropped, ['a spool']);
  });

  it('is read no further once it is given up', async () => {
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`box/${i}.md`, `note ${i}`]));
    attic = new VirtualFileSystem('mill', files);
    const cancellation = new vscode.CancellationTokenSource();
    const spools = new Spools(new Recorder());
    const filters = { include: [], exclude: [], respectGitignore: false, maximumFileSize: 1e8 };
    const told: number[] = [];
    const filling = spools.fill([vscode.Uri.parse('mill:/box')], filters, cancellation.token, ({ files }) => {
      told.push(files);
      if (files === 10) cancellation.cancel();
    });
    await assert.rejects(filling, CancelledError);
    assert.equal(attic.read.length, 10);
    assert.deepEqual(told, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
