import * as vscode from 'vscode';
import type { TrainingControl } from '../training/record/events';
import { UserError } from './failure';
import type { Models } from './models/models';
import { earlierRuns } from './panel/earlierRuns';
import { Panel } from './panel/panel';
import type { PanelActions } from './panel/panelPage';
import type { Reporter } from './reporter';
import type { Session } from './session';

/** The panel, wired: it steers through the same code as the commands, and fails through the same reporter. */
export function openPanel(
  context: vscode.ExtensionContext,
  session: Session,
  models: Models,
  reporter: Reporter,
  control: (control: TrainingControl) => Promise<void>,
): Panel {
  const actions: PanelActions = {
    control: async (asked) => {
      // To throw a training away is asked about first, wherever it is asked for.
      if (asked.type === 'discard') await vscode.commands.executeCommand('textloom.discard');
      else await control(asked);
    },
    run: async (command, folder, minutes) => {
      const onModel = command === 'continue' || command === 'showCard' || command === 'saveCard';
      await vscode.commands.executeCommand(`textloom.${command}`, ...(onModel ? [folder, minutes] : []));
    },
    earlierRuns: async () => {
      const usable = await models.usable();
      return earlierRuns(usable.map(({ folder, description }) => ({ folder, name: description.name })));
    },
    report: (message, error) => reporter.tell(error ?? new UserError(message)),
  };
  return new Panel({ extension: context.extensionUri, session, actions });
}
