import type * as vscode from 'vscode';
import { protocolVersion } from '../protocol/background';
import type { BackgroundHost } from './background/backgroundProcess';
import { backgroundSettings, type CurrentSettings } from './currentSettings';
import { UserError } from './failure';
import { tensorFlowFolders } from './installTensorFlow';
import type { Reporter } from './reporter';
import type { Session } from './session';
import { resume } from './training/notice';

/** What the background process needs of the editor, and what happens here when it dies. */
export function backgroundHost(parts: {
  readonly context: vscode.ExtensionContext;
  readonly settings: CurrentSettings;
  readonly session: Session;
  readonly reporter: Reporter;
  readonly log: vscode.LogOutputChannel;
}): BackgroundHost {
  const { context, settings, session, reporter, log } = parts;
  return {
    parameters: () => ({
      protocolVersion,
      appVersion: String((context.extension.packageJSON as Record<string, unknown>)['version']),
      parent: process.pid,
      tensorflowFolders: tensorFlowFolders(context, settings.get().tensorflowFolder),
      settings: backgroundSettings(settings.get()),
    }),
    log: (line) => log.info(line),
    onCrash: ({ message, training }) => {
      if (training === null) {
        reporter.tell(new UserError(message));
        return 'leave';
      }
      const sentence = `${message} Training can continue from the newest checkpoint.`;
      session.fail(sentence, training);
      reporter.tell(new UserError(sentence, resume(training)));
      return 'leave';
    },
  };
}
