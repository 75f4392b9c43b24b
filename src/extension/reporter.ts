import * as vscode from 'vscode';
import { type Action, actions, describeFailure } from './failure';

/**
 * The one way in which a failure reaches the user: the log gets the stack, the user one sentence with what would help. A
 * thing given up on purpose is silent.
 */
export class Reporter {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Does something; what goes wrong is told, not thrown. */
  async attempt<T>(deed: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await deed();
    } catch (error) {
      this.tell(error);
      return undefined;
    }
  }

  /** Tells of an error. Returns at once: the message stays until the user has seen it. */
  tell(error: unknown, ...first: readonly Action[]): void {
    const failure = describeFailure(error);
    if (failure.kind === 'silent') return;
    this.log.error(failure.details);
    this.offer(vscode.window.showErrorMessage, failure.sentence, [...first, ...failure.actions, actions.showLog]);
  }

  /** Tells of something good, or of something to decide, with what can be done now. */
  notify(sentence: string, ...choices: readonly Action[]): void {
    this.log.info(sentence);
    this.offer(vscode.window.showInformationMessage, sentence, choices);
  }

  /** A sentence for the log and, for a few seconds, the status bar: what needs no answer. */
  mention(sentence: string): void {
    this.log.info(sentence);
    vscode.window.setStatusBarMessage(sentence, 6000);
  }

  private offer(
    show: (message: string, ...titles: string[]) => Thenable<string | undefined>,
    sentence: string,
    choices: readonly Action[],
  ): void {
    const titles = choices.map(({ title }) => title);
    show(sentence, ...titles).then((title) => {
      const chosen = choices.find((choice) => choice.title === title);
      if (chosen !== undefined) {
        void this.attempt(() => vscode.commands.executeCommand(chosen.command, ...(chosen.arguments ?? [])));
      }
    });
  }
}
