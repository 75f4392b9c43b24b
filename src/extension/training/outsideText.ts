import * as vscode from 'vscode';
import { acceptCorpus, outsideText } from '../../training/record/corpusManifest';
import { CancelledError } from '../failure';

/**
 * Asks whether text may be read that a model names outside of its folder and that nobody here has picked, once for each model.
 * @throws CancelledError where it may not
 */
export async function askAboutUnknownText(folder: string): Promise<void> {
  // What else is wrong with the model is told when it is trained.
  const outside = await outsideText(folder).catch(() => undefined);
  if (outside === undefined) return;
  const answer = await vscode.window.showWarningMessage(
    'This model came from elsewhere and names text outside of its folder. Read it?',
    { modal: true, detail: outside },
    'Read It',
  );
  if (answer !== 'Read It') throw new CancelledError();
  await acceptCorpus(folder);
}
