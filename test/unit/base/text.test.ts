import fc from 'fast-check';
import assert from 'node:assert/strict';
import { isHighSurrogate, isInsidePair, isLowSurrogate, isSurrogate, withLineFeeds } from '../../../src/base/text';

describe('a text as code units', () => {
  const line = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n]/g, ''));

  it('ends every line by one line feed, whatever ended it before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(line, fc.constantFrom('\r\n', '\n', '\r'))), line, (lines, last) => {
        // A lone CR before an empty line that ends in LF would be one CR LF.
        const isClear = lines.every(([, end], at) => end !== '\r' || lines[at + 1]?.join('') !== '\n');
        fc.pre(isClear);
        const text = lines.map(([content, end]) => content + end).join('') + last;
        assert.equal(withLineFeeds(text), [...lines.map(([content]) => content), last].join('\n'));
      }),
    );
  });

  it('may be cut exactly where code points begin', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const starts = new Set<number>();
        let start = 0;
        for (const character of text) {
          starts.add(start);
          start += character.length;
        }
        for (let unit = 0; unit < text.length; unit++) assert.equal(isInsidePair(text, unit), !starts.has(unit));
        assert.equal(isInsidePair(text, text.length), false);
      }),
    );
  });

  it('tells the halves of surrogate pairs from all other units', () => {
    const [high, low] = [/[\ud800-\udbff]/, /[\udc00-\udfff]/];
    for (let unit = 0; unit < 0x10000; unit++) {
      const character = String.fromCharCode(unit);
      const expected = [high.test(character), low.test(character), high.test(character) || low.test(character)];
      assert.deepEqual([isHighSurrogate(unit), isLowSurrogate(unit), isSurrogate(unit)], expected);
    }
  });
});
