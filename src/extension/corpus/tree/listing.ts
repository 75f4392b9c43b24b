import type { ListedDocument } from '../../../protocol/jobs';

/** A file of a corpus, or a folder that isn't read (and so is one thing). */
export interface FileNode {
  readonly kind: 'file';
  readonly name: string;
  readonly document: ListedDocument;
}

/** A folder with documents below it. */
export interface FolderNode {
  readonly kind: 'folder';
  readonly name: string;
  /** Relative to the root, without a slash at its end; empty for the root. */
  readonly path: string;
  readonly children: ReadonlyMap<string, CorpusNode>;
  /** Documents below it that are read, their code points, and documents that are left out. */
  readonly included: number;
  readonly characters: number;
  readonly leftOut: number;
}

export type CorpusNode = FileNode | FolderNode;

/** A folder while its documents come in. */
interface GrowingFolder extends FolderNode {
  readonly children: Map<string, FileNode | GrowingFolder>;
  included: number;
  characters: number;
  leftOut: number;
}

/** The documents of a corpus as a tree of folders. */
export class CorpusListing {
  private readonly growing = emptyFolder('', '');
  private readonly sorted = new WeakMap<FolderNode, readonly CorpusNode[]>();

  get root(): FolderNode {
    return this.growing;
  }

  /** Adds documents; their folders come with them. */
  add(documents: readonly ListedDocument[]): void {
    for (const document of documents) this.addOne(document);
  }

  /** What lies directly in a folder: folders first, each kind by name. Not to be asked before all have been added. */
  childrenOf(folder: FolderNode): readonly CorpusNode[] {
    let children = this.sorted.get(folder);
    if (children === undefined) {
      children = [...folder.children.values()].sort(
        (a, b) => Number(isFolder(b)) - Number(isFolder(a)) || order.compare(a.name, b.name),
      );
      this.sorted.set(folder, children);
    }
    return children;
  }

  private addOne(document: ListedDocument): void {
    const parts = document.name.replace(/\/+$/, '').split('/');
    const own = parts.pop() ?? '';
    const isIn = document.verdict === 'included';
    let folder = this.growing;
    count(folder, document, isIn);
    for (const part of parts) {
      const known = folder.children.get(part);
      const path = folder.path === '' ? part : `${folder.path}/${part}`;
      const next = known?.kind === 'folder' ? known : emptyFolder(part, path);
      folder.children.set(part, next);
      folder = next;
      count(folder, document, isIn);
    }
    folder.children.set(own, { kind: 'file', name: own, document });
  }
}

const order = new Intl.Collator(undefined, { numeric: true });

function emptyFolder(name: string, path: string): GrowingFolder {
  return { kind: 'folder', name, path, children: new Map(), included: 0, characters: 0, leftOut: 0 };
}

function count(folder: GrowingFolder, { characters }: ListedDocument, isIn: boolean): void {
  if (isIn) folder.included++;
  else folder.leftOut++;
  folder.characters += characters;
}

/** A folder that isn't read stands among the folders. */
function isFolder(node: CorpusNode): boolean {
  return node.kind === 'folder' || node.document.name.endsWith('/');
}
