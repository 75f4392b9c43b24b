import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { formatLoss, plural } from '../../base/format';
import type { FreshTexts } from '../../corpus/read/renewal';
import { asItWrites } from '../../model/asItWrites';
import type { VocabularyWish } from '../../training/prepare/warmStart';
import { changeText, type CorpusChange, isChanged } from '../../training/record/corpusChange';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { freshTexts } from '../corpus/freshDocuments';
import type { Models, ReadableModel } from '../models/models';
import { noModel } from '../models/selectModel';
import { back, pickOne, type PickRow, runStep } from '../picks';

const step = { title: 'Continue Training', step: 1, totalSteps: 1, canGoBack: false };

/**
 * Has one of the models picked that can be trained further. How much of its text has changed since is filled in for each.
 * @throws UserError where there is none; CancelledError when the list is dismissed.
 */
export async function pickContinuation(models: Models, background: BackgroundProcess): Promise<string> {
  const usable = await models.usable();
  if (usable.length === 0) throw noModel();
  const active = await models.active();
  const changes = new Map<string, CorpusChange | null>();
  const pick = vscode.window.createQuickPick<PickRow<string>>();
  const cancellation = new vscode.CancellationTokenSource();
  pick.placeholder = 'Which model should be trained further?';
  pick.matchOnDescription = true;
  pick.busy = true;
  const show = (): void => {
    const focused = pick.activeItems[0]?.value;
    pick.keepScrollPosition = true;
    pick.items = usable.map((model) =>
      choice(model, active?.folder === model.folder, changes.get(model.folder) ?? null),
    );
    if (focused !== undefined) pick.activeItems = pick.items.filter(({ value }) => value === focused);
  };
  show();
  const looking = lookAtAll(usable, background, cancellation.token, (folder, change) => {
    changes.set(folder, change);
    show();
  });
  void looking.finally(() => (pick.busy = false));
  try {
    const picked = await runStep(pick, step, () => pick.selectedItems[0]?.value);
    if (picked === back) throw noModel();
    return picked;
  } finally {
    cancellation.cancel();
    await looking;
    cancellation.dispose();
  }
}

/** How much of a model's text has changed; null where that can't be told. @param fresh see freshTexts */
export function changeOf(
  folder: string,
  fresh: FreshTexts,
  background: BackgroundProcess,
  token: vscode.CancellationToken,
): Promise<CorpusChange | null> {
  return background.perform('corpusChange', { folder, fresh }, { token }).catch(() => null);
}

/** Asks what becomes of the vocabulary of a model whose text has changed. @throws CancelledError when dismissed. */
export async function pickVocabulary(change: CorpusChange): Promise<VocabularyWish> {
  const picked = await pickOne<VocabularyWish>(
    step,
    `${sentence(changeText(change))}. What about characters it doesn't know?`,
    [
      {
        label: '$(add) Learn new characters and words too',
        detail: 'Its vocabulary grows by those that its text has now. What it knows stays.',
        value: 'extend',
      },
      {
        label: '$(lock) Keep its vocabulary',
        detail: 'What is not in it stays unknown to the model.',
        value: 'keep',
      },
    ],
  );
  return picked === back ? 'keep' : picked;
}

/** One after the other, newest first. */
async function lookAtAll(
  models: readonly ReadableModel[],
  background: BackgroundProcess,
  token: vscode.CancellationToken,
  tell: (folder: string, change: CorpusChange | null) => void,
): Promise<void> {
  for (const { folder } of models) {
    const change = await changeOf(folder, await freshTexts(folder, 'unsaved', token), background, token);
    if (token.isCancellationRequested) return;
    tell(folder, change);
  }
}

function choice(
  { description, folder }: ReadableModel,
  isActive: boolean,
  change: CorpusChange | null,
): PickRow<string> {
  const { name, corpus } = description;
  const reached = asItWrites(description);
  const text = change === null ? plural(corpus.summary.files, 'file') : changeText(change);
  return {
    value: folder,
    label: isActive ? `$(check) ${name}` : name,
    description: reached === null ? '' : `${formatLoss(reached.natsPerCharacter)} nats per character`,
    detail: `${change !== null && isChanged(change) ? '$(diff) ' : ''}${sentence(text)} · ${vscode.workspace.asRelativePath(dirname(folder))}`,
  };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
