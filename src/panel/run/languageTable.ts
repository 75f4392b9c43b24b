import { formatLoss, formatShortCount } from '../../base/format';
import type { LanguageLoss } from '../../training/record/events';
import type { Run } from '../../training/record/run';
import { element, setShown, setText } from '../page/dom';
import { type LossUnit, toUnit, unitLabel } from '../page/units';

/** How well the model does in each language of its text, where there is more than one. */
export class LanguageTable {
  private readonly unit = element('th', { scope: 'col' });
  private readonly rows = element('tbody');
  readonly element = element(
    'section',
    { class: 'languages', 'aria-labelledby': 'languages-title', hidden: true },
    element('h2', { id: 'languages-title' }, 'By file type'),
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, 'Kind'),
          this.unit,
          element('th', { scope: 'col' }, 'Unseen'),
        ),
      ),
      this.rows,
    ),
  );
  private shown: readonly LanguageLoss[] | undefined;
  private shownIn: LossUnit | undefined;

  update(run: Run, unit: LossUnit): void {
    const languages = run.evaluations.at(-1)?.languages;
    setShown(this.element, languages !== undefined);
    if (languages === undefined || (languages === this.shown && unit === this.shownIn)) return;
    this.shown = languages;
    this.shownIn = unit;
    setText(this.unit, unitLabel(unit));
    this.rows.replaceChildren(...languages.map((language) => row(language, unit)));
  }
}

function row({ language, natsPerCharacter, characters }: LanguageLoss, unit: LossUnit): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, language),
    element('td', {}, formatLoss(toUnit(natsPerCharacter, unit))),
    element('td', {}, `${formatShortCount(characters)} characters`),
  );
}
