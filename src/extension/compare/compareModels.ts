/**
 * extension/compare/: saved models, ranked by how well they predict a document.
 */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { formatCount } from '../../base/format';
import { withLineFeeds } from '../../base/text';
import type { MemoryUse } from '../../memory/memory';
import type { PartsTold } from '../../scoring/scoring';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { describeFailure, UserError } from '../failure';
import type { Models } from '../models/models';
import { noModel } from '../models/selectModel';
import { type Contender, type Standing, type StandingRow, tableOf } from './standings';

/** A row of the list. */
interface Item extends vscode.QuickPickItem {
  readonly row: StandingRow;
}

/**
 * Scores the active document with every model, its memory used as is said, in a list that fills in as they are done. Taking one makes it the model
 * that writes; dismissing the list ends the scoring.
 * @throws UserError where there is nothing to compare, or nothing to compare it on.
 */
export async function compareModels(models: Models, background: BackgroundProcess, memory: MemoryUse): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) throw new UserError('No text is open: open the document to compare models on.');
  const text = withLineFeeds(editor.document.getText());
  if (text.trim() === '') throw new UserError('This document is empty: there is nothing to compare models on.');
  const contenders = await contendersOf(models);
  if (contenders.length === 0) throw noModel();
  const active = (await models.active())?.folder;
  const list = vscode.window.createQuickPick<Item>();
  const cancellation = new vscode.CancellationTokenSource();
  const characters = Array.from(text).length;
  list.title = `Compare Models on ${basename(editor.document.fileName)} (${formatCount(characters)} characters)`;
  list.placeholder = 'Fewer bits per character are better. Enter: this model writes from now on';
  list.ignoreFocusOut = true;
  list.keepScrollPosition = true;
  const focus: Focus = { given: undefined, isUsers: false };
  const draw = (): void => show(list, tableOf(contenders, active), focus);
  draw();
  const picked = choice(list);
  list.show();
  try {
    await Promise.race([
      picked,
      scoreAll({ contenders, text, characters, background, memory, draw, list }, cancellation.token),
    ]);
    const row = await picked;
    if (row !== undefined) await models.use({ folder: row.folder, name: nameIn(contenders, row.folder) });
  } finally {
    cancellation.cancel();
    cancellation.dispose();
    list.dispose();
  }
}

/** Every model and every damaged one. */
async function contendersOf(models: Models): Promise<Contender[]> {
  const listed = await models.list();
  return listed.map((model) => {
    const { folder } = model;
    if (model.kind === 'damaged') {
      return { folder, name: basename(folder), standing: { kind: 'failed', reason: model.reason } };
    }
    const { name, best } = model.description;
    const reason = 'It has no weights yet: its training did not come that far.';
    return { folder, name, standing: best === null ? { kind: 'failed', reason } : { kind: 'waiting' } };
  });
}

interface Comparison {
  /** The standings are replaced as they come. */
  readonly contenders: Contender[];
  readonly text: string;
  readonly characters: number;
  readonly background: BackgroundProcess;
  readonly memory: MemoryUse;
  readonly draw: () => void;
  readonly list: vscode.QuickPick<Item>;
}

async function scoreAll(
  { contenders, text, characters, background, memory, draw, list }: Comparison,
  token: vscode.CancellationToken,
): Promise<void> {
  list.busy = true;
  for (const [index, contender] of contenders.entries()) {
    if (contender.standing.kind !== 'waiting') continue;
    const tell = (standing: Standing): void => {
      contenders[index] = { ...contender, standing };
      if (!token.isCancellationRequested) draw();
    };
    tell({ kind: 'scoring', share: 0 });
    try {
      const { folder } = contender;
      const onProgress = ({ share }: PartsTold): void => tell({ kind: 'scoring', share });
      const total = await background.perform('score', { folder, text, memory }, { token, onProgress });
      tell({ kind: 'scored', bitsPerCharacter: total / Math.LN2 / characters });
    } catch (error) {
      if (token.isCancellationRequested) return;
      const failure = describeFailure(error);
      tell({ kind: 'failed', reason: failure.kind === 'told' ? failure.sentence : 'It was given up.' });
    }
  }
  list.busy = false;
}

/** The row that the user takes; undefined where the list is dismissed. */
function choice(list: vscode.QuickPick<Item>): Promise<StandingRow | undefined> {
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      const row = list.selectedItems[0]?.row;
      if (row?.isUsable === true) resolve(row);
    });
    list.onDidHide(() => resolve(undefined));
  });
}

/** Who put the focus where it is. */
interface Focus {
  /** The row that it was put on last by {@link show}. */
  given: string | undefined;
  isUsers: boolean;
}

/** Draws the table anew. The focus is on the best, until the user moves it: then it stays with that model. */
function show(list: vscode.QuickPick<Item>, rows: readonly StandingRow[], focus: Focus): void {
  const focused = list.activeItems[0]?.row.folder;
  focus.isUsers ||= focused !== undefined && focused !== focus.given;
  const wanted = focus.isUsers ? focused : rows[0]?.folder;
  focus.given = wanted;
  list.items = rows.map((row) => ({ ...row, alwaysShow: true, row }));
  list.activeItems = list.items.filter(({ row }) => row.folder === wanted);
}

function nameIn(contenders: readonly Contender[], folder: string): string {
  return contenders.find((contender) => contender.folder === folder)?.name ?? basename(folder);
}
