import { basename } from 'node:path/posix';
import type { CorpusFilters, KeepableReason, SkipReason } from '../corpus';
import type { IgnoreRules } from './gitignore';
import { type GlobFilter, globFilter } from './globs';
import { foreignFolders, reasonByName } from './names';

/** What counts of the folder that a file or folder lies in. */
export interface FolderContext {
  readonly rules: IgnoreRules | null;
  /** An include glob named it or a folder above it. */
  readonly included: boolean;
}

/** What is left out even where it was picked itself. */
function isFinal(reason: SkipReason | null): boolean {
  return reason === 'secret' || reason === 'binary' || reason === 'own model';
}

/** Filters with what is kept worked in: what git ignores is read then, and what is large. */
export function effectiveFilters(filters: CorpusFilters): CorpusFilters {
  return {
    ...filters,
    respectGitignore: filters.respectGitignore && !isKept(filters, 'ignored'),
    maximumFileSize: isKept(filters, 'too large') ? Infinity : filters.maximumFileSize,
  };
}

/** Whether what a rule leaves out is read all the same. */
export function isKept({ keep = [] }: Pick<CorpusFilters, 'keep'>, reason: SkipReason): reason is KeepableReason {
  return keep.some((kept) => kept === reason);
}

/** Says by name and size, before anything is read, what is left out and why: on any file system by the same rules. */
export class FileFilter {
  private readonly globs: GlobFilter;

  constructor(private readonly filters: CorpusFilters) {
    this.globs = globFilter(filters);
  }

  /** Why a folder isn't walked into. @param path As the rules around it know it, without a slash at its end. */
  folder(name: string, { rules }: FolderContext, path: string): SkipReason | null {
    if (foreignFolders.has(basename(name)) || this.globs.excludes(name)) return 'excluded';
    return rules?.ignores(`${path}/`) ? 'ignored' : null;
  }

  /** Why a file isn't read, by its name alone. @param path As the rules around it know it. */
  file(name: string, { rules, included }: FolderContext, path: string): SkipReason | null {
    if (rules?.ignores(path)) return 'ignored';
    return this.byGlobs(name, included) ?? this.byName(name);
  }

  /** The same of a file that was picked itself: it only has to pass the globs, and not to be a secret or binary. */
  pickedFile(name: string): SkipReason | null {
    const reason = reasonByName(name);
    return this.byGlobs(name, this.includesAbove(name)) ?? (isFinal(reason) ? reason : null);
  }

  isTooLarge(bytes: number): boolean {
    return bytes > this.filters.maximumFileSize;
  }

  /** Whether an include glob names a folder. */
  includes(name: string): boolean {
    return this.globs.includes(name);
  }

  /** Whether an include glob names a folder above a name. */
  includesAbove(name: string): boolean {
    const parts = name.split('/');
    return parts.some((_, depth) => depth > 0 && this.globs.includes(parts.slice(0, depth).join('/')));
  }

  private byName(name: string): SkipReason | null {
    const reason = reasonByName(name);
    return reason !== null && isKept(this.filters, reason) ? null : reason;
  }

  private byGlobs(name: string, included: boolean): SkipReason | null {
    return this.globs.excludes(name) || !(included || this.globs.includes(name)) ? 'excluded' : null;
  }
}
