import fc from 'fast-check';
import iconv from 'iconv-lite';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DocumentReader } from '../../../../src/corpus/read/document';
import { readTextFile } from '../../../../src/corpus/read/readTextFile';
import { surveyCorpus } from '../../../../src/corpus/survey/survey';
import { sourceOf, textsOf } from '../sources';
import { folderWith } from '../temporaryFolder';

/** The text that is read of a file with these bytes. */
async function textOf(bytes: Uint8Array): Promise<string> {
  const root = folderWith({ 'file.txt': bytes });
  const survey = await surveyCorpus(sourceOf(root, { filters: { maximumFileSize: 1e8 } }));
  const verdict = survey.files[0]!.verdict;
  assert.ok(verdict.kind === 'included');
  const text = [...new DocumentReader().pieces(verdict.origin, 'txt')].join('');
  assert.equal(verdict.characters, Array.from(text).length);
  assert.ok(text === (await readTextFile(join(root, 'file.txt'))).text);
  return text;
}

const sentences: Readonly<Record<string, string>> = {
  'windows-1252': 'Les élèves ont été très étonnés par la façade du château où naît l’été. Größe, Übung, Mädchen.\n',
  'windows-1251': 'Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n',
  'koi8-r': 'Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n',
  'windows-1253': 'Ο ουρανός είναι γαλάζιος και η θάλασσα ήρεμη σήμερα.\n',
  shift_jis: '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n',
  'euc-jp': '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n',
  gbk: '话说天下大势，分久必合，合久必分。周末七国分争，并入于秦。\n',
  big5: '話說天下大勢，分久必合，合久必分。周末七國分爭，並入于秦。\n',
  'euc-kr': '나는 한국어를 조금 할 수 있습니다. 안녕하세요 여러분.\n',
};

describe('decoding a text file', () => {
  const mixed = 'ASCII, é, 語, 😀\nand a second line\n';

  for (const encoding of ['utf8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be']) {
    it(`reads ${encoding} with a byte order mark, and leaves the mark out`, async () => {
      assert.equal(await textOf(iconv.encode(`\ufeff${mixed}`, encoding)), mixed);
    });
  }

  for (const encoding of ['utf-16le', 'utf-16be']) {
    it(`tells ${encoding} without a mark by its zeros`, async () => {
      const text = 'Mostly plain letters, and an é.\n';
      assert.equal(await textOf(iconv.encode(text, encoding)), text);
    });
  }

  for (const [encoding, sentence] of Object.entries(sentences)) {
    it(`detects ${encoding}`, async () => {
      const text = sentence.repeat(20);
      assert.equal(await textOf(iconv.encode(text, encoding)), text);
    });
  }

  it('takes one odd byte in plain text for the most widespread encoding', async () => {
    assert.equal(await textOf(Buffer.from('caf\xe9 au lait\n', 'latin1')), 'café au lait\n');
  });

  it('makes every kind of line end one', async () => {
    assert.equal(await textOf(Buffer.from('a\r\nb\rc\n\r\n\rd\r')), 'a\nb\nc\n\n\nd\n');
  });

  it('puts the replacement character for surrogates without their other half', async () => {
    assert.equal(await textOf(Buffer.from('\ufeffa\ud800b\udc00c😀', 'utf16le')), 'a\ufffdb\ufffdc😀');
    const survey = await surveyCorpus(textsOf('/', { name: 'a', text: 'a\ud800' }));
    const verdict = survey.files[0]!.verdict;
    assert.ok(verdict.kind === 'included');
    assert.deepEqual([...new DocumentReader().pieces(verdict.origin, 'txt')], ['a\ufffd']);
  });

  it('keeps a byte order mark that stands inside a text', async () => {
    assert.equal(await textOf(Buffer.from('a\n\ufeffb\n')), 'a\n\ufeffb\n');
  });

  it('reads files of many blocks whole, wherever blocks end', async function () {
    this.timeout(20_000);
    const block = 512 * 1024;
    for (const [name, text] of Object.entries({
      'a pair on the border': `${'x'.repeat(block - 2)}😀${'y\n'.repeat(99)}`,
      'a line end on the border': `${'x'.repeat(block - 1)}\r\n${'y'.repeat(block)}\r\n`,
      'no line end at all': '語'.repeat(block),
      'ASCII first, then not': `${'plain\n'.repeat(block / 4)}${'é\n'.repeat(block / 4)}`,
      'old line ends': 'a line\r'.repeat(block / 4),
    })) {
      assert.ok((await textOf(Buffer.from(text))) === text.replace(/\r\n?/g, '\n'), name);
      assert.ok(
        (await textOf(iconv.encode(`\ufeff${text}`, 'utf-16be'))) === text.replace(/\r\n?/g, '\n'),
        `${name}, UTF-16`,
      );
    }
  });

  it('detects another encoding though the first blocks were plain', async () => {
    const text = `${'plain\n'.repeat(200_000)}caf\xe9\n`;
    assert.ok((await textOf(Buffer.from(text, 'latin1'))) === text);
  });

  it('gives back every text that was written as UTF-8', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
        fc.pre(!text.includes('\0') && /\S/.test(text.replace(/^\ufeff/, '')));
        assert.equal(await textOf(Buffer.from(text)), text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'));
      }),
      { numRuns: 40 },
    );
  }).timeout(20_000);
});
