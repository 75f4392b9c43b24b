import * as vscode from 'vscode';
import type { Models } from './models';

// Loaded when there is something to delete, or the view is shown: activation is to be quick.
const deletions = () => import('../../model/deletedModels');

/** Where deleted models end once nobody wants them back: in the system's trash, or where there is none, in a week nowhere. */
export class ModelBin {
  constructor(
    private readonly models: Models,
    private readonly log: (line: string) => void,
  ) {}

  /** What will become of a deleted model, for whoever is asked whether to delete it. */
  get promise(): string {
    return hasTrash()
      ? 'Its folder goes to the trash; Undo brings it back.'
      : 'Undo brings it back; its folder is kept aside for a week.';
  }

  /** Puts a model that was set aside into the trash. Where that can't be, it stays for a week. */
  async throwAway(folder: string): Promise<void> {
    if (!hasTrash()) return;
    await this.remove(folder, { useTrash: trashIsWanted() });
  }

  /**
   * Removes what was set aside so long ago that nobody will want it back. In a workspace that isn't trusted nothing on disk
   * is touched before the user says so.
   */
  async empty(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const { deletedAreKept, longSetAside } = await deletions();
    const { sweepUnfinished } = await import('../../model/unfinished');
    for (const shelf of this.models.shelves) {
      await sweepUnfinished(shelf.folder);
      const expired = await longSetAside(shelf.folder, Date.now() - deletedAreKept);
      for (const folder of expired) await this.remove(folder, { useTrash: hasTrash() && trashIsWanted() });
    }
  }

  private async remove(folder: string, { useTrash }: { readonly useTrash: boolean }): Promise<void> {
    const { forgetSetAside, removeSetAside, requireSetAside } = await deletions();
    try {
      if (useTrash) {
        await requireSetAside(folder);
        await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true, useTrash });
        await forgetSetAside(folder);
      } else {
        await removeSetAside(folder);
      }
    } catch (error) {
      this.log(`A deleted model stays in ${folder}: ${String(error)}`);
    }
  }
}

/** A remote machine and a browser have none. */
function hasTrash(): boolean {
  return vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
}

/** What the user wants of files that are deleted in the explorer holds here as well. */
function trashIsWanted(): boolean {
  return vscode.workspace.getConfiguration('files').get('enableTrash', true);
}
