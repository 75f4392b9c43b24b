import fc from 'fast-check';
import assert from 'node:assert/strict';
import { copyLength, KnownText } from '../../../bench/quality/noticed';

/** Between two dots, so that no word touches an end. */
function inside(text: string): string {
  return `.${text}.`;
}

describe('what a reader notices of a text', () => {
  const fox = new KnownText('The quick brown fox jumps over the lazy dog. The fox can’t sleep.');

  it('is how many of its words are unknown, upper and lower case being two', () => {
    assert.equal(fox.noticed(inside('The fox jumps')).unknownWords, 0);
    assert.equal(fox.noticed(inside('The fix jumps quickly')).unknownWords, 2 / 4);
    assert.equal(fox.noticed(inside('Fox can’t')).unknownWords, 1 / 2);
    assert.equal(fox.noticed(inside("can't")).unknownWords, 1);
  });

  it('is how many pairs of neighbours are known, whatever stands between them', () => {
    // Of the brown, brown fox, fox jumps, jumps dog: two; "dog The" across a full stop is one as well.
    assert.equal(fox.noticed(inside('the brown fox jumps dog')).knownPairs, 2 / 4);
    assert.equal(fox.noticed(inside('dog\nThe')).knownPairs, 1);
    assert.equal(fox.noticed(inside('fox brown')).knownPairs, 0);
  });

  it('is how many of its words are different ones', () => {
    assert.equal(fox.noticed(inside('the fox the dog the fox')).distinctWords, 3 / 6);
  });

  it('leaves out words at its ends, which may be torn', () => {
    assert.equal(fox.noticed('ox jumps over laz').unknownWords, 0);
    assert.equal(fox.noticed('ox jumps over laz').distinctWords, 1);
    assert.equal(fox.noticed('ox jumps ovr laz').unknownWords, 1 / 2);
    assert.ok(Number.isNaN(fox.noticed('jum').unknownWords));
    assert.ok(Number.isNaN(fox.noticed('').copied));
  });

  it('takes no two lines of a list for neighbours', () => {
    const list = new KnownText('van Gogh\nda Vinci\n', true);
    assert.equal(list.noticed('\nda Vinci\nvan Gogh\nvan Vinci\n').knownPairs, 2 / 3);
    assert.ok(Number.isNaN(list.noticed('\nGogh\nVinci\n').knownPairs));
  });

  const passage = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH';

  it('is how many characters are in copies', () => {
    const known = new KnownText(`-- ${passage} --`);
    const copy = passage.slice(0, copyLength);
    assert.equal(known.noticed(`??${copy}????????`).copied, 40 / 50);
    assert.equal(known.noticed(`??${passage}????`).copied, 44 / 50);
    assert.equal(known.noticed(`${copy}${copy}`).copied, 1);
    assert.equal(known.noticed(`??${copy.slice(1)}????????`).copied, 0);
  });

  it('takes white space for one character, however long', () => {
    const words = 'it was the whale that they all had seen before';
    const known = new KnownText(`..${words}..${' '.repeat(100)}..`);
    assert.equal(known.noticed(`??${words.replaceAll(' ', '\n  ')}??`).copied, 46 / 50);
    assert.equal(known.noticed(`??${' '.repeat(100)}??`).copied, 0);
  });

  it('counts code points', () => {
    const whales = '🐋'.repeat(copyLength);
    const known = new KnownText(`${passage}${whales}`);
    assert.equal(known.noticed(`??${whales}????????`).copied, 40 / 50);
    assert.equal(known.noticed(`??${whales.slice(2)}?????????`).copied, 0);
    assert.equal(known.noticed(`??${passage}${whales}`).copied, 84 / 86);
  });

  it('finds every character of a copy, wherever it begins and ends', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '🐋'), { minLength: 60, maxLength: 120 });
    const strange = fc.array(fc.constantFrom('x', 'y'), { maxLength: 30 });
    fc.assert(
      fc.property(letters, strange, strange, fc.nat(), fc.nat(), (known, before, after, from, length) => {
        const start = from % (known.length - copyLength);
        const copy = known.slice(start, start + copyLength + (length % (known.length - copyLength - start)));
        const { copied } = new KnownText(known.join('')).noticed([...before, ...copy, ...after].join(''));
        assert.equal(copied, copy.length / (before.length + copy.length + after.length));
      }),
    );
  });
});
