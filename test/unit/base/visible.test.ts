import fc from 'fast-check';
import assert from 'node:assert/strict';
import { visible, visibleLines } from '../../../src/base/visible';

const hidden = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029\ufeff]/u;
const anything = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), fc.constantFrom('\u001b', '\u202e', '\n')),
});

describe('what a person is shown', () => {
  it('holds nothing that steers what shows it, and all else as it is', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const shown = visible(text);
        assert.ok(!hidden.test(shown), JSON.stringify(shown));
        assert.equal(shown.replace(/<U\+[0-9A-F]{4}>/g, ''), text.replace(new RegExp(hidden, 'gu'), ''));
        assert.equal(visibleLines(text).replaceAll(/[^\n]/g, ''), text.replaceAll(/[^\n]/g, ''));
      }),
    );
    assert.equal(visible('a\u001b[2Jb\u202ec\u009b\n'), 'a<U+001B>[2Jb<U+202E>c<U+009B><U+000A>');
    assert.equal(visible('Käse 👨‍👩‍👧 می‌خواهم'), 'Käse 👨‍👩‍👧 می‌خواهم', 'joiners belong to scripts and emoji');
    assert.equal(visibleLines('a\tb\n\r'), 'a\tb\n<U+000D>');
  });
});
