import * as vscode from 'vscode';
import { CancelledError } from '../failure';
import { type Alternative, draftLabel } from './drafts';

/** A line of the list. */
interface DraftItem extends vscode.QuickPickItem {
  readonly draft: Alternative;
}

const more: vscode.QuickPickItem = { label: '$(refresh) More like these', alwaysShow: true };

/** How often the list shows what has been added to the drafts, milliseconds. */
const refreshMilliseconds = 150;

/** After a move of the focus the list is left alone so long, milliseconds: who goes down it isn't thrown back. */
const restMilliseconds = 400;

/** What the list tells. */
export interface DraftPickListener {
  /** More drafts are wished for. */
  readonly onMore: () => void;
  /** This one is looked at; none is, where the row for more has the focus. */
  readonly onLook: (draft: Alternative | undefined) => void;
}

/** A list of drafts that grow, of which one is picked. */
export class DraftPick implements vscode.Disposable {
  private readonly pick = vscode.window.createQuickPick();
  private readonly items: DraftItem[] = [];
  private looked: DraftItem | undefined;
  /** When the focus was moved last. */
  private moved = -Infinity;
  /** Lines as they were shown last. */
  private shown = '';
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;
  private giveUp: (error: unknown) => void = () => undefined;

  constructor(
    placeholder: string,
    private readonly listener: DraftPickListener,
  ) {
    const { pick } = this;
    pick.title = 'Choose from Alternatives';
    pick.placeholder = placeholder;
    pick.buttons = [{ iconPath: new vscode.ThemeIcon('refresh'), tooltip: 'More like these' }];
    pick.keepScrollPosition = true;
    pick.onDidTriggerButton(() => listener.onMore());
    pick.onDidChangeActive(([item]) => this.look(item));
  }

  /** Adds drafts to the list; the first of them gets the focus. */
  add(drafts: readonly Alternative[]): void {
    const items = drafts.map((draft) => ({ draft, label: '', alwaysShow: true }));
    this.items.push(...items);
    this.looked = items[0];
    this.show();
  }

  /** Text was added to drafts, or some are complete. */
  update(): void {
    if (!this.isOver) this.timer ??= setTimeout(() => this.refresh(), refreshMilliseconds);
  }

  /** No draft can be drawn: the choice ends with this error. */
  fail(error: unknown): void {
    this.giveUp(error);
  }

  /** The draft that is taken. @throws CancelledError when the list is dismissed. */
  choose(): Promise<Alternative> {
    return new Promise((resolve, reject) => {
      this.giveUp = reject;
      this.pick.onDidAccept(() => {
        const [item] = this.pick.selectedItems;
        if (item === more) this.listener.onMore();
        else if (isDraftItem(item) && item.draft.text !== '') resolve(item.draft);
      });
      this.pick.onDidHide(() => reject(new CancelledError()));
      this.pick.show();
    });
  }

  dispose(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.pick.dispose();
  }

  private look(item: vscode.QuickPickItem | undefined): void {
    const looked = isDraftItem(item) ? item : undefined;
    if (looked !== this.looked) this.moved = performance.now();
    this.looked = looked;
    this.listener.onLook(looked?.draft);
  }

  /** Shows what has been added, unless the focus is on the move: giving the list its lines anew gives it its focus too. */
  private refresh(): void {
    this.timer = undefined;
    const rest = this.moved + restMilliseconds - performance.now();
    if (rest > 0) this.timer = setTimeout(() => this.refresh(), rest);
    else this.show();
  }

  private show(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const item of this.items) {
      item.label = draftLabel(item.draft);
      item.description = `temperature ${item.draft.temperature}`;
    }
    this.pick.busy = this.items.some(({ draft }) => !draft.isComplete);
    const lines = this.items.map(({ label }) => label).join('\n');
    if (lines !== this.shown) {
      this.shown = lines;
      this.pick.items = [...this.items, more];
      this.pick.activeItems = [this.looked ?? more];
    }
    this.listener.onLook(this.looked?.draft);
  }
}

function isDraftItem(item: vscode.QuickPickItem | undefined): item is DraftItem {
  return item !== undefined && 'draft' in item;
}
