import * as vscode from 'vscode';
import type { CorpusFilters, Document } from '../../corpus/corpus';
import { type GlobFilter, globFilter } from '../../corpus/filters';
import { IgnoreRules } from '../../corpus/gitignore';
import { foreignFolders, hiddenFolders } from '../../corpus/names';
import { UserError } from '../failure';
import { distinctEndings } from './roots';

/** More text than this isn't carried through memory to the background process. */
const maximumTotal = 256 * 2 ** 20;

/**
 * Reads the text files below URIs of file systems that only the editor can read: a GitHub repository, a zip, an FTP
 * folder. Binary files, files over the size limit and unreadable ones are left out; a folder that fails is skipped.
 * @throws UserError where there is more text than fits.
 */
export async function readVirtualFiles(
  uris: readonly vscode.Uri[],
  filters: CorpusFilters,
  token: vscode.CancellationToken,
): Promise<readonly Document[]> {
  const reading = new VirtualReading(filters, token);
  const titles = distinctEndings(uris.map(({ path }) => path));
  for (const [index, uri] of uris.entries()) await reading.pick(uri, titles[index] ?? '', uris.length === 1);
  return reading.documents;
}

/** A folder or file on the way down. */
interface Place {
  readonly uri: vscode.Uri;
  /** Relative to what was picked; empty for that. */
  readonly name: string;
  /** The `.gitignore` files above it. */
  readonly rules: IgnoreRules | null;
  /** An include glob named it or a folder above it. */
  readonly included: boolean;
}

class VirtualReading {
  readonly documents: Document[] = [];
  private readonly globs: GlobFilter;
  private total = 0;
  /** What the name of what was picked is, and stands before the names below it. */
  private title = '';
  private prefix = '';

  constructor(
    private readonly filters: CorpusFilters,
    private readonly token: vscode.CancellationToken,
  ) {
    this.globs = globFilter(filters);
  }

  async pick(uri: vscode.Uri, title: string, isOnly: boolean): Promise<void> {
    this.title = title;
    this.prefix = isOnly ? '' : `${title}/`;
    await this.visit({ uri, name: '', rules: null, included: false }).catch(unreadable);
  }

  private async visit(place: Place): Promise<void> {
    const { uri, name, rules } = place;
    const own = baseName(uri);
    if (this.token.isCancellationRequested || hiddenFolders.has(own) || foreignFolders.has(own)) return;
    if (name !== '' && this.globs.excludes(name)) return;
    const { type, size } = await vscode.workspace.fs.stat(uri);
    const isFolder = (type & vscode.FileType.Directory) !== 0;
    if (name !== '' && rules?.ignores(isFolder ? `${name}/` : name)) return;
    const included = place.included || this.globs.includes(name === '' && !isFolder ? own : name);
    if (isFolder) await this.walk({ ...place, included: name !== '' && included });
    else if (size <= this.filters.maximumFileSize && included) await this.read(place, size);
  }

  private async walk({ uri, name, rules: above, included }: Place): Promise<void> {
    const rules = this.filters.respectGitignore ? await gitignoreOf(uri, name, above) : null;
    for (const [entry] of await vscode.workspace.fs.readDirectory(uri)) {
      const below = name === '' ? entry : `${name}/${entry}`;
      await this.visit({ uri: vscode.Uri.joinPath(uri, entry), name: below, rules, included }).catch(unreadable);
    }
  }

  private async read({ uri, name }: Place, size: number): Promise<void> {
    this.total += size;
    if (this.total > maximumTotal) throw tooMuch();
    const text = unsavedText(uri) ?? (await textOf(uri));
    if (text !== undefined)
      this.documents.push({ name: name === '' ? this.title : this.prefix + name, text, virtual: true });
  }
}

/** The rules inside a folder. */
async function gitignoreOf(folder: vscode.Uri, name: string, above: IgnoreRules | null): Promise<IgnoreRules | null> {
  const file = vscode.Uri.joinPath(folder, '.gitignore');
  const bytes = await vscode.workspace.fs.readFile(file).then(undefined, () => undefined);
  return bytes === undefined ? above : IgnoreRules.parse(Buffer.from(bytes).toString('utf8'), name, above);
}

/** The text of a document as it is on screen, where that isn't saved. */
function unsavedText(uri: vscode.Uri): string | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments
    .find((document) => document.isDirty && document.uri.toString() === key)
    ?.getText();
}

async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  const bytes = await vscode.workspace.fs.readFile(uri);
  if (bytes.subarray(0, 8192).includes(0) && !isMarked(bytes)) return undefined;
  return vscode.workspace.decode(bytes, { uri });
}

/** Begins with a byte order mark of UTF-16, whose zeros are no sign of a binary file. */
function isMarked([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function unreadable(error: unknown): void {
  if (error instanceof UserError) throw error;
}

function tooMuch(): UserError {
  return new UserError('There is more text here than can be read through the editor: pick single folders or files.');
}

function baseName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
