import assert from 'node:assert/strict';
import type { Scores } from '../../../bench/build';
import { noticedTable, scoresTable, type TextResult, trainingTable } from '../../../bench/quality/tables';

const noticed = { unknownWords: 0.043, knownPairs: 0.5, distinctWords: 0.25, copied: 0 };

function buildResult(build: string, scores: Scores, unknownWords: number) {
  const trained = { model: '', steps: 10, tokens: 3000, seconds: build === 'Textloom' ? 2 : 1, said: null };
  const writing = { temperature: 0.8, text: '', noticed: { ...noticed, unknownWords } };
  return { build, trained, scores, written: [writing] };
}

const own = buildResult('Textloom', { natsPerCharacter: 1.25, frozen: 1.4, lstm: 1.5 }, 0.01);
const before = buildResult('build abc', { natsPerCharacter: 1.659, frozen: NaN, lstm: NaN }, 0.043);
const result: TextResult = {
  text: 'verse',
  source: '',
  builds: [own, before],
  peers: { 'PPMd, order 6': 1.404 },
  next: noticed,
};

describe('tables of quality', () => {
  it('show what a build does not tell as a dash, and builds less each other', () => {
    assert.deepEqual(scoresTable([result, { ...result, text: 'prose', peers: {} }]).cells, [
      ['Textloom, as it writes', ['1.250', '1.250']],
      ['Textloom, memory as saved', ['1.400', '1.400']],
      ['Textloom, LSTM alone', ['1.500', '1.500']],
      ['Textloom, said by its training', ['–', '–']],
      ['build abc, as it writes', ['1.659', '1.659']],
      ['build abc, memory as saved', ['–', '–']],
      ['build abc, LSTM alone', ['–', '–']],
      ['build abc, said by its training', ['–', '–']],
      ['difference, as it writes', ['−0.409', '−0.409']],
      ['difference, memory as saved', ['–', '–']],
      ['difference, LSTM alone', ['–', '–']],
      ['difference, said by its training', ['–', '–']],
      ['PPMd, order 6', ['1.404', '–']],
    ]);
  });

  it('show a build alone without differences', () => {
    const alone = { ...result, builds: [own] };
    assert.equal(scoresTable([alone]).cells.length, 5);
    assert.deepEqual(trainingTable([alone]).cells, [['Textloom', ['1,500']]]);
    assert.deepEqual(
      noticedTable([alone]).cells.map(([row]) => row),
      ['verse, the next tenth itself', 'verse, T = 0.8, Textloom'],
    );
  });

  it('show speeds and their ratio', () => {
    const { cells } = trainingTable([result]);
    assert.deepEqual(cells, [
      ['Textloom', ['1,500']],
      ['build abc', ['3,000']],
      ['ratio', ['0.50']],
    ]);
  });

  it('show what a reader notices in percent', () => {
    assert.deepEqual(noticedTable([result]).cells, [
      ['verse, the next tenth itself', ['4.3', '50.0', '25.0', '0.0']],
      ['verse, T = 0.8, Textloom', ['1.0', '50.0', '25.0', '0.0']],
      ['verse, T = 0.8, build abc', ['4.3', '50.0', '25.0', '0.0']],
      ['verse, T = 0.8, difference', ['−3.3', '0.0', '0.0', '0.0']],
    ]);
  });
});
