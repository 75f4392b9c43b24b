import fc from 'fast-check';
import assert from 'node:assert/strict';
import { code, escapeMarkdown } from '../../../src/extension/markdown';

const special = fc.constantFrom(
  '`',
  '``',
  '[',
  '](',
  ')',
  '![',
  '<img src=x>',
  '$(',
  '*',
  '\\',
  '\n',
  '://',
  '@',
  '&lt;',
  'a',
);
const anything = fc.array(fc.oneof(special, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 12 });

describe('names in Markdown', () => {
  it('are escaped wherever they could begin something', () => {
    fc.assert(
      fc.property(anything, (parts) => {
        const escaped = escapeMarkdown(parts.join(''));
        assert.ok(!/[\r\n]/.test(escaped));
        // Two characters that belong together are taken away together.
        const bare = escaped.replace(/\\[\\`*_{}[\]()#+\-.!<>|~$&:@]/g, '');
        assert.ok(!/[\\`*_[\](){}!<>|~$&#:@]/.test(bare), escaped);
      }),
    );
    assert.equal(escapeMarkdown('see https://x.invalid'), 'see https\\://x\\.invalid');
  });

  it('stay inside a span of code, whatever backticks they hold', () => {
    fc.assert(
      fc.property(anything, (parts) => {
        const span = code(parts.join(''));
        const [fence = ''] = /^`+/.exec(span) ?? [];
        const inside = span.slice(fence.length, span.length - fence.length);
        assert.ok(span.endsWith(fence) && !/[\n\u202e]/.test(span));
        for (const [run] of inside.matchAll(/`+/g)) assert.notEqual(run.length, fence.length, span);
        assert.ok(!inside.startsWith('`') && !inside.endsWith('`'));
      }),
    );
    const name = 'x` ![p](https://picture.invalid/p.png) `';
    assert.equal(code(name), '`` x`␣![p](https://picture.invalid/p.png)␣` ``');
  });
});
