import { formatLoss, formatProgress, speakDuration } from '../../base/format';
import { coach } from '../../training/coach';
import type { Run } from '../../training/record/run';
import { element } from '../page/dom';

/** Scores are told at most this often; what the user did, or an end, at once. */
const quietMilliseconds = 30_000;

/** Tells a screen reader how it goes, politely and seldom. */
export class Announcer {
  readonly element = element('div', { class: 'spoken', role: 'status', 'aria-live': 'polite' });
  private phase = '';
  private evaluations = 0;
  private spokenAt = 0;

  /** Says this next. */
  say(text: string): void {
    this.element.textContent = text;
  }

  update(run: Run, now: number): void {
    const phase = `${run.started.folder} ${run.phase}`;
    const scored = run.evaluations.length > this.evaluations;
    if (phase !== this.phase) this.say(coach(run).message);
    else if (scored && now - this.spokenAt >= quietMilliseconds) this.say(score(run));
    else return;
    this.phase = phase;
    this.evaluations = run.evaluations.length;
    this.spokenAt = now;
  }
}

function score(run: Run): string {
  const last = run.progress.at(-1);
  const loss = formatLoss(run.evaluations.at(-1)?.natsPerCharacter ?? NaN);
  if (last === undefined) return `Loss ${loss}.`;
  return `${formatProgress(last.share)} done, loss ${loss} nats per character, ${speakDuration(last.secondsLeft)} left.`;
}
