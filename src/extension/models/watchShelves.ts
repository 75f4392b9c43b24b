import { basename, relative } from 'node:path';
import * as vscode from 'vscode';
import type { Shelf } from './models';

/** Changes that come one after the other are told as one, after this time, milliseconds. */
const settling = 200;

/** Parts of a path below a folder of models whose change can be seen: a model, and of its files those that are shown. */
const shownFiles = /^[^\\/]+([\\/](model\.json|model\.safetensors|samples\.jsonl|training\.lock))?$/;

/** Tells each time that its training goes on, by its time: nothing is seen of that but its coming and going. */
const heartbeatFile = 'training.lock';

/** Watches folders of models for what the terminal, git, another window or the user does there. Dispose to end. */
export function watchShelves(shelves: readonly Shelf[], onChange: () => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const changed = (shelf: string, path: string): void => {
    // Without files.watcherExclude's help: a training writes here all the time, and only some of that is shown.
    const inside = relative(shelf, path);
    if (inside !== '' && (!shownFiles.test(inside) || inside.startsWith('.'))) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange();
    }, settling);
  };
  const watchers = shelves.map(({ folder }) => {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), '**'));
    watcher.onDidCreate(({ fsPath }) => changed(folder, fsPath));
    watcher.onDidDelete(({ fsPath }) => changed(folder, fsPath));
    watcher.onDidChange(({ fsPath }) => {
      if (basename(fsPath) !== heartbeatFile) changed(folder, fsPath);
    });
    return watcher;
  });
  return vscode.Disposable.from(...watchers, new vscode.Disposable(() => clearTimeout(timer)));
}
