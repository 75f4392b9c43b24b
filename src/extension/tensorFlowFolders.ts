import { join } from 'node:path';
import type * as vscode from 'vscode';
import { locateTensorFlow } from '../engine/tensorflow/install/locate';

/**
 * The package's folder of the TensorFlow that is there: where a setting says, else where the command has put it, else
 * where set-up has put it for the project under development. None when there is none.
 */
export function tensorFlowFolders(context: vscode.ExtensionContext, named: string): readonly string[] {
  const found = locateTensorFlow([
    ...(named === '' ? [] : [named]),
    ownFolder(context),
    context.asAbsolutePath('.cache/tensorflow'),
  ]);
  return found === undefined ? [] : [found];
}

/** Where the command puts it. */
export function ownFolder(context: vscode.ExtensionContext): string {
  return join(context.globalStorageUri.fsPath, 'tensorflow');
}
