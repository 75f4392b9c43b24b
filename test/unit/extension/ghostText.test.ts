import assert from 'node:assert/strict';
import { isSuggestiblePlace, silenceOf, tidySuggestion } from '../../../src/extension/ghost/suggestible';
import { SuggestionCache } from '../../../src/extension/ghost/suggestionCache';

describe('ghost text', () => {
  it('stands at the end of a line, or before what closes there', () => {
    for (const rest of ['', '  ', ')', '."', '”', ');']) assert.equal(isSuggestiblePlace(rest), true, rest);
    for (const rest of ['a', ' and so on', ') + 1']) assert.equal(isSuggestiblePlace(rest), false);
  });

  it('leaves out a word that was cut, and what is nothing but blanks', () => {
    assert.equal(tidySuggestion(' the white whale and the shi', true), ' the white whale and the');
    assert.equal(tidySuggestion(' the white whale.', true), ' the white whale');
    assert.equal(tidySuggestion(' the white whale. ', false), ' the white whale.');
    assert.equal(tidySuggestion('cisely', true), 'cisely');
    assert.equal(tidySuggestion(' \n ', false), undefined);
  });

  it('is off by the setting, in a file, or for a while', () => {
    const document = { isEnabled: true, uri: 'file:///a.md' };
    const switches = { offFiles: new Set(['file:///b.md']), snoozedUntil: 100 };
    assert.equal(silenceOf(document, switches, 100), undefined);
    assert.deepEqual(silenceOf(document, switches, 99), { kind: 'snoozed', until: 100 });
    assert.deepEqual(silenceOf({ ...document, uri: 'file:///b.md' }, switches, 99), { kind: 'file' });
    assert.deepEqual(silenceOf({ isEnabled: false, uri: 'file:///b.md' }, switches, 99), { kind: 'setting' });
  });

  describe('cache', () => {
    const before = 'Call me Ishmael. Some years ago';
    const suggestion = { key: 'model document', offset: before.length, before, text: ', never mind' };

    it('has the rest of a suggestion for whoever types on along it', () => {
      const cache = new SuggestionCache();
      cache.add(suggestion);
      assert.equal(cache.find(suggestion.key, before.length, before), ', never mind');
      assert.equal(cache.find(suggestion.key, before.length + 3, `${before}, n`), 'ever mind');
    });

    it('has nothing for another way, another place, another model or a finished suggestion', () => {
      const cache = new SuggestionCache();
      cache.add(suggestion);
      assert.equal(cache.find(suggestion.key, before.length + 3, `${before}, a`), undefined);
      assert.equal(cache.find(suggestion.key, before.length + 1, before), undefined);
      assert.equal(cache.find('another', before.length, before), undefined);
      assert.equal(cache.find(suggestion.key, before.length + 12, `${before}, never mind`), undefined);
      assert.equal(cache.find(suggestion.key, before.length, before.replace('years', 'weeks')), undefined);
    });

    it('forgets the oldest', () => {
      const cache = new SuggestionCache(2);
      for (const offset of [10, 20, 30]) cache.add({ ...suggestion, before: 'x'.repeat(offset), offset });
      assert.equal(cache.find(suggestion.key, 10, 'x'.repeat(10)), undefined);
      assert.equal(cache.find(suggestion.key, 30, 'x'.repeat(30)), ', never mind');
    });
  });
});
