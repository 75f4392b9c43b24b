import type { FromPanel } from '../../protocol/panel';
import { type Advice, coach, type CoachAction } from '../../training/coach';
import type { Run } from '../../training/record/run';
import { element, setShown, setText } from '../page/dom';

/** The coach's sentence, and a button that does what it says where something can be done at once. */
export class AdviceLine {
  private readonly sentence = element('span');
  private readonly button = element('button', { type: 'button', class: 'link' });
  readonly element = element('p', { class: 'coach' }, this.sentence, ' ', this.button);
  private action: CoachAction | null = null;

  constructor(send: (message: FromPanel) => void) {
    this.button.addEventListener('click', () => {
      if (this.action !== null) send(messageOf(this.action));
    });
  }

  /** What the coach says of a run. */
  advise(run: Run): void {
    this.show(coach(run));
  }

  /** Another sentence in its place. */
  say(message: string): void {
    this.show({ message, action: null });
  }

  private show({ message, action }: Pick<Advice, 'message' | 'action'>): void {
    this.action = action;
    setText(this.sentence, message);
    setText(this.button, action === null ? '' : labelOf(action));
    setShown(this.button, action !== null);
  }
}

function labelOf(action: CoachAction): string {
  switch (action.kind) {
    case 'stop':
      return 'Stop and keep the best';
    case 'continue':
      return `Train ${action.minutes} more ${action.minutes === 1 ? 'minute' : 'minutes'}`;
    case 'scale rate':
      return action.factor < 1 ? 'Lower the rate' : 'Raise the rate';
    default:
      return action satisfies never;
  }
}

function messageOf(action: CoachAction): FromPanel {
  switch (action.kind) {
    case 'stop':
      return { type: 'control', control: { type: 'stop' } };
    case 'continue':
      return { type: 'continue', minutes: action.minutes };
    case 'scale rate':
      return { type: 'control', control: { type: 'scale rate', factor: action.factor } };
    default:
      return action satisfies never;
  }
}
