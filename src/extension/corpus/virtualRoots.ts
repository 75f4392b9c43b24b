import * as vscode from 'vscode';

/**
 * What the names of files start from that only the editor can read: the workspace folder that they lie in, else what was
 * picked; where that is several things, the folder that holds them all.
 */
export class VirtualRoots {
  /** The parts of a root's path, by its file system. */
  private readonly roots = new Map<string, readonly string[]>();

  /** @param uris What was picked. */
  constructor(uris: readonly vscode.Uri[]) {
    for (const uri of uris) {
      const own = partsOf(vscode.workspace.getWorkspaceFolder(uri)?.uri ?? uri);
      const system = systemOf(uri);
      this.roots.set(system, commonParts(this.roots.get(system) ?? own, own));
    }
  }

  /** The name of something that was picked or lies below it: its path from the root; empty for the root itself. */
  nameOf(uri: vscode.Uri): string {
    return partsOf(uri).slice(this.depthOf(uri)).join('/');
  }

  /** The folders that something lies in, from the root on; none for the root itself. */
  foldersAbove(uri: vscode.Uri): readonly vscode.Uri[] {
    const parts = partsOf(uri);
    const depth = this.depthOf(uri);
    return parts.slice(depth).map((_, below) => uri.with({ path: `/${parts.slice(0, depth + below).join('/')}` }));
  }

  private depthOf(uri: vscode.Uri): number {
    return this.roots.get(systemOf(uri))?.length ?? 0;
  }
}

function systemOf({ scheme, authority }: vscode.Uri): string {
  return `${scheme}://${authority}`;
}

function partsOf({ path }: vscode.Uri): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

function commonParts(one: readonly string[], other: readonly string[]): readonly string[] {
  const differs = one.findIndex((part, depth) => part !== other[depth]);
  return differs < 0 ? one : one.slice(0, differs);
}
