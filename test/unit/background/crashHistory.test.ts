import assert from 'node:assert/strict';
import { CrashHistory, describeEnd, type ProcessEnd } from '../../../src/extension/background/crashHistory';

function signal(name: NodeJS.Signals): ProcessEnd {
  return { signal: name, code: null };
}

function exit(code: number | null): ProcessEnd {
  return { signal: null, code };
}

const faultyEnds = [
  ...(['SIGSEGV', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS'] as const).map(signal),
  ...[139, 3221225477].map(exit),
];
const otherEnds = [...(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const).map(signal), ...[0, 1, 137, null].map(exit)];

describe('the crash history', () => {
  it('allows four restarts within three minutes', () => {
    let now = 0;
    const crashes = new CrashHistory(() => now);
    for (let i = 0; i < 5; i++) {
      assert.ok(crashes.allowsStart);
      crashes.add(signal('SIGKILL'));
      now += 10_000;
    }
    assert.equal(crashes.allowsStart, false);
    now = 180_000;
    assert.ok(crashes.allowsStart, 'the first is forgotten');
  });

  it('tells a fault of the program from an end that someone else has made', () => {
    const faults = (...ends: readonly ProcessEnd[]): boolean => {
      const crashes = new CrashHistory();
      ends.forEach((end) => crashes.add(end));
      return crashes.hasFault;
    };
    for (const end of faultyEnds) {
      assert.ok(faults(end), describeEnd(end));
      assert.ok(faults(end, signal('SIGKILL')), `${describeEnd(end)}, then another`);
    }
    for (const end of otherEnds) assert.ok(!faults(end), describeEnd(end));
  });

  it('has a training go on after the first two faults of an hour, and after no other end', () => {
    let now = 0;
    const crashes = new CrashHistory(() => now);
    const goesOn = (end: ProcessEnd): boolean => {
      now += 600_000;
      crashes.add(end);
      return crashes.allowsRecovery(end);
    };
    for (const end of otherEnds) assert.ok(!goesOn(end), describeEnd(end));
    assert.deepEqual(faultyEnds.slice(0, 3).map(goesOn), [true, true, false]);
    assert.equal(goesOn(signal('SIGKILL')), false);
    now += 2_400_000;
    assert.ok(goesOn(exit(134)), 'but for one, they are more than an hour ago');
  });

  it('says in words how a process ended', () => {
    assert.deepEqual([signal('SIGKILL'), exit(3), exit(null)].map(describeEnd), [
      'SIGKILL',
      'exit code 3',
      'exit code unknown',
    ]);
  });
});
