import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Advice, coach } from '../../../src/training/coach';
import type { Run } from '../../../src/training/record/run';

/** A training as it was recorded. */
function recorded(name: 'healthy' | 'overfitting' | 'diverging'): Run {
  return JSON.parse(readFileSync(join(process.cwd(), 'test', 'fixtures', 'runs', `${name}.json`), 'utf8')) as Run;
}

/** The run as it stood after so many evaluations, still under way. */
function after(run: Run, evaluations: number): Run {
  const seen = run.evaluations.slice(0, evaluations);
  const until = run.evaluations[evaluations]?.seconds ?? Infinity;
  const notes = run.notes.filter(({ seconds }) => seconds < until);
  const share = (seen.at(-1)?.seconds ?? 0) / (run.evaluations.at(-1)?.seconds ?? 1);
  const progress = run.progress.map((event) => ({ ...event, share }));
  return { ...run, phase: 'training', finished: null, evaluations: seen, notes, progress };
}

function rules(run: Run): readonly Advice['rule'][] {
  return Array.from({ length: run.evaluations.length + 1 }, (_, count) => coach(after(run, count)).rule);
}

describe('the coach', () => {
  const healthy = recorded('healthy');
  const overfitting = recorded('overfitting');
  const diverging = recorded('diverging');

  it('names what its text lacks of it before it asks for more time', () => {
    const at = { type: 'note', step: 0, seconds: 0 } as const;
    const lacking = { ...at, kind: 'unknown text', message: 'Hardly a word comes twice.' } as const;
    const told = coach({ ...healthy, notes: [lacking, ...healthy.notes] });
    assert.equal(told.rule, 'unknown text');
    assert.match(told.message, / than the 4-gram baseline\. Hardly a word comes twice\.$/);
    assert.equal(told.action, null);
    const late = coach({ ...after(overfitting, overfitting.evaluations.length), notes: [lacking] });
    assert.equal(late.rule, 'unknown text');
    assert.deepEqual(late.action, { kind: 'stop' });
    assert.equal(coach({ ...after(healthy, 3), notes: [lacking] }).rule, 'learning');
    const extended = { ...at, kind: 'restarted', message: 'Continued.' } as const;
    assert.equal(coach({ ...healthy, notes: [lacking, extended] }).rule, 'unfinished');
  });

  it('lets a healthy run learn, and offers more time where it could learn more', () => {
    const said = rules(healthy);
    assert.equal(said[0], 'starting');
    assert.ok(
      said.slice(1, 5).every((rule) => rule === 'learning'),
      said.join(),
    );
    const { rule, action, message } = coach(healthy);
    assert.equal(rule, 'unfinished');
    assert.deepEqual(action, { kind: 'continue', minutes: 1 });
    assert.match(message, /1 more minute would help/);
  });

  it('says when overfitting began, offers to stop, and goes on saying so when the run is over', () => {
    const said = rules(overfitting);
    assert.equal(said[3], 'learning');
    assert.deepEqual(new Set(said.slice(5)), new Set(['overfitting']));
    const during = coach(after(overfitting, 6));
    assert.deepEqual(during.action, { kind: 'stop' });
    assert.match(during.message, /^Overfitting since 0:07: .* The model of 0:07 is kept; more text would help most\.$/);
    const { rule, action } = coach(overfitting);
    assert.equal(rule, 'overfitting');
    assert.equal(action, null);
  });

  it('tells of a roll-back while it is news', () => {
    const said = rules(diverging);
    assert.equal(said[2], 'unstable');
    assert.ok(!said.slice(-2).includes('unstable'));
    assert.match(coach(after(diverging, 2)).message, /blew up at 0:01, so it went back/);
  });

  it('says when counting letters does better, once most of the time is gone', () => {
    assert.equal(coach(after(healthy, healthy.evaluations.length - 1)).rule, 'behind the baseline');
  });

  it('knows a run that is paused, stalled, discarded or failed', () => {
    assert.equal(coach({ ...after(healthy, 3), phase: 'paused' }).rule, 'paused');
    const flat = healthy.evaluations.map((event, i) => ({ ...event, validation: 2, best: i === 0 }));
    assert.equal(coach({ ...after(healthy, 5), evaluations: flat.slice(0, 5) }).rule, 'stalled');
    const ended = (outcome: NonNullable<Run['finished']>['outcome']) => ({
      ...healthy,
      finished: { ...healthy.finished!, outcome },
    });
    assert.equal(coach(ended({ kind: 'discarded' })).rule, 'discarded');
    assert.deepEqual(coach(ended({ kind: 'failed', message: 'The disk is full.' })).message, 'The disk is full.');
  });

  it('asks for more text where there was little and the time was enough', () => {
    const enough = overfitting.evaluations.map((event, i) => ({ ...event, validation: 2 - i / 1000, best: true }));
    const run: Run = { ...overfitting, evaluations: enough };
    assert.equal(coach(run).rule, 'little text');
    assert.equal(coach({ ...run, started: { ...run.started, trainingTokens: 1e7 } }).rule, 'done');
  });

  it('has each of its rules written down', () => {
    const written = readFileSync(join(process.cwd(), 'docs', 'coach.md'), 'utf8');
    const spoken = new Set([healthy, overfitting, diverging].flatMap((run) => [...rules(run), coach(run).rule]));
    for (const rule of spoken) assert.match(written, new RegExp(`^\\| ${rule} `, 'm'));
    assert.ok(spoken.size > 5);
  });

  it('answers one or two sentences at every point of every run', () => {
    for (const run of [healthy, overfitting, diverging]) {
      for (let count = 0; count <= run.evaluations.length; count++) {
        const { message } = coach(after(run, count));
        assert.match(message, /^[A-Z].{10,200}\.$/);
        assert.doesNotMatch(message, /NaN|undefined|null/);
      }
    }
  });
});
