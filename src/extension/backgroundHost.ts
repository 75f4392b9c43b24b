import type * as vscode from 'vscode';
import { protocolVersion } from '../protocol/background';
import type { BackgroundHost } from './background/backgroundProcess';
import { recover } from './background/recovery';
import { backgroundSettings, type CurrentSettings } from './currentSettings';
import { tensorFlowFolders } from './tensorFlowFolders';
import type { Reporter } from './reporter';
import type { Session } from './session';
import type { TrainingCommands } from './training/trainingCommands';

/** What the background process needs of the editor, and what happens here when it dies. */
export function backgroundHost(parts: {
  readonly context: vscode.ExtensionContext;
  readonly settings: CurrentSettings;
  readonly session: Session;
  readonly reporter: Reporter;
  readonly log: vscode.LogOutputChannel;
  readonly training: Pick<TrainingCommands, 'continue'>;
}): BackgroundHost {
  const { context, settings, session, reporter, log, training } = parts;
  return {
    parameters: () => ({
      protocolVersion,
      appVersion: String((context.extension.packageJSON as Record<string, unknown>)['version']),
      parent: process.pid,
      tensorflowFolders: tensorFlowFolders(context, settings.get().tensorflowFolder),
      settings: backgroundSettings(settings.get()),
    }),
    log: (line) => log.info(line),
    onCrash: (crash) => void recover(crash, session, training, reporter),
  };
}
