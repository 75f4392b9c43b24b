import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readBattery, watchBattery } from '../../../src/background/batteryWatch';

/** Watches a machine that answers these one after the other, and gives what was told when all have been asked for. */
function told(answers: readonly (boolean | Error)[]): Promise<readonly boolean[]> {
  return new Promise((resolve) => {
    const changes: boolean[] = [];
    const left = [...answers];
    const end = watchBattery(
      (isDraining) => changes.push(isDraining),
      () => {
        const answer = left.shift();
        if (answer === undefined) {
          end();
          resolve(changes);
          return Promise.resolve(true);
        }
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      1,
    );
  });
}

describe('the battery watch', () => {
  it('tells changes between battery and AC power alone', async () => {
    assert.deepEqual(await told([false, false, true, true, false]), [true, false]);
  });

  it('tells of a machine that is on its battery from the start', async () => {
    assert.deepEqual(await told([true, true]), [true]);
  });

  it('takes a machine that does not answer for what it was', async () => {
    assert.deepEqual(await told([new Error('no such tool'), true, new Error('no such tool'), true]), [true]);
  });

  it('says nothing once ended, though it was still asking', async () => {
    let answer: (isDraining: boolean) => void = () => undefined;
    const end = watchBattery(
      () => assert.fail('It was told of a change.'),
      () => new Promise((resolve) => (answer = resolve)),
    );
    end();
    answer(true);
    await new Promise(setImmediate);
  });

  it('reads the battery of the machine that it runs on', async () => {
    assert.equal(typeof (await readBattery()), 'boolean');
  });
});
