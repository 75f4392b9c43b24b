import type { FromPanel, PanelSnapshot } from '../../protocol/panel';
import type { Run } from '../../training/record/run';
import { element, setAttribute, setShown, setText } from '../page/dom';
import { AdviceLine } from './advice';
import { Controls } from './controls';
import { headline, shareOf } from './headline';

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
    setShown(this.progress, ['preparing', 'training', 'paused', 'elsewhere'].includes(stage));
    this.progress.indeterminate = stage === 'preparing';
    this.progress.value = Math.round(shareOf(run) * 1000) / 10;
  }
}
