import assert from 'node:assert/strict';
import { CrashHistory } from '../../../src/extension/background/crashHistory';

describe('the crash history', () => {
  it('allows four restarts within three minutes', () => {
    let now = 0;
    const crashes = new CrashHistory(() => now);
    for (let i = 0; i < 5; i++) {
      assert.ok(crashes.allowsStart);
      crashes.add('SIGKILL');
      now += 10_000;
    }
    assert.equal(crashes.allowsStart, false);
    now = 180_000;
    assert.ok(crashes.allowsStart, 'the first is forgotten');
  });

  it('tells a fault of the program from an end that someone else has made', () => {
    const faults = (...ends: readonly string[]): boolean => {
      const crashes = new CrashHistory();
      ends.forEach((how) => crashes.add(how));
      return crashes.hasFault;
    };
    for (const how of ['SIGSEGV', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'exit code 139', 'exit code 3221225477']) {
      assert.ok(faults(how), how);
      assert.ok(faults(how, 'SIGKILL'), `${how}, then another`);
    }
    for (const how of [
      'SIGKILL',
      'SIGTERM',
      'SIGHUP',
      'exit code 0',
      'exit code 1',
      'exit code 137',
      'exit code unknown',
    ]) {
      assert.ok(!faults(how), how);
    }
  });
});
