import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchParent } from '../../../src/background/parentWatch';

describe('the watch over the parent process', function () {
  this.timeout(30_000);

  it('calls back once when the process has gone, and not before', async () => {
    const parent = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(parent, 'spawn');
    let calls = 0;
    watchParent(parent.pid ?? assert.fail(), () => calls++, 5);
    await sleep(50);
    assert.equal(calls, 0);
    parent.stdin.end();
    await once(parent, 'exit');
    await sleep(100);
    assert.equal(calls, 1);
  });
});
