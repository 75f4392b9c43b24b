import { formatDate, formatProgress } from '../../base/format';
import type { FromModelPage, ModelPage, ModelStanding } from '../../protocol/modelPage';
import { element, setShown, setText } from '../page/dom';
import { ModelButtons, quietCommands } from './modelCommands';

/** The top of the page: the model's name, how it stands, what it is in a sentence, and what can be done with it. */
export class ModelHeader {
  private readonly name = element('h1');
  private readonly badge = element('span', { class: 'phase' });
  private readonly sentence = element('p', { class: 'coach' });
  private readonly commands: ModelButtons;
  readonly element: HTMLElement;

  constructor(send: (message: FromModelPage) => void) {
    this.commands = new ModelButtons(send, quietCommands);
    this.element = element(
      'header',
      { class: 'header' },
      element('div', { class: 'title' }, this.name, this.badge),
      this.commands.element,
      this.sentence,
    );
  }

  update(model: ModelPage, standing: ModelStanding): void {
    const badge = badgeOf(model, standing);
    setText(this.name, model.description.name);
    setText(this.badge, badge);
    setShown(this.badge, badge !== '');
    setText(this.sentence, sentence(model));
    this.commands.update(standing);
  }
}

function badgeOf({ place, hasWeights }: ModelPage, { active, training }: ModelStanding): string {
  if (training !== null) return `${training.paused ? 'Paused' : 'Training'} · ${formatProgress(training.share)}`;
  if (place === 'pack') return 'Packed';
  if (!hasWeights) return 'No weights yet';
  return active ? 'Writes at the cursor' : '';
}

function sentence({ description, place }: ModelPage): string {
  const { created, appVersion, corpus } = description;
  const { files } = corpus.summary;
  const begun = `Trained on ${files === 1 ? 'one file' : `${files} files`}, begun on ${formatDate(created)} with Textloom ${appVersion}.`;
  return place === 'pack' ? `${begun} Import it to write with it.` : begun;
}
