import * as vscode from 'vscode';
import { formatCount, plural } from '../../base/format';
import type { CorpusProgress, CorpusSummary } from '../../corpus/corpus';
import { recipeFileName } from '../../corpus/select/recipe/recipeFile';
import type { TokenizerChoice } from '../../corpus/tokenizers/tokenizer';
import { UserError } from '../failure';
import { type back, runStep, type Step } from '../picks';
import { languageGlob } from './globs';
import { nothingText, progressText, readingLines, skippedLines, summaryTitle, useLines } from './summaryText';

/** Counts a corpus; tells how far it has come. */
export type SurveyText = (
  onProgress: (progress: CorpusProgress) => void,
  token: vscode.CancellationToken,
) => Promise<CorpusSummary>;

/**
 * What the user makes of a summary: train on it without these globs, having that kept in the folder's recipe or not; or first
 * say which folders to leave out.
 */
export type SummaryAnswer =
  | { readonly kind: 'train' | 'keep and train'; readonly exclude: readonly string[] }
  | { readonly kind: 'choose folders' };

/** What can be done with a summary beside training on it. */
export interface SummaryChoices {
  readonly folders: boolean;
  /** There is a folder whose recipe may keep what is chosen. */
  readonly keep: boolean;
  readonly tokenizer: TokenizerChoice;
}

/** A line of the list, and what Enter does on it. */
interface Row extends vscode.QuickPickItem {
  readonly act?: { readonly kind: 'toggle'; readonly language: string } | SummaryAnswer['kind'];
}

/**
 * Surveys a corpus, shows what was found and what was left out, and lets the user narrow it. Dismissing it ends the survey.
 * @throws UserError where there is nothing to train on.
 */
export async function pickSummary(
  step: Step,
  choices: SummaryChoices,
  survey: SurveyText,
): Promise<SummaryAnswer | typeof back> {
  const pick = vscode.window.createQuickPick<Row>();
  const cancellation = new vscode.CancellationTokenSource();
  const without = new Set<string>();
  let summary: CorpusSummary | undefined;
  pick.busy = true;
  pick.placeholder = 'Looking at the text…';
  const surveyed = survey((progress) => {
    pick.placeholder = `Looking at the text… ${progressText(progress)}`;
  }, cancellation.token).then((found) => {
    if (found.files === 0) throw new UserError(nothingText(found));
    summary = found;
    pick.busy = false;
    pick.placeholder = 'Enter continues. Choose a file type to leave it out or take it in.';
    show(found);
  });
  const show = (found: CorpusSummary): void => {
    pick.title = `Train on ${summaryTitle(narrowed(found, without))}`;
    pick.items = rowsOf(found, without, choices);
  };
  try {
    const answered = runStep(pick, step, () => {
      const [row] = pick.selectedItems;
      if (summary === undefined || row?.act === undefined) return undefined;
      if (typeof row.act === 'string') return answerOf(row.act, without);
      toggle(without, row.act.language);
      show(summary);
      pick.activeItems = pick.items.filter(({ act }) => typeof act === 'object' && act.language === languageOf(row));
      return undefined;
    });
    return await Promise.race([answered, surveyed.then(() => answered)]);
  } finally {
    cancellation.cancel();
    cancellation.dispose();
    pick.dispose();
  }
}

function rowsOf(summary: CorpusSummary, without: ReadonlySet<string>, choices: SummaryChoices): readonly Row[] {
  const separator = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const skipped = skippedLines(summary);
  return [
    { label: '$(arrow-right) Continue with this text', act: 'train', alwaysShow: true },
    ...(choices.keep
      ? [{ label: `$(save) Continue and save this choice in ${recipeFileName}`, act: 'keep and train' } as const]
      : []),
    ...(choices.folders ? [{ label: '$(folder) Choose folders…', act: 'choose folders' } as const] : []),
    ...useLines(narrowed(summary, without), choices.tokenizer).map(({ label, detail }) => ({
      label: `$(info) ${label}`,
      description: detail,
    })),
    ...readingLines(summary).map(({ label, detail }) => ({ label: `$(warning) ${label}`, description: detail })),
    separator('file types'),
    ...summary.languages.map(({ language, files, characters }) => ({
      label: `${without.has(language) ? '$(circle-large-outline)' : '$(pass-filled)'} ${language}`,
      description: `${plural(files, 'file')}, ${formatCount(characters)} characters`,
      act: { kind: 'toggle', language } as const,
    })),
    ...(skipped.length === 0 ? [] : [separator('left out')]),
    ...skipped.map(({ label, detail }) => ({ label: `$(circle-slash) ${label}`, description: detail })),
  ];
}

/** The summary of what is left when some languages are taken out. */
function narrowed(summary: CorpusSummary, without: ReadonlySet<string>): CorpusSummary {
  const out = summary.languages.filter(({ language }) => without.has(language));
  return {
    ...summary,
    files: out.reduce((files, language) => files - language.files, summary.files),
    characters: out.reduce((characters, language) => characters - language.characters, summary.characters),
  };
}

function answerOf(kind: SummaryAnswer['kind'], without: ReadonlySet<string>): SummaryAnswer {
  return kind === 'choose folders' ? { kind } : { kind, exclude: [...without].map(languageGlob) };
}

function toggle(without: Set<string>, language: string): void {
  if (!without.delete(language)) without.add(language);
}

function languageOf({ act }: Row): string | undefined {
  return typeof act === 'object' ? act.language : undefined;
}
