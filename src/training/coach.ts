import type { EvaluationEvent, FinishedEvent } from './record/events';
import { type Run, waitsForMains } from './record/run';

/** What a user can do about it at once. */
export type CoachAction =
  | { readonly kind: 'stop' }
  | { readonly kind: 'continue'; readonly minutes: number }
  | { readonly kind: 'scale rate'; readonly factor: number };

/** The rule that spoke. */
export type CoachRule =
  | 'failed'
  | 'discarded'
  | 'paused'
  | 'starting'
  | 'unstable'
  | 'overfitting'
  | 'stalled'
  | 'unfinished'
  | 'little text'
  | 'behind the baseline'
  | 'learning'
  | 'done';

/** What is going on and what to do, in a plain sentence or two. */
export interface Advice {
  readonly rule: CoachRule;
  readonly message: string;
  readonly action: CoachAction | null;
}

/** Evaluations without a new best after which it is worth a word. */
const patience = 2;

/** Where its own text is hardly easier for a model than unseen text is, there is more to be learned: share of the loss. */
const smallGap = 0.05;

/** Below this many tokens, more text helps more than anything else. */
const littleText = 100_000;

/** From this share of the budget on, a model should be ahead of the n-grams. */
const behindShare = 0.6;

/** Looks at a run and answers the first rule that fits, in order of urgency. A pure function. */
export function coach(run: Run): Advice {
  const { finished } = run;
  return finished === null ? whileTraining(run) : afterTraining(run, finished);
}

function whileTraining(run: Run): Advice {
  const best = bestOf(run);
  if (waitsForMains(run)) return advice('paused', 'Paused on battery. It resumes by itself on the mains.');
  if (run.phase === 'paused') return advice('paused', 'Paused. It goes on exactly where it is.');
  if (best === undefined)
    return advice('starting', 'It reads its first pages. A first score on unseen text comes soon.');
  return (
    unstable(run) ?? overfitting(run, best) ?? stalled(run, best) ?? behindBaseline(run, best) ?? learning(run, best)
  );
}

function afterTraining(run: Run, { outcome }: FinishedEvent): Advice {
  if (outcome.kind === 'failed') return advice('failed', outcome.message);
  if (outcome.kind === 'discarded') return advice('discarded', 'What this run wrote has been removed.');
  const best = bestOf(run);
  if (best === undefined) return advice('done', 'It ended before its first score.');
  return overfitting(run, best) ?? unfinished(run, best) ?? littleTextAdvice(run, best) ?? done(run, best);
}

/** It has blown up lately, and the rate may still be too high. */
function unstable(run: Run): Advice | null {
  const rollBacks = run.notes.filter(({ kind }) => kind === 'rolled back');
  const last = rollBacks.at(-1);
  const since = run.evaluations.filter(({ step }) => step > (last?.step ?? Infinity));
  if (last === undefined || since.length > patience) return null;
  const message = `The loss blew up at ${clock(last.seconds)}, so it went back and goes on at a lower rate.`;
  return advice('unstable', message, rollBacks.length > 1 ? { kind: 'scale rate', factor: 0.5 } : null);
}

/** It learns its own text by heart: unseen text gets harder while its own gets easier. */
function overfitting(run: Run, best: EvaluationEvent): Advice | null {
  const since = run.evaluations.filter(({ step }) => step > best.step);
  const last = since.at(-1);
  if (last === undefined || since.length < patience) return null;
  if (last.train >= best.train || last.validation < best.validation * 1.005) return null;
  const when = clock(best.seconds);
  const message = `Overfitting since ${when}: it learns its text by heart. The model of ${when} is kept; more text would help most.`;
  return advice('overfitting', message, run.finished === null ? { kind: 'stop' } : null);
}

/** Neither better nor worse for a while. */
function stalled(run: Run, best: EvaluationEvent): Advice | null {
  const since = run.evaluations.filter(({ step }) => step > best.step);
  if (since.length < patience + 1) return null;
  const message = `No progress since ${clock(best.seconds)}, whose model is kept. Stopping now loses nothing.`;
  return advice('stalled', message, { kind: 'stop' });
}

/** Most of the time is gone, and counting letters does better. */
function behindBaseline(run: Run, best: EvaluationEvent): Advice | null {
  const { baseline } = run;
  const share = run.progress.at(-1)?.share ?? 0;
  if (baseline === null || share < behindShare || best.natsPerCharacter < baseline.natsPerCharacter) return null;
  return advice('behind the baseline', `${comparison(run, best)} More time or more text would help.`);
}

/** Time ran out with more to be learned: the last score was the best, and unseen text as easy as its own. */
function unfinished(run: Run, best: EvaluationEvent): Advice | null {
  const last = run.evaluations.at(-1);
  if (last === undefined || best.step < last.step || last.train < last.validation * (1 - smallGap)) return null;
  const minutes = Math.max(1, Math.round(last.seconds / 60));
  const message = `${comparison(run, best)} It could learn more: ${minutes} more ${plural(minutes, 'minute')} would help.`;
  return advice('unfinished', message.trim(), { kind: 'continue', minutes });
}

function littleTextAdvice(run: Run, best: EvaluationEvent): Advice | null {
  if (run.started.trainingTokens >= littleText) return null;
  return advice('little text', `${comparison(run, best)} It had little text: more of it would help most.`);
}

function learning(run: Run, best: EvaluationEvent): Advice {
  const earlier = run.evaluations.findLast(({ seconds }) => seconds <= best.seconds * 0.7);
  const gain = earlier === undefined ? 1 : 1 - best.validation / earlier.validation;
  const pace = gain > 0.03 ? 'It learns fast.' : gain > 0.005 ? 'It learns steadily.' : 'It learns slowly now.';
  return advice('learning', `${pace} ${comparison(run, best)}`.trim());
}

function done(run: Run, best: EvaluationEvent): Advice {
  return advice('done', `Well trained. ${comparison(run, best)}`.trim());
}

/** How the best weights compare with the n-gram model; nothing where there is none. */
function comparison({ baseline, finished }: Run, best: EvaluationEvent): string {
  if (baseline === null) return '';
  // At its end a run scores all of the held-out text, of which each evaluation has seen a part.
  const natsPerCharacter = finished?.natsPerCharacter ?? best.natsPerCharacter;
  const percent = Math.round(100 * (1 - natsPerCharacter / baseline.natsPerCharacter));
  if (percent === 0) return 'It predicts unseen text as well as an n-gram model.';
  return `It predicts unseen text ${Math.abs(percent)} % ${percent > 0 ? 'better' : 'worse'} than an n-gram model.`;
}

function bestOf({ evaluations }: Run): EvaluationEvent | undefined {
  return evaluations.findLast(({ best }) => best);
}

function advice(rule: CoachRule, message: string, action: CoachAction | null = null): Advice {
  return { rule, message, action };
}

/** "minute 3:20", or "second 40". */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `second ${whole}`;
  return `minute ${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function plural(count: number, thing: string): string {
  return count === 1 ? thing : `${thing}s`;
}
