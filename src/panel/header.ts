import type { FromPanel } from '../protocol/panel';
import type { Run } from '../training/run';
import { coach } from './coach';
import { Controls } from './controls';
import { element, setAttribute, setShown, setText } from './dom';
import { formatDuration, formatPercent } from './format';

/** The top of the page: which model, how it goes in one sentence, how far it is, and the buttons. */
export class Header {
  readonly #name = element('h1');
  readonly #phase = element('span', { class: 'phase' });
  readonly #coach = element('p', { class: 'coach' });
  readonly #progress = element('vscode-progress-bar', { 'aria-label': 'Training progress', value: 0, max: 100 });
  readonly #controls: Controls;
  readonly element: HTMLElement;

  constructor(send: (message: FromPanel) => void) {
    this.#controls = new Controls(send);
    this.element = element(
      'header',
      { class: 'header' },
      element('div', { class: 'title' }, this.#name, this.#phase),
      this.#controls.element,
      this.#coach,
      this.#progress,
    );
  }

  /** @param failure what the editor says of a training that broke off */
  update(run: Run, failure: string | null): void {
    const share = run.progress.at(-1)?.share ?? 0;
    const broken = failure !== null && run.phase !== 'finished';
    setText(this.#name, run.started.name);
    setText(this.#phase, broken ? 'Interrupted' : phaseWords(run));
    setAttribute(this.#phase, 'data-phase', broken || run.finished?.outcome.kind === 'failed' ? 'failed' : run.phase);
    setText(this.#coach, broken ? failure : coach(run));
    setShown(this.#progress, run.phase !== 'finished' && !broken);
    this.#progress.value = Math.round(share * 1000) / 10;
    this.#controls.update(run, broken);
  }
}

function phaseWords(run: Run): string {
  const last = run.progress.at(-1);
  switch (run.phase) {
    case 'training':
      return last === undefined ? 'Starting' : `Training · ${formatPercent(last.share)}`;
    case 'paused':
      return `Paused · ${formatPercent(last?.share ?? 0)}`;
    case 'finished':
      return finishedWords(run);
    default:
      return run.phase satisfies never;
  }
}

function finishedWords(run: Run): string {
  const kind = run.finished?.outcome.kind ?? 'completed';
  switch (kind) {
    case 'completed':
    case 'early stop':
      return `Trained · ${formatDuration(run.finished?.seconds ?? 0)}`;
    case 'stopped':
      return 'Stopped';
    case 'discarded':
      return 'Discarded';
    case 'failed':
      return 'Failed';
    default:
      return kind satisfies never;
  }
}
