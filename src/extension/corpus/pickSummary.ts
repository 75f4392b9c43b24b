import * as vscode from 'vscode';
import type { CorpusProgress, CorpusSummary } from '../../corpus/corpus';
import { UserError } from '../failure';
import { formatCount, plural } from '../format';
import { back, runStep, type Step } from '../picks';
import { languageGlob } from './globs';
import { nothingText, progressText, skippedLines, summaryTitle } from './summaryText';

interface LanguageItem extends vscode.QuickPickItem {
  readonly language: string;
}

/** Counts a corpus; tells how far it has come. */
export type Survey = (
  onProgress: (progress: CorpusProgress) => void,
  token: vscode.CancellationToken,
) => Promise<CorpusSummary>;

/**
 * Surveys a corpus, shows what was found and lets the user untick what isn't wanted. Dismissing it ends the survey.
 * @returns globs of what is to be left out.
 * @throws UserError where there is nothing to train on.
 */
export async function pickSummary(step: Step, survey: Survey): Promise<readonly string[] | typeof back> {
  const pick = vscode.window.createQuickPick<LanguageItem | vscode.QuickPickItem>();
  const cancellation = new vscode.CancellationTokenSource();
  pick.canSelectMany = true;
  pick.busy = true;
  pick.placeholder = 'Looking at the text…';
  let languages: readonly LanguageItem[] | undefined;
  const ready = survey(
    (progress) => (pick.placeholder = `Looking at the text… ${progressText(progress)}`),
    cancellation.token,
  ).then((summary) => {
    if (summary.files === 0) throw new UserError(nothingText(summary));
    languages = summary.languages.map(languageItem);
    fill(pick, languages, summary);
  });
  try {
    const accepted = runStep(pick, step, () =>
      languages === undefined || pick.selectedItems.length === 0 ? undefined : pick.selectedItems,
    );
    const chosen = await Promise.race([accepted, ready.then(() => accepted)]);
    if (typeof chosen === 'symbol') return back;
    return unticked(languages ?? [], chosen);
  } finally {
    cancellation.cancel();
    cancellation.dispose();
    pick.dispose();
  }
}

function fill(
  pick: vscode.QuickPick<LanguageItem | vscode.QuickPickItem>,
  languages: readonly LanguageItem[],
  summary: CorpusSummary,
): void {
  const separators = skippedLines(summary).map(({ label, detail }) => ({
    label: detail === '' ? label : `${label} (${detail})`,
    kind: vscode.QuickPickItemKind.Separator,
  }));
  pick.items = [...languages, ...separators];
  pick.selectedItems = languages;
  pick.title = `Train on ${summaryTitle(summary)}`;
  pick.placeholder = 'Untick what to leave out, then press Enter';
  pick.busy = false;
}

function languageItem({ language, files, characters }: CorpusSummary['languages'][number]): LanguageItem {
  return { language, label: language, description: `${plural(files, 'file')}, ${formatCount(characters)} characters` };
}

function unticked(languages: readonly LanguageItem[], chosen: readonly vscode.QuickPickItem[]): readonly string[] {
  return languages.filter((item) => !chosen.includes(item)).map(({ language }) => languageGlob(language));
}
