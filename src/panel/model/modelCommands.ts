import type { FromModelPage, ModelCommand, ModelStanding } from '../../protocol/modelPage';
import { element, pushButton, setShown, toolButton } from '../page/dom';

/** How a command's button looks. */
interface Look {
  readonly icon: string;
  readonly label: string;
}

/** In the order in which they stand. */
const looks: Readonly<Record<ModelCommand, Look>> = {
  showPanel: { icon: 'graph-line', label: 'Show the Training' },
  import: { icon: 'cloud-download', label: 'Import Model' },
  generate: { icon: 'sparkle', label: 'Generate' },
  use: { icon: 'check', label: 'Use' },
  continue: { icon: 'debug-continue', label: 'Continue Training…' },
  compare: { icon: 'diff', label: 'Compare…' },
  export: { icon: 'export', label: 'Export…' },
  update: { icon: 'extensions', label: 'Check for Updates' },
  rename: { icon: 'edit', label: 'Rename' },
  duplicate: { icon: 'files', label: 'Duplicate' },
  showCard: { icon: 'book', label: 'Show the model card' },
  saveCard: { icon: 'save', label: 'Save the model card' },
  showText: { icon: 'json', label: 'Show model.json as text' },
  reveal: { icon: 'folder-opened', label: 'Reveal its folder' },
  delete: { icon: 'trash', label: 'Delete' },
};

/** Commands that need no words beside the others. */
export const quietCommands: readonly ModelCommand[] = [
  'rename',
  'duplicate',
  'showCard',
  'saveCard',
  'showText',
  'reveal',
  'delete',
];

/** Buttons for what can be done with a model at the moment; the first one with words stands out. */
export class ModelButtons {
  readonly element = element('div', { class: 'controls', role: 'group', 'aria-label': 'Model' });
  private readonly buttons: ReadonlyMap<ModelCommand, HTMLElement>;

  /** @param quiet - those that are icons only */
  constructor(
    send: (message: FromModelPage) => void,
    private readonly quiet: readonly ModelCommand[],
  ) {
    const entries = Object.entries(looks) as [ModelCommand, Look][];
    this.buttons = new Map(
      entries.map(([command, { icon, label }]) => {
        const action = (): void => send({ type: 'command', command });
        return [
          command,
          quiet.includes(command)
            ? toolButton(icon, label, action)
            : pushButton({ icon, label, kind: 'secondary', action }),
        ];
      }),
    );
    this.element.append(...this.buttons.values());
  }

  update({ commands }: ModelStanding): void {
    const [main] = [...this.buttons.keys()].filter((command) => commands.includes(command));
    for (const [command, button] of this.buttons) {
      setShown(button, commands.includes(command));
      if (!this.quiet.includes(command)) button.toggleAttribute('secondary', command !== main);
    }
  }
}
