import type { EvaluationEvent } from '../training/events';
import type { RunHistory } from '../training/run';
import { element } from './dom';
import { formatCount, formatDuration, formatLoss, formatSmall } from './format';
import { toUnit } from './units';

const headings = ['Time', 'Step', 'Unseen text', 'Bits', 'Training text', 'Rate', 'Best'];

/** The chart as a table, one row a score: for screen readers, and for reading off exact numbers. */
export class DataTable {
  readonly element: HTMLDetailsElement;
  readonly #rows = element('tbody');
  #shown: readonly EvaluationEvent[] = [];

  constructor() {
    const table = element(
      'table',
      {},
      element('caption', { class: 'spoken' }, 'Scores of this run, oldest first. Losses in nats.'),
      element('thead', {}, element('tr', {}, ...headings.map((name) => element('th', { scope: 'col' }, name)))),
      this.#rows,
    );
    this.element = element(
      'details',
      { class: 'data-table' },
      element('summary', {}, 'The numbers as a table'),
      element('div', { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': 'Table of scores' }, table),
    );
  }

  update(run: Pick<RunHistory, 'evaluations'>): void {
    if (run.evaluations === this.#shown) return;
    const grown = this.#shown.every((evaluation, index) => run.evaluations[index] === evaluation);
    const fresh = grown ? run.evaluations.slice(this.#shown.length) : run.evaluations;
    if (!grown) this.#rows.replaceChildren();
    this.#rows.append(...fresh.map(row));
    this.#shown = run.evaluations;
  }
}

function row(evaluation: EvaluationEvent): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, formatDuration(evaluation.seconds)),
    ...[
      formatCount(evaluation.step),
      formatLoss(evaluation.natsPerCharacter),
      formatLoss(toUnit(evaluation.natsPerCharacter, 'bits')),
      formatLoss(evaluation.train),
      formatSmall(evaluation.rate),
      evaluation.best ? 'best so far' : '',
    ].map((text) => element('td', {}, text)),
  );
}
