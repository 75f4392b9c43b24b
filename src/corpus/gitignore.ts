import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { ignoresCase } from './filters';

/** The `.gitignore` files that count in one folder: its own before its parent's, as git has it. */
export class IgnoreRules {
  private constructor(
    private readonly folder: string,
    private readonly rules: Ignore,
    private readonly parent: IgnoreRules | null,
  ) {}

  /** The rules of a repository's root: its own `.gitignore` and, weaker, `.git/info/exclude`. */
  static ofRoot(root: string): IgnoreRules | null {
    const excluded = IgnoreRules.read(join(root, '.git', 'info', 'exclude'), '', null);
    return IgnoreRules.inFolder(root, '', excluded);
  }

  /**
   * The rules inside a folder.
   * @param path Where the folder is.
   * @param folder Its path relative to the root, with forward slashes.
   */
  static inFolder(path: string, folder: string, parent: IgnoreRules | null): IgnoreRules | null {
    return IgnoreRules.read(join(path, '.gitignore'), folder, parent);
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

  /** The rules inside a folder whose `.gitignore` says this. */
  static parse(text: string, folder: string, parent: IgnoreRules | null): IgnoreRules {
    return new IgnoreRules(folder, ignore({ ignorecase: ignoresCase }).add(text.replace(/^\ufeff/, '')), parent);
  }

  /** Whether git would ignore a path (relative to the root; a folder's ends in a slash), its parents not being ignored. */
  ignores(path: string): boolean {
    const { ignored, unignored } = this.rules.test(this.folder === '' ? path : path.slice(this.folder.length + 1));
    if (ignored || unignored) return ignored;
    return this.parent?.ignores(path) ?? false;
  }
}
