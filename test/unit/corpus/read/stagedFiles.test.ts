import assert from 'node:assert/strict';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCorpus } from '../../../../src/corpus/build';
import { CorpusError, type CorpusSource, defaultCorpusOptions } from '../../../../src/corpus/corpus';
import {
  keepStagedFiles,
  removeStagedFiles,
  StagedFileWriter,
  type StagedPiece,
} from '../../../../src/corpus/read/stagedFiles';
import { summarize, surveyCorpus } from '../../../../src/corpus/survey/survey';
import { indexCorpus } from '../../../../src/generation/copies/indexCorpus';
import { corpusChange, currentDocuments } from '../../../../src/training/record/changes';
import { readCorpusManifest, saveCorpusManifest } from '../../../../src/training/record/corpusManifest';
import { prose, sourceOf, verdicts } from '../sources';
import { folderWith } from '../temporaryFolder';

const spoolsFolder = () => join(process.env['TEXTLOOM_CACHE']!, 'spools');

/** A file in pieces of so many bytes. */
function pieces(name: string, content: string | Uint8Array, size = 1000): StagedPiece[] {
  const bytes = Buffer.from(content);
  const starts = Array.from({ length: Math.max(1, Math.ceil(bytes.length / size)) }, (_, i) => i * size);
  return starts.map((start) => ({
    kind: 'content',
    name,
    picked: false,
    content: bytes.subarray(start, start + size),
    isLast: start + size >= bytes.length,
  }));
}

async function spoolOf(...handed: readonly StagedPiece[]): Promise<string> {
  const spool = await StagedFileWriter.begin();
  for (let start = 0; start < handed.length; start += 7) await spool.add(handed.slice(start, start + 7));
  await spool.finish();
  return spool.id;
}

async function spooled(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  return spoolOf(...Object.entries(files).flatMap(([name, content]) => pieces(name, content)));
}

/** A source of nothing on disk. */
function spoolSource(spool: string, more: Parameters<typeof sourceOf>[1] = {}): CorpusSource {
  return sourceOf('/nowhere', { paths: [], spool, ...more });
}

describe('files that only the editor can read', () => {
  it('are judged like files on disk, in the order in which they come', async () => {
    const text = prose(3000);
    const spool = await spoolOf(
      ...pieces('a.md', text),
      ...pieces('copy.md', text),
      ...pieces('like.md', `${text.slice(0, 2900)} and more`),
      ...pieces('wide.txt', Buffer.from(`\ufeff${prose(3000, 2)}`, 'utf16le')),
      ...pieces('photo.xyz', Uint8Array.of(137, 80, 0, 0, 0, 1, 2, 0, 0, 3)),
      ...pieces('empty.md', ''),
      ...pieces('made.js', `// @generated\n${prose(2000, 3)}`),
      { kind: 'skipped', name: '.env', bytes: 20, reason: 'secret' },
      { kind: 'skipped', name: 'huge.md', bytes: 9e9, reason: 'too large' },
      { kind: 'skipped', name: 'out/', bytes: 0, reason: 'ignored' },
    );
    const survey = await surveyCorpus(spoolSource(spool));
    assert.deepEqual(verdicts(survey), {
      'a.md': 'included',
      'copy.md': 'duplicate',
      'like.md': 'near duplicate',
      'wide.txt': 'included',
      'photo.xyz': 'binary',
      'empty.md': 'empty',
      'made.js': 'generated',
      '.env': 'secret',
      'huge.md': 'too large',
      'out/': 'ignored',
    });
    const { files, characters, bytes } = summarize(survey);
    assert.deepEqual({ files, characters, bytes }, { files: 2, characters: 6000, bytes: 3000 + 2 * 3001 });
  });

  it('are taken though a machine made them, where they were picked themselves', async () => {
    const [piece] = pieces('made.js', `// @generated\n${prose(800)}`);
    const spool = await spoolOf({ ...piece!, picked: true } as StagedPiece);
    assert.deepEqual(verdicts(await surveyCorpus(spoolSource(spool))), { 'made.js': 'included' });
  });

  it('are narrowed further by globs, and count by the weights of folders', async () => {
    const spool = await spooled({ 'notes/a.md': prose(30_000), 'b.txt': prose(30_000, 2) });
    const filters = { exclude: ['**/{*.txt,txt}'] };
    assert.deepEqual(verdicts(await surveyCorpus(spoolSource(spool, { filters }))), {
      'notes/a.md': 'included',
      'b.txt': 'excluded',
    });
    const options = { ...defaultCorpusOptions, tokenizer: 'char' } as const;
    const plain = await buildCorpus(spoolSource(spool), options);
    const weighted = await buildCorpus(spoolSource(spool), { ...options, weights: { notes: 3 } });
    const { characters, heldOut } = plain.documents.find(({ name }) => name === 'notes/a.md')!;
    assert.equal(weighted.training.length - plain.training.length, 2 * (1 + characters - heldOut));
  });

  it('stand beside files on disk, each under a name of its own', async () => {
    const root = folderWith({ 'notes.md': prose(3000) });
    const spool = await spoolOf(...pieces('notes.md', prose(3000, 1)), ...pieces('notes.md', prose(3000, 2)));
    const survey = await surveyCorpus(sourceOf(root, { spool }));
    assert.deepEqual(Object.keys(verdicts(survey)), ['notes.md', 'notes (2).md', 'notes (3).md']);
    assert.equal(summarize(survey).files, 3);
  });

  it('may be large, are cut wherever a part ends, and come out the same', async () => {
    const text = `${prose(300_000)} Ünïcödé 🐋 ${prose(300_000, 2)}`;
    const spool = await spoolOf(...pieces('large.md', text, 777));
    const onDisk = sourceOf(folderWith({ 'large.md': text }));
    const options = { ...defaultCorpusOptions, tokenizer: 'char' } as const;
    const [one, other] = [await buildCorpus(spoolSource(spool), options), await buildCorpus(onDisk, options)];
    assert.equal(one.fingerprint, other.fingerprint);
    assert.equal(one.training.length, other.training.length);
  });

  it('can be read again for as long as a model may be trained on them', async () => {
    const model = folderWith({});
    const [kept, loose] = [await spooled({ 'a.md': prose(3000) }), await spooled({ 'b.md': prose(3000) })];
    const source = { ...spoolSource(kept), places: ['memfs:/notes'] };
    const documents = currentDocuments(await surveyCorpus(source));
    await saveCorpusManifest(model, { source, options: defaultCorpusOptions, documents });
    assert.deepEqual((await readCorpusManifest(model)).source, source);
    await removeStagedFiles(kept);
    await removeStagedFiles(loose);
    assert.deepEqual((await corpusChange(model))?.files, { added: 0, changed: 0, removed: 0, same: 1 });
    const [document] = (await indexCorpus(source, {})).parts.documents;
    assert.equal(document?.name, 'a.md');
    await assert.rejects(surveyCorpus(spoolSource(loose)), (error) => {
      return error instanceof CorpusError && error.message.includes('train from the editor');
    });
  });

  it('show as changed where they are handed over anew', async () => {
    const model = folderWith({});
    const source = spoolSource(await spooled({ 'a.md': prose(3000), 'b.md': prose(3000, 2) }));
    const documents = currentDocuments(await surveyCorpus(source));
    await saveCorpusManifest(model, { source, options: defaultCorpusOptions, documents });
    const spool = await spooled({ 'a.md': prose(3000), 'b.md': prose(3000, 3), 'c.md': prose(3000, 4) });
    const change = await corpusChange(model, {}, { documents: [], spool });
    assert.deepEqual(change?.files, { added: 1, changed: 1, removed: 0, same: 1 });
  });

  it('go when they are old, those of a model much later', async () => {
    const day = 24 * 3600;
    const age = (id: string, days: number) => {
      const time = Date.now() / 1000 - days * day;
      utimesSync(join(spoolsFolder(), id, 'index.json'), time, time);
    };
    const ids = [];
    for (const days of [0.5, 2, 2, 100]) {
      const id = await spooled({ 'a.md': prose(100) });
      if (ids.length >= 2) await keepStagedFiles(id);
      age(id, days);
      ids.push(id);
    }
    const unfinished = (await StagedFileWriter.begin()).id;
    const there = readdirSync(spoolsFolder());
    assert.deepEqual(
      ids.map((id) => there.includes(id)),
      [true, false, true, false],
    );
    assert.ok(existsSync(join(spoolsFolder(), unfinished)));
    writeFileSync(join(spoolsFolder(), 'stray'), '');
    await StagedFileWriter.begin();
  });
});
