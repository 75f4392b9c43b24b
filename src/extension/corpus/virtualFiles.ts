import * as vscode from 'vscode';
import type { CorpusFilters, CorpusProgress, SkipReason } from '../../corpus/corpus';
import type { StagedPiece } from '../../corpus/read/stagedFiles';
import { effectiveFilters, FileFilter, type FolderContext } from '../../corpus/select/fileFilter';
import { IgnoreRules, largestIgnoreFile, wholeLines } from '../../corpus/select/gitignore';
import { hiddenFolders } from '../../corpus/select/names';
import { isModelFolder } from '../../corpus/select/ownModels';
import { CancelledError } from '../failure';
import { unsavedBytes } from './unsavedDocuments';
import { VirtualRoots } from './virtualRoots';

/** The editor reads a file as a whole: larger ones would fill the memory of the extension host. Bytes. */
const largestFile = 128 * 2 ** 20;

/** What a walk over files that only the editor can read needs. */
export interface VirtualWalkOptions {
  readonly filters: CorpusFilters;
  /** Takes in what was found; the walk goes on once it has. */
  readonly hand: (piece: StagedPiece) => Promise<void>;
  readonly onProgress: (progress: CorpusProgress) => void;
  readonly token: vscode.CancellationToken;
}

/** A folder on the way down. */
interface Folder extends FolderContext {
  readonly uri: vscode.Uri;
  /** Relative to its root; empty for that. */
  readonly name: string;
}

/**
 * Hands on what lies at URIs of file systems that only the editor can read (a GitHub repository, a zip, an FTP folder): the
 * bytes of what may be read, and of everything else why not, by the rules that count on disk. Links to folders aren't
 * followed, since such a file system doesn't say where they lead. What can't be read is handed on as such.
 * @throws CancelledError once the token is cancelled; what `hand` throws
 */
export async function walkVirtualFiles(uris: readonly vscode.Uri[], options: VirtualWalkOptions): Promise<void> {
  const walk = new VirtualWalk(new VirtualRoots(uris), { ...options, filters: effectiveFilters(options.filters) });
  for (const uri of uris) await walk.pick(uri);
}

class VirtualWalk {
  private readonly sieve: FileFilter;
  /** URIs of files handed on and folders walked: what was picked twice comes once. */
  private readonly seen = new Set<string>();
  private files = 0;
  private bytes = 0;

  constructor(
    private readonly roots: VirtualRoots,
    private readonly options: VirtualWalkOptions,
  ) {
    this.sieve = new FileFilter(options.filters);
  }

  async pick(uri: vscode.Uri): Promise<void> {
    const name = this.roots.nameOf(uri);
    const stat = await orNull(vscode.workspace.fs.stat(uri));
    if (stat === null) await this.skip(uri, name, 'unreadable');
    else if (isFolder(stat.type)) await this.walk(await this.pickedFolder(uri, name));
    else await this.pickFile(uri, name === '' ? baseName(uri) : name, stat.size);
  }

  private async pickFile(uri: vscode.Uri, name: string, size: number): Promise<void> {
    const reason = this.sieve.pickedFile(name) ?? (size > largestFile ? 'too large' : null);
    if (reason === null) await this.read(uri, name, true);
    else await this.skip(uri, name, reason, size);
  }

  /** With the rules of the folders above it, which don't count from where they ignore a folder on the way. */
  private async pickedFolder(uri: vscode.Uri, name: string): Promise<Folder> {
    let rules: IgnoreRules | null = null;
    for (const above of this.options.filters.respectGitignore ? this.roots.foldersAbove(uri) : []) {
      const own = this.roots.nameOf(above);
      if (rules?.ignores(`${own}/`)) rules = null;
      rules = await rulesIn(above, own, rules);
    }
    if (rules?.ignores(`${name}/`)) rules = null;
    return { uri, name, rules, included: this.sieve.includesAbove(name) };
  }

  private async walk(folder: Folder): Promise<void> {
    const { uri, name } = folder;
    if (this.isSeen(uri)) return;
    const entries = await orNull(vscode.workspace.fs.readDirectory(uri));
    if (entries === null) return this.skip(uri, `${name}/`, 'unreadable');
    const names = new Set(entries.map(([own]) => own));
    if (isModelFolder(names, () => '')) return this.skip(uri, `${name}/`, 'own model');
    const rules = this.options.filters.respectGitignore ? await rulesIn(uri, name, folder.rules) : null;
    const inside = { ...folder, rules, included: folder.included || (name !== '' && this.sieve.includes(name)) };
    for (const [own, type] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) await this.visit(inside, own, type);
  }

  private async visit(folder: Folder, own: string, type: vscode.FileType): Promise<void> {
    if (this.options.token.isCancellationRequested) throw new CancelledError();
    const uri = vscode.Uri.joinPath(folder.uri, own);
    const name = folder.name === '' ? own : `${folder.name}/${own}`;
    if (!isFolder(type)) return this.visitFile(folder, uri, name);
    if (hiddenFolders.has(own) || (type & vscode.FileType.SymbolicLink) !== 0) return;
    const reason = this.sieve.folder(name, folder, name);
    if (reason === null) await this.walk({ ...folder, uri, name });
    else await this.skip(uri, `${name}/`, reason);
  }

  private async visitFile(folder: Folder, uri: vscode.Uri, name: string): Promise<void> {
    const reason = this.sieve.file(name, folder, name);
    if (reason !== null) return this.skip(uri, name, reason);
    const size = (await orNull(vscode.workspace.fs.stat(uri)))?.size ?? 0;
    if (this.sieve.isTooLarge(size) || size > largestFile) await this.skip(uri, name, 'too large', size);
    else await this.read(uri, name, false);
  }

  private async read(uri: vscode.Uri, name: string, picked: boolean): Promise<void> {
    if (this.isSeen(uri)) return;
    const content = unsavedBytes(uri) ?? (await orNull(vscode.workspace.fs.readFile(uri)));
    if (content === null) return this.hand({ kind: 'skipped', name, bytes: 0, reason: 'unreadable' }, 0);
    await this.hand({ kind: 'content', name, picked, content, isLast: true }, content.length);
  }

  private async skip(uri: vscode.Uri, name: string, reason: SkipReason, bytes = 0): Promise<void> {
    if (!this.isSeen(uri)) await this.hand({ kind: 'skipped', name, bytes, reason }, 0);
  }

  private isSeen(uri: vscode.Uri): boolean {
    const key = uri.toString();
    const isSeen = this.seen.has(key);
    this.seen.add(key);
    return isSeen;
  }

  private async hand(piece: StagedPiece, bytes: number): Promise<void> {
    if (this.options.token.isCancellationRequested) throw new CancelledError();
    await this.options.hand(piece);
    this.files++;
    this.bytes += bytes;
    this.options.onProgress({ phase: 'listing', files: this.files, bytes: this.bytes });
  }
}

/** Bytes of a `.gitignore` that is read to its end, since only whole files can be asked for. */
const largestRead = 64 * largestIgnoreFile;

/** The rules inside a folder. */
async function rulesIn(folder: vscode.Uri, name: string, above: IgnoreRules | null): Promise<IgnoreRules | null> {
  const uri = vscode.Uri.joinPath(folder, '.gitignore');
  const size = (await orNull(vscode.workspace.fs.stat(uri)))?.size ?? Infinity;
  const bytes = size > largestRead ? null : await orNull(vscode.workspace.fs.readFile(uri));
  if (bytes === null) return above;
  const head = Buffer.from(bytes).toString('utf8', 0, largestIgnoreFile + 1);
  return IgnoreRules.parse(wholeLines(head), name, above);
}

function baseName({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isFolder(type: vscode.FileType): boolean {
  return (type & vscode.FileType.Directory) !== 0;
}

/** What a file system answers; null where it fails, whatever its reason. */
async function orNull<T>(answer: Thenable<T>): Promise<T | null> {
  return answer.then(
    (value) => value,
    () => null,
  );
}
