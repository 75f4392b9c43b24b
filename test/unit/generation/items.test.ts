import fc from 'fast-check';
import assert from 'node:assert/strict';
import { CharTokenizer } from '../../../src/corpus/tokenizers/char';
import { endOfDocument } from '../../../src/corpus/tokenizers/tokenizer';
import { Chooser } from '../../../src/generation/choices';
import { readCopyIndex, saveCopyIndex } from '../../../src/generation/copies/copyFile';
import { CopyGuard } from '../../../src/generation/copies/copyGuard';
import { type CopyIndex, CopyIndexBuilder } from '../../../src/generation/copies/copyIndex';
import { indexCorpus } from '../../../src/generation/copies/indexCorpus';
import { itemCopies } from '../../../src/generation/copies/itemCopies';
import { defaultSampling, makePrompt, Writer } from '../../../src/generation/generation';
import type { StopOptions } from '../../../src/generation/options';
import { PromptReader } from '../../../src/generation/promptReader';
import type { ItemForm } from '../../../src/model/itemForm';
import { textsOf } from '../corpus/sources';
import { folderWith } from '../corpus/temporaryFolder';
import { ScriptedPredictor } from './scriptedPredictor';

const tokenizer = new CharTokenizer({ kind: 'char', symbols: ['\n', 'a', 'b', 'z', '-'] });
const [line, a, b, z] = [2, 3, 4, 5] as const;
const lines: ItemForm = { unit: 'lines' };
const forms = fc.constantFrom<ItemForm>(lines, { unit: 'blocks', separator: '' }, { unit: 'blocks', separator: '---' });

/** A model that has only ever read an item from its start on: after what ends one, it would write a z for ever. */
function listModel(item: string): ScriptedPredictor {
  const tokens = tokenizer.encode(item);
  const predictor = new ScriptedPredictor(tokenizer.vocabularySize, () => z);
  // The state's first number counts tokens since a document's end was read, plus one; 99 where that wasn't from a fresh state.
  const read = (state: Float32Array, token: number) => {
    const isFresh = token === endOfDocument && state[0] === 0;
    state[0] = isFresh ? 1 : state[0] === 0 || token === endOfDocument ? 99 : state[0]! + 1;
  };
  predictor.prime = (state, primed) => primed.forEach((token) => read(state, token));
  predictor.next = (state, token, logits) => {
    read(state, token);
    logits.fill(-20);
    logits[tokens[state[0]! - 1] ?? z] = 20;
  };
  return predictor;
}

const cool = { ...defaultSampling, temperature: 0 };

async function write(form: ItemForm, item: string, stop: StopOptions, prompt = ''): Promise<string> {
  const predictor = listModel(item);
  const writer = new Writer(tokenizer, predictor, new PromptReader(predictor), form);
  const { text } = await writer.write({ prompt: writer.prompt(prompt, true), sampling: cool, stop });
  return text;
}

function endOf(form: ItemForm): string {
  return form.unit === 'lines' ? '\n' : `\n${form.separator}\n`;
}

describe('a model of a list', () => {
  it('starts afresh with each item, and ends with one where that is asked for', async () => {
    const items = fc.stringMatching(/^[ab]{1,6}$/);
    await fc.assert(
      fc.asyncProperty(forms, items, fc.integer({ min: 1, max: 60 }), async (form, item, characters) => {
        const whole = item + endOf(form);
        const endless = whole.repeat(80).slice(0, characters);
        assert.equal(await write(form, whole, { characters, at: 'none' }), endless);
        assert.equal(await write(form, whole, { characters: 1000, at: 'item' }), item);
        const cut = Math.floor(item.length / 2);
        const prompts = ['', whole, `z${whole}`, whole.repeat(3)];
        for (const before of prompts) {
          const rest = await write(form, whole, { characters: 1000, at: 'item' }, before + item.slice(0, cut));
          assert.equal(before.length > 0 && cut === 0 ? rest : item.slice(0, cut) + rest, item);
        }
      }),
    );
  });

  it('reads of a prompt the item that it ends in', () => {
    const read = (text: string, form: ItemForm | null, startsDocument = false) => [
      ...makePrompt(tokenizer, text, startsDocument, undefined, form).tokens,
    ];
    assert.deepEqual(read('ab\nba\na', lines), [endOfDocument, a]);
    assert.deepEqual(read('ab\n', lines), [endOfDocument]);
    assert.deepEqual(read('ab', lines), [a, b]);
    assert.deepEqual(read('ab\n\na\nb', { unit: 'blocks', separator: '' }), [endOfDocument, a, line, b]);
    assert.deepEqual(read('ab\n', null, true), [endOfDocument, a, b, line]);
  });

  it('chooses the next word from the next item on', async () => {
    const predictor = listModel('ab\n');
    const chooser = new Chooser(tokenizer, predictor, new PromptReader(predictor), lines);
    const [word] = await chooser.words(makePrompt(tokenizer, 'ab', true, undefined, lines), 1);
    assert.equal(word?.text, '\nab');
  });

  it('ends a line or item whatever characters it may use', async () => {
    for (const at of ['line', 'item'] as const) {
      for (const characters of [
        { kind: 'only', characters: 'ab' },
        { kind: 'never', characters: 'z\n' },
      ] as const) {
        const predictor = listModel('ab\n');
        const writer: Writer = new Writer(tokenizer, predictor, undefined, lines);
        const request = {
          prompt: writer.prompt('', true),
          sampling: { ...cool, characters },
          stop: { characters: 50, at },
        };
        assert.deepEqual(await writer.write(request), { text: 'ab', stopped: 'boundary' });
      }
    }
  });
});

function indexOf(items: readonly string[], form = lines): CopyIndex {
  const builder = new CopyIndexBuilder(100, form);
  builder.startDocument('list.txt');
  builder.add(items.map((item) => `${item}\n`).join(''));
  let start = 0;
  for (const item of items) {
    builder.addItem(item, start);
    start += item.length + 1;
  }
  return builder.finish();
}

const names = fc.stringMatching(/^[ab]{1,4}$/);
const gone = () => Promise.resolve(null);

describe('copies of items', () => {
  it('are just those that stand in the list, however short', () => {
    fc.assert(
      fc.property(fc.array(names), fc.array(names, { minLength: 1 }), fc.boolean(), (list, written, isComplete) => {
        const index = indexOf(list);
        const text = written.join('\n');
        const cut = Math.floor((written[0]?.length ?? 0) / 2);
        const copies = itemCopies(text.slice(cut), index, { begun: text.slice(0, cut), isComplete });
        const whole = isComplete ? written : written.slice(0, -1);
        const expected = whole.filter((name) => list.includes(name));
        const found = copies.map(
          ({ start, length }, i) =>
            (start === 0 && i === 0 ? text.slice(0, cut) : '') + text.slice(cut).slice(start, start + length),
        );
        assert.deepEqual(found, expected);
        const all = list.map((name) => `${name}\n`).join('');
        for (const [i, { offset, length, document }] of copies.entries()) {
          assert.equal(document, 'list.txt');
          assert.equal(
            all.slice(offset, offset + length),
            text.slice(cut).slice(copies[i]!.start, copies[i]!.start + length),
          );
        }
      }),
    );
  });

  it('are found in the index of a corpus, which is saved and read again', async () => {
    const list = Array.from({ length: 400 }, (_, i) => `n${i.toString(4).replace(/./g, (d) => 'abcd'[Number(d)]!)}`);
    const source = textsOf('/', { name: 'names.txt', text: `\n${list.join('\n\n')}` });
    const folder = folderWith({});
    await saveCopyIndex(folder, await indexCorpus(source, {}, { documents: 'auto' }));
    const index = (await readCopyIndex(folder))!;
    for (const [i, name] of list.entries()) {
      const place = index.placeOfItem(name)!;
      assert.deepEqual(place, {
        document: 'names.txt',
        offset: 1 + list.slice(0, i).join('\n\n').length + (i > 0 ? 2 : 0),
      });
      assert.equal(index.placeOfItem(`${name}x`), null);
    }
    const whole = await indexCorpus(source, {}, {});
    assert.equal(whole.parts.items, undefined);
    assert.deepEqual(itemCopies('na\n', whole, { begun: '', isComplete: false }), []);
  });

  it('are taken back, so that none is left where others are possible', async () => {
    // Two letters of two kinds make a name; after them comes a line break.
    const predictor = new ScriptedPredictor(tokenizer.vocabularySize, () => line);
    const read = (state: Float32Array, token: number) => (state[0] = token === endOfDocument ? 0 : state[0]! + 1);
    predictor.prime = (state, primed) => primed.forEach((token) => read(state, token));
    predictor.next = (state, token, logits) => {
      read(state, token);
      logits.fill(-99);
      if (state[0]! < 2) logits[a] = logits[b] = 1;
      else logits[line] = 1;
    };
    const all = ['aa', 'ab', 'ba', 'bb'];
    const lists = fc.subarray(all, { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(lists, fc.nat(), fc.constantFrom(0, 1), fc.boolean(), async (list, seed, temperature, one) => {
        const writer = new Writer(tokenizer, predictor, undefined, lines);
        const stop = one ? ({ characters: 100, at: 'item' } as const) : ({ characters: 30, at: 'none' } as const);
        const guard = new CopyGuard(indexOf(list), 40, gone);
        const sampling = { ...defaultSampling, temperature, topP: 1, seed };
        const { text } = await writer.write({ prompt: writer.prompt('', true), sampling, stop, guard });
        const written = text.split('\n').filter((name) => name !== '');
        assert.equal(written.length, one ? 1 : 10);
        for (const name of written)
          assert.ok(all.includes(name) && !list.includes(name), `${name} of ${written.join()}`);
      }),
    );
  });

  it('stand where nothing else can be written', async () => {
    const predictor = listModel('ab\n');
    const writer = new Writer(tokenizer, predictor, undefined, lines);
    const guard = new CopyGuard(indexOf(['ab']), 40, gone);
    const characters = { kind: 'only', characters: 'ab' } as const;
    const request = {
      prompt: writer.prompt('', true),
      sampling: { ...cool, characters },
      stop: { characters: 9, at: 'item' },
      guard,
    } as const;
    const { text } = await writer.write(request);
    assert.ok(text.length <= 9);
  });
});
