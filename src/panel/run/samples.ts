import { formatDuration, formatLoss, speakDuration } from '../../base/format';
import type { FromPanel } from '../../protocol/panel';
import type { EvaluationEvent, SampleEvent } from '../../training/record/events';
import type { RunHistory } from '../../training/record/run';
import { element, setAttribute, setShown, setText, toolButton } from '../page/dom';
import { type Moment, moments } from './moments';
import { TimeLapse } from './timeLapse';

/** What the samples ask of the page. */
export interface SampleActions {
  readonly send: (message: Extract<FromPanel, { type: 'copy' | 'insert' }>) => void;
  readonly compare: (compare: boolean) => void;
}

/** What the model wrote, from noise to prose: a slider through time, the old and new side by side. */
export class Samples {
  readonly element: HTMLElement;
  private readonly lapse: TimeLapse;
  private readonly compare = element('vscode-checkbox', { label: 'Compare with the newest' });
  private readonly chosen: MomentView;
  private readonly newest: MomentView;
  private readonly waiting = element('p', { class: 'waiting' }, 'The first lines appear with the first score.');
  private readonly stage: HTMLElement;
  private moments: readonly Moment[] = [];
  private evaluations: readonly EvaluationEvent[] = [];
  private drawn: readonly SampleEvent[] | null = null;
  private compares = true;

  constructor(actions: SampleActions) {
    this.lapse = new TimeLapse(() => this.draw());
    this.newest = new MomentView(actions.send);
    this.chosen = new MomentView(actions.send);
    this.compare.addEventListener('change', () => actions.compare(this.compare.checked));
    this.stage = element('div', { class: 'stage' }, this.chosen.element, this.newest.element);
    this.element = element(
      'section',
      { class: 'samples', 'aria-labelledby': 'samples-title' },
      element('div', { class: 'section-head' }, element('h2', { id: 'samples-title' }, 'What it writes'), this.compare),
      this.lapse.element,
      this.waiting,
      this.stage,
    );
  }

  update(run: Pick<RunHistory, 'samples' | 'evaluations'>, compares: boolean): void {
    const unchanged = this.drawn === run.samples && this.compares === compares;
    this.evaluations = run.evaluations;
    if (unchanged) return;
    this.drawn = run.samples;
    this.compares = compares;
    this.compare.checked = compares;
    this.moments = moments(run.samples);
    this.lapse.resize(this.moments.length);
    this.draw();
  }

  private draw(): void {
    const chosen = this.moments[this.lapse.index];
    const newest = this.moments.at(-1);
    const several = this.moments.length > 1;
    setShown(this.waiting, chosen === undefined);
    setShown(this.lapse.element, several);
    setShown(this.compare, several);
    if (chosen === undefined || newest === undefined) {
      setShown(this.stage, false);
      return;
    }
    setShown(this.stage, true);
    const beside = this.compares && chosen !== newest;
    setShown(this.newest.element, beside);
    setAttribute(this.stage, 'data-beside', String(beside));
    if (beside) this.newest.update(newest, this.caption(newest, 'Now'));
    this.chosen.update(chosen, this.caption(chosen, chosen === newest ? 'Now' : 'Then'));
    this.lapse.describe(formatDuration(chosen.seconds), `after ${speakDuration(chosen.seconds)}`);
  }

  private caption(moment: Moment, when: string): string {
    const score = this.evaluations.findLast((evaluation) => evaluation.step <= moment.step);
    const loss = score === undefined ? '' : ` · ${formatLoss(score.natsPerCharacter)} nats/char`;
    return `${when} · ${formatDuration(moment.seconds)}${loss}`;
  }
}

/** The samples of one moment, one card a temperature. */
class MomentView {
  private readonly caption = element('h3');
  private readonly cards = element('div', { class: 'cards' });
  readonly element = element('div', { class: 'moment' }, this.caption, this.cards);
  private shown: Moment | null = null;

  constructor(private readonly send: SampleActions['send']) {}

  update(moment: Moment, caption: string): void {
    setText(this.caption, caption);
    if (this.shown !== null && isSame(this.shown, moment)) return;
    this.shown = moment;
    this.cards.replaceChildren(...moment.samples.map((sample) => this.card(sample)));
  }

  private card(sample: SampleEvent): HTMLElement {
    const { prompt, temperature } = sample;
    // A prompt of nothing but a line break is no line worth showing.
    const text = prompt.trim() === '' ? sample.text.replace(/^\n+/, '') : sample.text;
    const shownPrompt = prompt.trim() === '' ? '' : prompt;
    const name = temperatureName(temperature);
    return element(
      'article',
      { class: 'card' },
      element(
        'div',
        { class: 'card-head' },
        element('span', {}, name),
        toolButton('copy', `Copy (${name})`, () => this.send({ type: 'copy', text: shownPrompt + text })),
        toolButton('insert', `Insert in the editor (${name})`, () => this.send({ type: 'insert', text })),
      ),
      element(
        'div',
        { class: 'sample', tabindex: 0, role: 'group', 'aria-label': `Sample, ${name}` },
        element('span', { class: 'prompt' }, shownPrompt),
        text,
      ),
    );
  }
}

function isSame(one: Moment, other: Moment): boolean {
  return (
    one.samples.length === other.samples.length && one.samples.every((sample, index) => sample === other.samples[index])
  );
}

function temperatureName(temperature: number): string {
  const character = temperature < 0.75 ? 'careful' : temperature <= 1 ? 'lively' : 'wild';
  return `Temperature ${temperature} · ${character}`;
}
