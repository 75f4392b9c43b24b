import { formatDuration, formatLoss, formatShortCount, formatSmall } from '../../base/format';
import type { EvaluationEvent, NoteEvent } from '../../training/record/events';
import type { RunHistory } from '../../training/record/run';
import { element, setShown } from '../page/dom';
import { toUnit } from '../page/units';

const headings = ['Time', 'Step', 'Unseen text', 'Bits', 'Training text', 'Rate', 'Gradient norm', 'Tokens/s', 'Best'];

/**
 * All charts of a run as a table, one row a score, and a list of what happened: for screen readers, and for reading off exact
 * numbers.
 */
export class DataTable {
  readonly element: HTMLDetailsElement;
  private readonly rows = element('tbody');
  private readonly events = element('ul');
  private readonly happened = element(
    'div',
    { class: 'happened' },
    element('h3', { id: 'happened-title' }, 'What happened'),
    this.events,
  );
  private shown: readonly EvaluationEvent[] = [];
  private notes: readonly NoteEvent[] = [];

  constructor() {
    const table = element(
      'table',
      {},
      element('caption', { class: 'spoken' }, 'Scores of this run, oldest first. Losses in nats.'),
      element('thead', {}, element('tr', {}, ...headings.map((name) => element('th', { scope: 'col' }, name)))),
      this.rows,
    );
    this.element = element(
      'details',
      { class: 'data-table' },
      element('summary', {}, 'The numbers as a table'),
      element('div', { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': 'Table of scores' }, table),
      this.happened,
    );
    this.events.setAttribute('aria-labelledby', 'happened-title');
  }

  update(run: Pick<RunHistory, 'evaluations' | 'progress' | 'notes'>): void {
    this.list(run.notes);
    if (run.evaluations === this.shown) return;
    const grown = this.shown.every((evaluation, index) => run.evaluations[index] === evaluation);
    const fresh = grown ? run.evaluations.slice(this.shown.length) : run.evaluations;
    if (!grown) this.rows.replaceChildren();
    this.rows.append(...fresh.map((evaluation) => row(evaluation, gradientNormAt(run, evaluation.step))));
    this.shown = run.evaluations;
  }

  private list(notes: readonly NoteEvent[]): void {
    setShown(this.happened, notes.length > 0);
    if (notes === this.notes) return;
    this.notes = notes;
    const lines = notes.map(({ seconds, message }) => element('li', {}, `${formatDuration(seconds)}: ${message}`));
    this.events.replaceChildren(...lines);
  }
}

/** That of the last progress before a step; null where none is known. */
function gradientNormAt({ progress }: Pick<RunHistory, 'progress'>, step: number): number | null {
  return progress.findLast((event) => event.step <= step)?.gradientNorm ?? null;
}

function row(evaluation: EvaluationEvent, gradientNorm: number | null): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, formatDuration(evaluation.seconds)),
    ...[
      formatShortCount(evaluation.step),
      formatLoss(evaluation.natsPerCharacter),
      formatLoss(toUnit(evaluation.natsPerCharacter, 'bits')),
      formatLoss(evaluation.train),
      formatSmall(evaluation.rate),
      gradientNorm === null ? '–' : formatSmall(gradientNorm),
      formatShortCount(Math.round(evaluation.tokensPerSecond)),
      evaluation.best ? 'best so far' : '',
    ].map((text) => element('td', {}, text)),
  );
}
