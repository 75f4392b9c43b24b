import type { FromModelPage, ModelDamage, ModelStanding } from '../../protocol/modelPage';
import { element, icon, setText } from '../page/dom';
import { ModelButtons } from './modelCommands';

/** What stands here where there is no model to show: why, and what to do about it. */
export class DamageView {
  private readonly title = element('h1');
  private readonly reason = element('p', { class: 'failure', role: 'alert' });
  private readonly advice = element('p');
  private readonly commands: ModelButtons;
  readonly element: HTMLElement;

  constructor(send: (message: FromModelPage) => void) {
    this.commands = new ModelButtons(send, []);
    this.element = element(
      'div',
      { class: 'empty' },
      element(
        'div',
        { class: 'invitation' },
        icon('warning'),
        this.title,
        this.reason,
        this.advice,
        this.commands.element,
      ),
    );
  }

  update({ title, reason, advice }: ModelDamage, standing: ModelStanding): void {
    setText(this.title, title);
    setText(this.reason, reason);
    setText(this.advice, advice);
    this.commands.update(standing);
  }
}
