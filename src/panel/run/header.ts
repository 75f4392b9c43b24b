import { formatDuration, formatProgress } from '../../base/format';
import type { FromPanel, PanelSnapshot } from '../../protocol/panel';
import { isScoring, type Run, waitsForMains } from '../../training/record/run';
import { element, setAttribute, setShown, setText } from '../page/dom';
import { AdviceLine } from './advice';
import { Controls, type Stage } from './controls';

/** What the header says of a run. */
interface Headline {
  readonly phase: string;
  readonly look: 'quiet' | 'failed';
  /** What is said in place of the coach's advice; null where the coach speaks. */
  readonly instead: string | null;
  readonly stage: Stage;
}

/** The top of the page: which model, how it goes in one sentence, how far it is, and the buttons. */
export class Header {
  private readonly name = element('h1');
  private readonly phase = element('span', { class: 'phase' });
  private readonly advice: AdviceLine;
  private readonly progress = element('vscode-progress-bar', { 'aria-label': 'Training progress', value: 0, max: 100 });
  private readonly controls: Controls;
  readonly element: HTMLElement;

  constructor(send: (message: FromPanel) => void) {
    this.controls = new Controls(send);
    this.advice = new AdviceLine(send);
    this.element = element(
      'header',
      { class: 'header' },
      element('div', { class: 'title' }, this.name, this.phase),
      this.controls.element,
      this.advice.element,
      this.progress,
    );
  }

  update(run: Run, snapshot: PanelSnapshot): void {
    const { phase, look, instead, stage } = headline(run, snapshot);
    setText(this.name, run.started.name);
    setText(this.phase, phase);
    setAttribute(this.phase, 'data-look', look);
    if (instead === null) this.advice.advise(run);
    else this.advice.say(instead);
    this.controls.update(stage, snapshot.effort);
    setShown(this.progress, stage === 'preparing' || stage === 'training' || stage === 'paused');
    this.progress.indeterminate = stage === 'preparing';
    this.progress.value = Math.round(shareOf(run) * 1000) / 10;
  }
}

function headline(run: Run, { live, preparing, failure }: PanelSnapshot): Headline {
  if (preparing !== null) return { phase: 'Getting ready', look: 'quiet', instead: preparing, stage: 'preparing' };
  if (run.phase === 'finished') return ended(run);
  if (!live) {
    const instead = failure ?? 'Training was interrupted. Resume continues from the last save.';
    return { phase: 'Interrupted', look: 'failed', instead, stage: 'interrupted' };
  }
  const percent = formatProgress(shareOf(run));
  const training = isScoring(run) ? 'Scoring' : `Training · ${percent}`;
  const words = run.progress.length === 0 ? 'Starting' : training;
  const paused = waitsForMains(run) ? 'Paused: on battery' : 'Paused';
  const phase = run.phase === 'paused' ? `${paused} · ${percent}` : words;
  return { phase, look: 'quiet', instead: null, stage: run.phase };
}

function ended(run: Run): Headline {
  const headlineOf = (phase: string, stage: Stage, look: Headline['look'] = 'quiet') => {
    return { phase, look, instead: null, stage };
  };
  const kind = run.finished?.outcome.kind ?? 'completed';
  switch (kind) {
    case 'completed':
    case 'early stop':
      return headlineOf(`Trained · ${formatDuration(run.finished?.seconds ?? 0)}`, 'finished');
    case 'stopped':
      return headlineOf('Stopped', 'finished');
    case 'discarded':
      return headlineOf('Discarded', 'gone');
    case 'failed':
      return headlineOf('Failed', 'failed', 'failed');
    default:
      return kind satisfies never;
  }
}

function shareOf(run: Run): number {
  return run.progress.at(-1)?.share ?? 0;
}
