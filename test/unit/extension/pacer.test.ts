import assert from 'node:assert/strict';
import { Pacer, type Timing } from '../../../src/extension/generation/pacer';

/** A clock that a test turns. */
class Hand implements Timing {
  private time = 0;
  private waiting: { readonly at: number; readonly call: () => void }[] = [];

  readonly now = (): number => this.time;

  readonly after = (milliseconds: number, call: () => void): (() => void) => {
    const entry = { at: this.time + milliseconds, call };
    this.waiting.push(entry);
    return () => (this.waiting = this.waiting.filter((other) => other !== entry));
  };

  /** Lets time pass, a millisecond at a time. */
  pass(milliseconds: number): void {
    for (let i = 0; i < milliseconds; i++) {
      this.time++;
      const due = this.waiting.filter(({ at }) => at <= this.time);
      this.waiting = this.waiting.filter(({ at }) => at > this.time);
      for (const { call } of due) call();
    }
  }
}

function paced(rate: number): { readonly hand: Hand; readonly pacer: Pacer; readonly seen: () => string } {
  const hand = new Hand();
  let seen = '';
  return { hand, pacer: new Pacer(rate, (text) => (seen += text), hand), seen: () => seen };
}

describe('the speed of writing', () => {
  it('is that of the model where no other is set', () => {
    const { pacer, seen } = paced(0);
    pacer.push('all of it');
    assert.equal(seen(), 'all of it');
  });

  it('is so many characters a second, the first at once, none of them cut in two', () => {
    const { hand, pacer, seen } = paced(30);
    pacer.push('😀'.repeat(100));
    assert.equal(seen(), '😀');
    hand.pass(1000);
    assert.ok(Math.abs(Array.from(seen()).length - 30) <= 2, seen());
    assert.ok(!/\p{Surrogate}/u.test(seen()));
    hand.pass(3000);
    assert.equal(seen(), '😀'.repeat(100));
  });

  it('does not hurry to catch up after a pause', () => {
    const { hand, pacer, seen } = paced(10);
    pacer.push('a');
    hand.pass(5000);
    pacer.push('bcdefghij');
    assert.equal(seen(), 'ab');
    hand.pass(200);
    assert.ok(seen().length <= 4, seen());
  });

  it('resolves once all is through, and lets nothing through after a stop', async () => {
    const { hand, pacer, seen } = paced(100);
    pacer.push('0123456789');
    const emptied = pacer.emptied();
    hand.pass(1000);
    await emptied;
    assert.equal(seen(), '0123456789');
    pacer.push('0123456789');
    const stopped = pacer.emptied();
    pacer.stop();
    await stopped;
    pacer.push('more');
    hand.pass(1000);
    assert.equal(seen(), '01234567890');
  });
});
