import fc from 'fast-check';
import iconv from 'iconv-lite';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { buildCorpus } from '../../../../src/corpus/build';
import { defaultCorpusOptions } from '../../../../src/corpus/corpus';
import { encodingName } from '../../../../src/corpus/read/reading';
import { readTextFile } from '../../../../src/corpus/read/readTextFile';
import { UnreadableError } from '../../../../src/corpus/read/textFile';
import { summarize, surveyCorpus } from '../../../../src/corpus/survey/survey';
import { prose, sourceOf } from '../sources';
import { folderWith } from '../temporaryFolder';

const languages: Readonly<Record<string, string>> = {
  Latin: 'Plain words, and an é.\n',
  Cyrillic: 'Все счастливые семьи похожи друг на друга.\n',
  Greek: 'Ο ουρανός είναι γαλάζιος και η θάλασσα ήρεμη σήμερα.\n',
  Thai: 'ประเทศไทย เป็นประเทศที่ ตั้งอยู่ในเอเชีย\n',
  Arabic: 'في البدء خلق الله السماوات والأرض.\n',
  Chinese: '一九三零年，我们今天去学校的时候，看见了很多人在路上。一二三。\n',
  Japanese: '吾輩は猫である。名前はまだ無い。　どこで生れたかとんと見当がつかぬ。\n',
  Korean: '나는 한국어를 조금 할 수 있습니다. 안녕하세요 여러분.\n',
};

describe('UTF-16 without a mark', () => {
  for (const [language, sentence] of Object.entries(languages)) {
    for (const encoding of ['utf-16le', 'utf-16be']) {
      it(`is read as ${encoding}: ${language}`, async () => {
        for (const count of [1, 3, 2000]) {
          const text = sentence.repeat(count);
          const read = await readTextFile(iconv.encode(text, encoding));
          assert.equal(read.encoding, encoding);
          assert.ok(read.text === text);
        }
      });
    }
  }

  it('is not what numbers and pictures are read as', async () => {
    const numbers = fc.array(fc.integer({ min: -20_000, max: 20_000 }), { minLength: 200, maxLength: 2000 });
    await fc.assert(
      fc.asyncProperty(numbers, async (values) => {
        const bytes = Buffer.from(Int16Array.from([1, 0, ...values]).buffer);
        await assert.rejects(
          readTextFile(bytes),
          (error) => error instanceof UnreadableError && error.reason === 'binary',
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('what a corpus was read as', () => {
  const french = 'Les élèves ont été très étonnés par la façade du château.\n'.repeat(40);

  it('is told with the files, and how much could not be read', async () => {
    const strike = Buffer.from(french);
    strike[strike.indexOf(0x20)] = 0xe9;
    const root = folderWith({
      'plain.txt': prose(3000),
      'old.txt': iconv.encode(french, 'windows-1252'),
      'mac.csv': iconv.encode(`“Où est-il ?” ${french}`.replaceAll('\n', '\r'), 'macroman'),
      'wide.txt': iconv.encode(`\ufeff${french} Et voilà.`, 'utf-16le'),
      'struck.txt': Buffer.concat([Buffer.from('Une autre page. '.repeat(60)), strike]),
    });
    const summary = summarize(await surveyCorpus(sourceOf(root, { filters: { keep: ['near duplicate'] } })));
    assert.deepEqual(summary.encodings, [
      { encoding: 'Mac Roman', files: 1, examples: ['mac.csv'] },
      { encoding: 'UTF-16 LE', files: 1, examples: ['wide.txt'] },
      { encoding: 'windows-1252', files: 1, examples: ['old.txt'] },
    ]);
    assert.deepEqual(summary.unreadable, { bytes: 1, files: 1, examples: ['struck.txt'] });
    const clean = summarize(await surveyCorpus(sourceOf(folderWith({ 'a.txt': 'é' }))));
    assert.ok(!('encodings' in clean) && !('unreadable' in clean));
  });

  it('is the same at the second reading, when a large text is tokenised', async () => {
    const bytes = Buffer.from(french.repeat(20));
    for (let i = 1000; i < bytes.length; i += 5000) bytes[i] = 0xff;
    const root = folderWith({ 'struck.txt': bytes });
    const corpus = await buildCorpus(sourceOf(root), defaultCorpusOptions);
    const { text, unreadable } = await readTextFile(bytes);
    assert.equal(corpus.summary.unreadable?.bytes, unreadable);
    assert.equal(corpus.summary.characters, Array.from(text).length);
    corpus.dispose();
  });

  it('is what was wished for in a folder, the last wish that fits first, and another text where the wish changes', async () => {
    const bytes = iconv.encode(french, 'windows-1252');
    const root = folderWith({ 'a.txt': bytes, 'b.md': bytes.subarray(0, 900), 'in/c.txt': bytes.subarray(0, 1500) });
    const survey = (encodings: readonly object[]) =>
      surveyCorpus(
        sourceOf(root, { encodings: encodings as never, filters: { keep: ['near duplicate', 'duplicate'] } }),
      );
    const read = async (encodings: readonly object[]) => {
      const { files } = await survey(encodings);
      return Object.fromEntries(
        files.map(({ name, verdict }) => [
          name,
          verdict.kind === 'included' ? verdict.reading?.encoding : verdict.reason,
        ]),
      );
    };
    assert.deepEqual(
      await read([
        { folder: root, encoding: 'iso88595' },
        { folder: root, languages: ['md'], encoding: 'macroman' },
        { folder: join(root, 'in'), encoding: 'no such encoding' },
      ]),
      { 'a.txt': 'iso88595', 'b.md': 'macroman', 'in/c.txt': 'windows-1252' },
    );
    const hashOf = async (encodings: readonly object[]) => {
      const [file] = (await survey(encodings)).files;
      return file?.verdict.kind === 'included' && file.verdict.hash;
    };
    assert.notEqual(await hashOf([]), await hashOf([{ folder: root, encoding: 'macroman' }]));
  });

  it('has a name that people know', () => {
    assert.deepEqual(
      ['utf-16le', 'macroman', 'cp932', 'gb18030', 'windows-1252', 'windows1252', 'iso885915', 'koi8-r'].map(
        encodingName,
      ),
      ['UTF-16 LE', 'Mac Roman', 'Shift-JIS', 'GB 18030', 'windows-1252', 'windows-1252', 'ISO 8859-15', 'KOI8-R'],
    );
  });
});
