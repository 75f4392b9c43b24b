import ignore, { type Ignore } from 'ignore';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { ignoresCase } from './globs';

/** The `.gitignore` files that count in one folder: its own before its parent's, as git has it. */
export class IgnoreRules {
  private readonly prefix: string;

  private constructor(
    folder: string,
    private readonly rules: Ignore,
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
      text = readFileSync(file, 'utf8');
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
    return new IgnoreRules(folder, ignore({ ignorecase: ignoresCase }).add(text.replace(/^\ufeff/, '')), parent);
  }

  /** Whether git would ignore a path below the folder (a folder's ends in a slash), its parents not being ignored. */
  ignores(path: string): boolean {
    if (path.length > this.prefix.length) {
      const { ignored, unignored } = this.rules.test(path.slice(this.prefix.length));
      if (ignored || unignored) return ignored;
    }
    return this.parent?.ignores(path) ?? false;
  }
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
