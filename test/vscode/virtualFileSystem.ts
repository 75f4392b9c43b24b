import * as vscode from 'vscode';

/** A file system that only the editor can read. */
export class VirtualFileSystem implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  /** Paths of files that were read, in their order. */
  readonly read: string[] = [];

  private readonly registration: vscode.Disposable;

  /** Readable below a scheme until it is disposed of. */
  constructor(
    scheme: string,
    private readonly files: Readonly<Record<string, string | Uint8Array>>,
  ) {
    this.registration = vscode.workspace.registerFileSystemProvider(scheme, this, { isReadonly: true });
  }

  dispose(): void {
    this.registration.dispose();
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat({ path }: vscode.Uri): vscode.FileStat {
    const file = this.files[path.slice(1)];
    const times = { ctime: 0, mtime: 0 };
    if (file !== undefined) return { type: vscode.FileType.File, ...times, size: file.length };
    if (this.below(path).length > 0) return { type: vscode.FileType.Directory, ...times, size: 0 };
    throw vscode.FileSystemError.FileNotFound();
  }

  readDirectory({ path }: vscode.Uri): [string, vscode.FileType][] {
    const entries = new Map<string, vscode.FileType>();
    for (const name of this.below(path)) {
      const [first = '', ...rest] = name.split('/');
      entries.set(first, rest.length > 0 ? vscode.FileType.Directory : vscode.FileType.File);
    }
    return [...entries];
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    const file = this.files[path.slice(1)];
    if (file === undefined) throw vscode.FileSystemError.FileNotFound();
    if (file === broken) throw vscode.FileSystemError.Unavailable();
    this.read.push(path.slice(1));
    return Buffer.from(file);
  }

  createDirectory = readOnly;
  writeFile = readOnly;
  delete = readOnly;
  rename = readOnly;

  private below(path: string): string[] {
    const folder = path === '/' ? '' : `${path.slice(1)}/`;
    return Object.keys(this.files).flatMap((name) => (name.startsWith(folder) ? [name.slice(folder.length)] : []));
  }
}

/** The content of a file that can't be read. */
export const broken = 'this file is broken';

function readOnly(): never {
  throw vscode.FileSystemError.NoPermissions();
}
