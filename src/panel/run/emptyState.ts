import type { FromPanel, PanelSnapshot } from '../../protocol/panel';
import { element, icon, pushButton, setShown, setText } from '../page/dom';

/** What stands here before there is a run: an invitation, or what is being prepared. */
export class EmptyState {
  readonly element: HTMLElement;
  private readonly invitation: HTMLElement;
  private readonly preparing: HTMLElement;
  private readonly step = element('p', { role: 'status' });
  private readonly active = element('p', { class: 'quiet' });
  private readonly generate: HTMLElement;
  private readonly log: HTMLElement;
  private readonly title = element('h1');
  private readonly failure = element('p', { class: 'failure', role: 'alert' });

  constructor(send: (message: FromPanel) => void) {
    this.generate = pushButton({
      label: 'Generate at Cursor',
      icon: 'sparkle',
      kind: 'secondary',
      action: () => send({ type: 'command', command: 'generate' }),
    });
    this.log = pushButton({
      label: 'Show Log',
      icon: 'output',
      kind: 'secondary',
      action: () => send({ type: 'command', command: 'showLog' }),
    });
    this.invitation = element(
      'div',
      { class: 'invitation' },
      icon('graph-line'),
      this.title,
      this.failure,
      element(
        'p',
        {},
        'Textloom learns from the text you point it at, here on this machine. Its curve and its first sentences appear on this page while it learns.',
      ),
      element(
        'div',
        { class: 'buttons' },
        pushButton({
          label: 'Train Model…',
          icon: 'play',
          kind: 'primary',
          action: () => send({ type: 'command', command: 'train' }),
        }),
        this.generate,
        this.log,
      ),
      this.active,
    );
    this.preparing = element(
      'div',
      { class: 'invitation' },
      icon('book'),
      element('h1', {}, 'Getting ready'),
      this.step,
      element('vscode-progress-bar', { indeterminate: true, 'aria-label': 'Getting ready' }),
      pushButton({
        label: 'Cancel',
        icon: 'close',
        kind: 'secondary',
        action: () => send({ type: 'command', command: 'cancelPreparation' }),
      }),
    );
    this.element = element('div', { class: 'empty' }, this.invitation, this.preparing);
  }

  update(snapshot: PanelSnapshot): void {
    setShown(this.invitation, snapshot.preparing === null);
    setShown(this.preparing, snapshot.preparing !== null);
    setText(this.title, snapshot.failure === null ? 'No training yet' : 'Training did not start');
    setShown(this.log, snapshot.failure !== null);
    setText(this.failure, snapshot.failure ?? '');
    setShown(this.failure, snapshot.failure !== null);
    setText(this.step, snapshot.preparing ?? '');
    setShown(this.generate, snapshot.activeModel !== null);
    setText(this.active, snapshot.activeModel === null ? '' : `Generate at Cursor uses “${snapshot.activeModel}”.`);
  }
}
