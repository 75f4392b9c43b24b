import assert from 'node:assert/strict';
import { CrashHistory } from '../../../src/extension/background/crashHistory';

describe('crash history', () => {
  it('allows four restarts within three minutes', () => {
    let now = 0;
    const crashes = new CrashHistory(() => now);
    for (let i = 0; i < 5; i++) {
      assert.ok(crashes.allowsStart);
      crashes.add();
      now += 10_000;
    }
    assert.equal(crashes.allowsStart, false);
    now = 180_000;
    assert.ok(crashes.allowsStart, 'the first is forgotten');
  });
});
