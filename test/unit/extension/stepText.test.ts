import assert from 'node:assert/strict';
import { isBeginningOfWord, stepFilter, stepLabel } from '../../../src/extension/generation/stepText';

describe('the choices of a step', () => {
  it('are filtered by what may be the beginning of a word, and begin anew after it', () => {
    for (const typed of ['', ' ', ' wh', 'wh', 'don’t', 'ship-', '\n Th']) assert.ok(isBeginningOfWord(typed), typed);
    for (const typed of ['wh ', 'whale,', ' a b', '.', '!?']) assert.ok(!isBeginningOfWord(typed), typed);
  });

  it('show what can not be seen', () => {
    assert.equal(stepLabel(' the'), 'the');
    assert.equal(stepLabel(' '), '␣ space');
    assert.equal(stepLabel('\n'), '↵ line end');
    assert.equal(stepLabel('\n\nThe'), '↵↵The');
    assert.equal(stepLabel('  '), '␣␣');
    assert.equal(stepFilter(' the'), 'the');
    assert.equal(stepFilter(' '), ' ');
  });
});
