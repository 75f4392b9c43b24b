import assert from 'node:assert/strict';
import type { SkipReason } from '../../../src/corpus/corpus';
import { CorpusListing, type FolderNode } from '../../../src/extension/corpus/tree/listing';
import { verdictText } from '../../../src/extension/corpus/tree/reasons';
import type { ListedDocument } from '../../../src/protocol/jobs';

function document(name: string, verdict: 'included' | SkipReason = 'included', characters = 10): ListedDocument {
  return { name, verdict, characters: verdict === 'included' ? characters : 0, secretLines: 0 };
}

function names(listing: CorpusListing, folder: FolderNode): string[] {
  return listing.childrenOf(folder).map(({ name }) => name);
}

describe('the tree of a corpus', () => {
  it('puts documents into their folders, folders first, each kind by name', () => {
    const listing = new CorpusListing();
    listing.add([document('b.md'), document('a10.md'), document('z/deep/c.md')]);
    listing.add([document('a2.md'), document('out/', 'ignored'), document('z/d.md', 'binary')]);
    assert.deepEqual(names(listing, listing.root), ['out', 'z', 'a2.md', 'a10.md', 'b.md']);
    const z = listing.childrenOf(listing.root)[1];
    assert.ok(z?.kind === 'folder');
    assert.deepEqual(names(listing, z), ['deep', 'd.md']);
    assert.equal(z.path, 'z');
  });

  it('counts what is read of each folder, and what is not', () => {
    const listing = new CorpusListing();
    listing.add([document('a/b/c.md'), document('a/d.md', 'included', 7), document('a/b/e.png', 'binary')]);
    const { included, leftOut, characters } = listing.root.children.get('a') as FolderNode;
    assert.deepEqual({ included, leftOut, characters }, { included: 2, leftOut: 1, characters: 17 });
  });

  it('is made of a hundred thousand files, and sorts no folder that nobody opens', () => {
    const listing = new CorpusListing();
    const documents = Array.from({ length: 100_000 }, (_, i) => document(`${i % 300}/${i % 7}/${i}.md`));
    for (let start = 0; start < documents.length; start += 500) listing.add(documents.slice(start, start + 500));
    assert.equal(listing.root.included, 100_000);
    assert.equal(listing.childrenOf(listing.root).length, 300);
  });

  it('says why of each file', () => {
    const recipe = { include: ['*.md'], exclude: ['drafts', '/old.md'], weights: { notes: 2 } };
    const text = (name: string, verdict?: 'included' | SkipReason) => verdictText(document(name, verdict), recipe);
    assert.equal(text('a.md'), '10 characters');
    assert.equal(text('notes/a.md'), '10 characters, weight 2');
    assert.equal(verdictText({ ...document('a.md'), secretLines: 2 }, {}), '10 characters, 2 lines left out as secret');
    const items = {
      unit: 'lines',
      separator: '',
      items: 32_032,
      files: 1,
      characters: 228_145,
      noun: 'names',
    } as const;
    assert.equal(
      verdictText({ ...document('names.txt', 'included', 228_145), items }, {}),
      '32,032 names, one a line, 228,145 characters',
    );
    assert.equal(text('out/', 'ignored'), 'git ignores it');
    assert.equal(text('a/drafts/', 'excluded'), 'left out by "drafts"');
    assert.equal(text('old.md', 'excluded'), 'left out by "/old.md"');
    assert.equal(text('a.txt', 'excluded'), 'not among what is included');
    assert.equal(text('b.md', 'excluded'), 'left out by the settings');
    assert.equal(text('textloom.json', 'excluded'), 'the recipe itself');
  });
});
