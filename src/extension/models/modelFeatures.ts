import type * as vscode from 'vscode';
import type { CurrentSettings } from '../currentSettings';
import type { Reporter } from '../reporter';
import type { Session } from '../session';
import { DragModels } from './dragModels';
import { ModelBin } from './modelBin';
import { ModelCommands } from './modelCommands';
import type { ModelFeatures } from './modelHandlers';
import type { Models } from './models';
import { ModelsView } from './modelsView';

/** Everything that one can do with saved models, wired. */
export function modelFeatures(
  models: Models,
  session: Session,
  settings: CurrentSettings,
  reporter: Reporter,
  log: vscode.LogOutputChannel,
): ModelFeatures {
  const bin = new ModelBin(models, (line) => log.warn(line));
  // Each is loaded when it is asked for something: activation is to be quick.
  const change = async () => new (await import('./changeModels')).ChangeModels(models, bin, reporter);
  const carry = async () => new (await import('./carryModels')).CarryModels(models, reporter);
  const view = new ModelsView(models, session, reporter, settings, bin, new DragModels(change, carry, reporter));
  return { models, commands: new ModelCommands(models, reporter), change, carry, view };
}
