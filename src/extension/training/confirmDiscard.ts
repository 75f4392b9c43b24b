import * as vscode from 'vscode';
import { formatDuration } from '../../base/format';
import { descriptionBefore, hasBackup } from '../../training/record/backup';
import { CancelledError } from '../failure';
import type { ModelReference } from '../session';

/**
 * Asks whether what a training has learned is to be thrown away, and says what becomes of its model.
 * @throws CancelledError where it isn't
 */
export async function confirmDiscard(model: ModelReference | undefined): Promise<void> {
  const { question, detail } = await discardQuestion(model);
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Discard');
  if (answer !== 'Discard') throw new CancelledError();
}

/** What is asked: a model that was there before the training is given back as it was, and a new one is deleted. */
async function discardQuestion(
  model: ModelReference | undefined,
): Promise<{ readonly question: string; readonly detail: string }> {
  const { name, folder } = model ?? { name: '', folder: '' };
  if (model === undefined || !(await hasBackup(folder))) {
    return { question: `Stop training and delete "${name}"?`, detail: 'What this training has learned is lost.' };
  }
  const before = await descriptionBefore(folder);
  const trained = before === null ? '' : ` (${formatDuration(before.trained.seconds)} of training)`;
  return {
    question: 'Discard this training?',
    detail: `"${name}" goes back to how it was before${trained}. What it has learned since is lost.`,
  };
}
