import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { regularHeadSync } from '../../model/regularFileSync';
import { longestGlob } from './globLimits';
import { Glob } from './globPattern';
import { ignoresCase } from './globs';
import { hasOpenClass } from './globSyntax';

/** Bytes of a `.gitignore` that are read; of a larger one only the whole lines in them count. */
export const largestIgnoreFile = 256 * 2 ** 10;

/** A line of a `.gitignore`. */
interface Rule {
  readonly glob: Glob;
  /** It takes back what lines before it ignore. */
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** It is asked about a name, at whatever depth, not about the path from its folder. */
  readonly byName: boolean;
}

/** The `.gitignore` files that count in one folder: its own before its parent's, as git has it. */
export class IgnoreRules {
  private readonly prefix: string;

  private constructor(
    folder: string,
    private readonly rules: readonly Rule[],
    private readonly parent: IgnoreRules | null,
  ) {
    this.prefix = folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
  }

  /**
   * The rules in a folder of the disk: its own and those of all folders above it, up to that of its repository. Where
   * they ignore a folder on the way, they don't count from there on: it was opened in spite of them.
   * @param top The folder to begin with where there is no repository: the folder or one above it.
   */
  static above(folder: string, top: string): IgnoreRules | null {
    const first = repositoryOf(top) ?? top;
    const way = folderWay(first, folder);
    let rules = IgnoreRules.read(join(first, '.git', 'info', 'exclude'), slashed(first), null);
    for (const path of way) {
      if (rules?.ignores(`${slashed(path)}/`)) rules = null;
      rules = IgnoreRules.inFolder(path, rules);
    }
    return rules;
  }

  /** The rules inside a folder of the disk, by those of the folder that it lies in. */
  static inFolder(path: string, parent: IgnoreRules | null): IgnoreRules | null {
    return IgnoreRules.read(join(path, '.gitignore'), slashed(path), parent);
  }

  private static read(file: string, folder: string, parent: IgnoreRules | null): IgnoreRules | null {
    let text: string;
    try {
      text = wholeLines(regularHeadSync(file, largestIgnoreFile + 1));
    } catch {
      return parent;
    }
    return IgnoreRules.parse(text, folder, parent);
  }

  /**
   * The rules inside a folder whose `.gitignore` says this.
   * @param folder Its path as {@link ignores} is asked for paths below it, with forward slashes.
   */
  static parse(text: string, folder: string, parent: IgnoreRules | null): IgnoreRules {
    const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
    return new IgnoreRules(
      folder,
      lines.map(ruleOf).filter((rule) => rule !== undefined),
      parent,
    );
  }

  /** Whether git would ignore a path below the folder (a folder's ends in a slash), its parents not being ignored. */
  ignores(path: string): boolean {
    if (path.length > this.prefix.length) {
      const own = path.slice(this.prefix.length);
      const isFolder = own.endsWith('/');
      const inside = isFolder ? own.slice(0, -1) : own;
      const name = inside.slice(inside.lastIndexOf('/') + 1);
      const rule = this.rules.findLast(({ glob, foldersOnly, byName }) => {
        return (isFolder || !foldersOnly) && glob.matches(byName ? name : inside);
      });
      if (rule !== undefined) return !rule.negated;
    }
    return this.parent?.ignores(path) ?? false;
  }
}

/** The text of a `.gitignore`, as far as its bounds go. @param head of the file, a byte more than they are where it is larger */
export function wholeLines(head: string): string {
  return Buffer.byteLength(head) > largestIgnoreFile ? head.slice(0, head.lastIndexOf('\n') + 1) : head;
}

/** What a line says; undefined where that is nothing, or longer than any rule. */
function ruleOf(line: string): Rule | undefined {
  if (line.length > longestGlob) return undefined;
  // Spaces at the end don't count, unless a backslash stands before them.
  const said = line.replace(/(?<!\\)((?:\\\\)*) +$/, '$1');
  if (said === '' || said.startsWith('#')) return undefined;
  const negated = said.startsWith('!');
  const pattern = said.slice(negated ? 1 : 0);
  const foldersOnly = pattern.endsWith('/');
  const path = foldersOnly ? pattern.slice(0, -1) : pattern;
  if (path === '' || hasOpenClass(path) || /(?<!\\)(?:\\\\)*\\$/.test(path)) return undefined;
  const byName = !path.includes('/');
  return { glob: new Glob(path.replace(/^\//, ''), { ignoresCase, git: true }), negated, foldersOnly, byName };
}

/** A path of the disk with forward slashes. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/** The nearest folder from this one up that is a repository's; undefined where none is. */
function repositoryOf(folder: string): string | undefined {
  for (let path = folder; ; path = dirname(path)) {
    if (existsSync(join(path, '.git'))) return path;
    if (path === dirname(path)) return undefined;
  }
}

/** All folders from one to another that lies in it, both included. */
function folderWay(from: string, to: string): readonly string[] {
  const way = [to];
  for (let path = to; path !== from && path !== dirname(path);) {
    path = dirname(path);
    way.unshift(path);
  }
  return way;
}
