import assert from 'node:assert/strict';
import { type Contender, type Standing, tableOf } from '../../../src/extension/compare/standings';

function contender(name: string, standing: Standing): Contender {
  return { folder: `/models/${name}`, name, standing };
}

describe('a comparison of models', () => {
  const contenders = [
    contender('torn', { kind: 'failed', reason: 'This model is damaged.' }),
    contender('next', { kind: 'waiting' }),
    contender('good', { kind: 'scored', bitsPerCharacter: 2.5 }),
    contender('now', { kind: 'scoring', share: 0.427 }),
    contender('better', { kind: 'scored', bitsPerCharacter: 2.25 }),
  ];

  it('has the best first and marked, then the others, then what is to come, then what failed', () => {
    const rows = tableOf(contenders, '/models/good');
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['$(star-full) better', '$(blank) good', '$(loading~spin) now', '$(circle-outline) next', '$(warning) torn'],
    );
    assert.deepEqual(
      rows.map(({ description }) => description),
      ['2.250 bits per character · best', '2.500 bits per character · +0.250 · writes now', '', '', ''],
    );
    assert.equal(rows[2]!.detail, 'Reading… 42%');
    assert.ok(rows[0]!.detail.length < rows[1]!.detail.length, 'the bars are as long as the bits are many');
  });

  it('names what is damaged with the reason, and does not offer it', () => {
    const row = tableOf(contenders, undefined).at(-1)!;
    assert.equal(row.detail, 'This model is damaged.');
    assert.deepEqual(
      tableOf(contenders, undefined).map(({ isUsable }) => isUsable),
      [true, true, true, true, false],
    );
  });
});
