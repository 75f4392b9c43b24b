import type { FromPanel, PanelCommand } from '../../protocol/panel';
import type { Effort } from '../../training/loop/effort';
import type { TrainingControl } from '../../training/record/events';
import { element, pushButton, setShown, toolButton } from '../page/dom';
import type { Stage } from './headline';

/** The buttons that steer a run, and those that lead on when it has ended. */
export class Controls {
  readonly element = element('div', { class: 'controls', role: 'group', 'aria-label': 'Training' });
  private readonly buttons: readonly {
    readonly button: HTMLElement;
    readonly stages: readonly Stage[];
    /** Shown at this effort alone. */
    readonly at?: Effort;
  }[];

  constructor(send: (message: FromPanel) => void) {
    const control = (asked: TrainingControl) => () => send({ type: 'control', control: asked });
    const command = (name: PanelCommand) => () => send({ type: 'command', command: name });
    const push = (label: string, iconName: string, kind: 'primary' | 'secondary', action: () => void) =>
      pushButton({ label, icon: iconName, kind, action });
    const on: readonly Stage[] = ['training', 'paused'];
    const over: readonly Stage[] = ['interrupted', 'failed', 'finished'];
    // To the end of what it was given; nothing is asked, and nothing added.
    const resume = () => send({ type: 'continue', minutes: 0 });
    this.buttons = [
      { button: push('Pause', 'debug-pause', 'primary', control({ type: 'pause' })), stages: ['training'] },
      { button: push('Resume', 'debug-continue', 'primary', control({ type: 'resume' })), stages: ['paused'] },
      { button: push('Stop and Keep', 'debug-stop', 'secondary', control({ type: 'stop' })), stages: on },
      { button: push('5 Minutes', 'add', 'secondary', control({ type: 'extend', minutes: 5 })), stages: on },
      { button: rateButton('½× rate', 'Halve the learning rate', control(scaleRate(0.5))), stages: on },
      { button: rateButton('2× rate', 'Double the learning rate', control(scaleRate(2))), stages: on },
      {
        button: toolButton(
          'bell-slash',
          'Run quietly: half of the threads, behind everything else',
          command('runQuietly'),
        ),
        stages: on,
        at: 'full',
      },
      { button: toolButton('rocket', 'Run at full speed', command('runAtFullSpeed')), stages: on, at: 'quiet' },
      { button: toolButton('trash', 'Discard this run', control({ type: 'discard' })), stages: on },
      { button: push('Cancel', 'close', 'secondary', command('cancelPreparation')), stages: ['preparing'] },
      { button: push('Resume', 'debug-continue', 'primary', resume), stages: ['interrupted', 'failed'] },
      { button: push('Generate at Cursor', 'sparkle', 'primary', command('generate')), stages: ['finished'] },
      { button: push('Generate at Cursor', 'sparkle', 'secondary', command('generate')), stages: ['failed'] },
      { button: push('Continue…', 'debug-continue', 'secondary', command('continue')), stages: ['finished', 'failed'] },
      { button: push('Train Model…', 'add', 'secondary', command('train')), stages: [...over, 'gone', 'elsewhere'] },
      { button: toolButton('note', 'Show the model card', command('showCard')), stages: [...over, 'elsewhere'] },
      { button: toolButton('save', 'Save the model card', command('saveCard')), stages: over },
      {
        button: toolButton('output', 'Show the log', command('showLog')),
        stages: [...on, ...over, 'gone', 'elsewhere'],
      },
    ];
    this.element.append(...this.buttons.map(({ button }) => button));
  }

  update(stage: Stage, effort: Effort): void {
    for (const { button, stages, at = effort } of this.buttons) {
      setShown(button, stages.includes(stage) && at === effort);
    }
  }
}

function rateButton(words: string, meaning: string, action: () => void): HTMLElement {
  const button = element('vscode-toolbar-button', { title: meaning }, words);
  button.addEventListener('click', action);
  return button;
}

function scaleRate(factor: number): TrainingControl {
  return { type: 'scale rate', factor };
}
