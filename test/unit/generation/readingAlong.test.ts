import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Turn } from '../../../src/base/yielding';
import { endOfDocument } from '../../../src/corpus/tokenizers/tokenizer';
import { DocumentReader, type ReadingModel } from '../../../src/generation/documentReader';
import { ReadDocuments } from '../../../src/generation/readDocuments';
import {
  blockAt,
  commonBeginning,
  commonLength,
  type DocumentText,
  type ReadText,
} from '../../../src/generation/readText';
import { startOfReading } from '../../../src/generation/readingWindow';
import { LostTextError, ToldTexts } from '../../../src/generation/toldTexts';
import { type DocumentMemory, Memory } from '../../../src/memory/memory';
import type { ItemForm } from '../../../src/model/itemForm';
import { Random } from '../../../src/model/model';
import { tokenizers } from './smallTokenizers';

const lines: ItemForm = { unit: 'lines' };
const blocks: ItemForm = { unit: 'blocks', separator: '' };

function modelOf(tokenizer = tokenizers[0]!, items: ItemForm | null = null): ReadingModel {
  return { tokenizer, memory: new Memory(tokenizer), items };
}

/** Text of lines, words and long stretches without either. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(' ', '\n', '\n\n', '😀'),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 }),
    ),
    {
      maxLength: 400,
    },
  )
  .map((parts) => parts.join(''));

/** Texts with places that something is left out at. */
const readTexts: fc.Arbitrary<ReadText> = fc
  .tuple(texts, fc.array(fc.nat(4000), { maxLength: 4 }))
  .map(([text, places]) => ({
    text,
    seams: [...new Set(places.filter((place) => place > 0 && place < text.length))].sort((a, b) => a - b),
  }));

/** What comes of a text by an edit: a key at its end, a deletion there, a change anywhere, or another text. */
const edits = fc.oneof(
  fc.constantFrom('a', '\n', ' ab').map((added) => ({ text, seams }: ReadText) => ({ text: text + added, seams })),
  fc.nat(600).map((cut) => ({ text, seams }: ReadText) => {
    const left = text.slice(0, Math.max(0, text.length - cut));
    return { text: left, seams: seams.filter((seam) => seam < left.length) };
  }),
  fc
    .nat(8000)
    .map((at) => ({ text, seams }: ReadText) => ({ text: `${text.slice(0, at)}cab${text.slice(at)}`, seams })),
  fc.nat(8000).map((at) => ({ text, seams }: ReadText) => ({
    text,
    seams: [...new Set([...seams, at])].filter((seam) => seam > 0 && seam < text.length).sort((a, b) => a - b),
  })),
  readTexts.map((other) => () => other),
);

/** Looks at what is read after each block of it. */
class AtEachBlock extends Turn {
  override get isOver(): boolean {
    return true;
  }

  constructor(private readonly look: () => void) {
    super();
  }

  override next(): Promise<void> {
    this.look();
    return Promise.resolve();
  }
}

async function readBy(model: ReadingModel, text: ReadText): Promise<DocumentMemory> {
  const reader = new DocumentReader(model);
  await reader.read(text, new Turn());
  return reader.memory;
}

describe('what is read along of a document', () => {
  it('depends on the text alone, whatever was read before it', async () => {
    const forms = [null, lines, blocks];
    const histories = fc.tuple(
      fc.constantFrom(...tokenizers),
      fc.constantFrom(...forms),
      readTexts,
      fc.array(edits, { maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(histories, async ([tokenizer, items, first, changes]) => {
        const model = modelOf(tokenizer, items);
        const reader = new DocumentReader(model);
        let text = first;
        await reader.read(text, new Turn());
        for (const change of changes) {
          text = change(text);
          await reader.read(text, new Turn());
          assert.ok(reader.isAt(text));
          assert.deepEqual(reader.memory.table.parts, (await readBy(model, text)).table.parts);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is what its tokens say, items each as a document, and nothing across a seam', async () => {
    const model = modelOf();
    const { tokenizer, memory } = model;
    const expected = (...parts: readonly (Iterable<number> | 'seam')[]) => {
      const document = memory.startDocument();
      for (const part of parts) {
        if (part === 'seam') document.skip();
        else document.read([...part]);
      }
      return document.table.parts;
    };
    const tokens = (text: string) => tokenizer.encode(text);
    const whole = await readBy(model, { text: 'ab\ncab', seams: [] });
    assert.deepEqual(whole.table.parts, expected(tokens('ab\ncab')));
    const cut = await readBy(model, { text: 'ab\ncab', seams: [2] });
    assert.deepEqual(cut.table.parts, expected(tokens('ab'), 'seam', tokens('\ncab')));
    const items = await readBy({ ...model, items: lines }, { text: 'ab\n\ncab\nb', seams: [] });
    const end = [endOfDocument];
    assert.deepEqual(items.table.parts, expected(tokens('ab\n'), end, tokens('cab\n'), end, tokens('b')));
  });

  it('reads little where little changed: a key at the end of a long text, and one of the pages before', async () => {
    const model = modelOf();
    const text = 'ab cab\nbca a\n'.repeat(20_000);
    const reader = new DocumentReader(model);
    await reader.read({ text, seams: [] }, new Turn());
    assert.ok((reader.knownOf({ text: `${text}a`, seams: [] }) ?? 0) > text.length - 600);
    assert.ok((reader.knownOf({ text: text.slice(0, -2000), seams: [] }) ?? 0) > text.length - 2600);
    assert.equal(reader.knownOf({ text: `c${text}`, seams: [] }), null);
    const before = reader.memory;
    await reader.read({ text: `${text}a`, seams: [] }, new Turn());
    assert.equal(reader.memory, before);
  });

  it('takes no more for taking back, wherever in a long text it is asked for', async () => {
    const random = Random.seeded(5, 'text');
    const whole = Array.from({ length: 150_000 }, () => 'abc \n'[Math.floor(random.uniform() * 5)]).join('');
    const check = ({ memory }: DocumentReader) => {
      const { undoBytes } = memory.table;
      assert.ok(undoBytes <= 4 * 2 ** 20, `${undoBytes} bytes`);
    };
    const targets = fc.array(fc.nat(whole.length), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(targets, async (ends) => {
        const model = modelOf();
        const reader = new DocumentReader(model);
        for (const end of ends) {
          await reader.read({ text: whole.slice(0, end), seams: [] }, new AtEachBlock(() => check(reader)));
          check(reader);
        }
        const last = { text: whole.slice(0, ends.at(-1)), seams: [] };
        assert.deepEqual(reader.memory.table.parts, (await readBy(model, last)).table.parts);
      }),
      { numRuns: 5, endOnFailure: true, examples: [[[1000, whole.length]], [[whole.length, 1000, whole.length]]] },
    );
  });

  it('cuts a text alike whatever follows', () => {
    fc.assert(
      fc.property(texts, texts, fc.nat(300), (text, more, start) => {
        const block = blockAt(text, start);
        if (block === null) return;
        assert.deepEqual(blockAt(text + more, start), block);
        assert.deepEqual(blockAt(text.slice(0, block.needed), start), block);
        assert.ok(block.end > start && block.end <= start + 512);
      }),
    );
  });

  it('knows how far two texts are alike', () => {
    fc.assert(
      fc.property(texts, texts, texts, (start, one, other) => {
        const [a, b] = [start + one, start + other];
        let common = 0;
        while (common < Math.min(a.length, b.length) && a[common] === b[common]) common++;
        assert.equal(commonBeginning(a, b), common);
        assert.equal(commonLength({ text: a, seams: [] }, { text: b, seams: [] }), common);
      }),
    );
    assert.equal(commonLength({ text: 'abcd', seams: [1, 3] }, { text: 'abcd', seams: [1] }), 2);
    assert.deepEqual([0, 1 << 20, (1 << 20) + 1, 1.5 * 2 ** 20].map(startOfReading), [0, 0, 1 << 18, 1 << 19]);
  });
});

describe('the documents that are read along', () => {
  const read = (text: string): ReadText => ({ text, seams: [] });

  it('are shared by requests for one text, and apart for others', async () => {
    const model = modelOf();
    const documents = new ReadDocuments(model, 2);
    const seen: (DocumentMemory | null)[] = [];
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const hold = (memory: DocumentMemory | null) => {
      seen.push(memory);
      return held;
    };
    const first = [documents.use('a', read('ab'), undefined, hold), documents.use('a', read('ab'), undefined, hold)];
    const other = documents.use('a', read('abc'), undefined, hold);
    const waiting = documents.use('b', read('cab'), undefined, (memory) => Promise.resolve(seen.push(memory)));
    await new Promise(setImmediate);
    assert.equal(seen.length, 3, 'there is room for two texts');
    assert.ok(seen[0] !== null && seen[0] === seen[1]);
    assert.notEqual(seen[2], seen[0]);
    assert.deepEqual(seen[2]?.table.parts, (await readBy(model, read('abc'))).table.parts);
    letGo();
    await Promise.all([...first, other, waiting]);
    assert.deepEqual(seen[3]?.table.parts, (await readBy(model, read('cab'))).table.parts);
  });

  it('are given up with their request, and read on for one that wants the same', async () => {
    const documents = new ReadDocuments(modelOf(), 1);
    const text = read('ab cab\n'.repeat(100_000));
    const giving = new AbortController();
    const lent: (DocumentMemory | null)[] = [];
    const lend = (memory: DocumentMemory | null) => Promise.resolve(lent.push(memory));
    const first = documents.use('a', text, giving.signal, lend);
    const second = documents.use('a', text, undefined, lend);
    setImmediate(() => giving.abort());
    await Promise.all([first, second]);
    assert.equal(lent.filter((memory) => memory === null).length, 1);
    const { table } = await readBy(modelOf(), text);
    assert.deepEqual(lent.find((memory) => memory !== null)?.table.parts, table.parts);
  });
});

describe('telling of a document what has changed', () => {
  it('comes to the text, and sends a key at its end alone', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(12), readTexts), { maxLength: 30 }), (told) => {
        const [here, there] = [new ToldTexts(), new ToldTexts()];
        for (const [key, text] of told) {
          const document = { key: String(key), ...text };
          assert.deepEqual(there.take(here.change(document)), document);
        }
      }),
    );
    const here = new ToldTexts();
    here.change({ key: 'a', text: 'abc', seams: [] });
    assert.equal(here.change({ key: 'a', text: 'abcd', seams: [] }).rest, 'd');
  });

  it('is refused where the text before was lost', () => {
    const [here, there] = [new ToldTexts(), new ToldTexts()];
    const document = { key: 'a', text: 'abc', seams: [] };
    here.change(document);
    assert.throws(() => there.take(here.change(document)), LostTextError);
  });

  it('goes through whatever else has failed or got lost, several documents at once, the whole text told once more', async () => {
    const ends = fc.constantFrom('answered', 'failed', 'lost');
    const asked = fc.array(fc.array(fc.tuple(fc.nat(12), readTexts, ends), { minLength: 1, maxLength: 4 }), {
      maxLength: 30,
    });
    const isLost = (error: unknown) => error instanceof LostTextError;
    await fc.assert(
      fc.asyncProperty(asked, async (rounds) => {
        const [here, there] = [new ToldTexts(), new ToldTexts()];
        const ask = async (document: DocumentText, end: 'answered' | 'failed' | 'lost') => {
          const answer = await here
            .ask(
              document,
              async (change) => {
                if (end === 'lost') throw new Error('It never arrived.');
                const taken = there.take(change);
                await Promise.resolve();
                if (end === 'failed') throw new Error('There is no such model.');
                return taken;
              },
              isLost,
            )
            .catch((error: unknown) => (isLost(error) ? assert.fail('Its text was lost.') : null));
          assert.deepEqual(answer, end === 'answered' ? document : null);
        };
        for (const round of rounds) {
          await Promise.all(round.map(([key, text, end]) => ask({ key: String(key), ...text }, end)));
        }
      }),
    );
  });
});
