import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { CorpusFilters, CorpusSource, SkipReason } from '../corpus';
import { Pace, type WorkOptions } from '../pace';
import { readStagedFiles } from '../read/stagedFiles';
import { type Stamp, stampOf } from '../read/stamp';
import { effectiveFilters, FileFilter, type FolderContext } from './fileFilter';
import { IgnoreRules, slashed } from './gitignore';
import { globFilter } from './globs';
import { distinctName, hiddenFolders } from './names';

/** A file (or a folder that isn't walked into, its name ending in a slash) that was found. */
export interface ListedFile {
  /** Relative to the root, with forward slashes. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly stamp: Stamp;
  /** Why it is left out; null where its content has to tell. */
  readonly reason: SkipReason | null;
  /** The user named this very file: less is left out. */
  readonly picked: boolean;
}

/**
 * All files that a source's paths stand for, in an order that depends on names alone. What the user picks by name is
 * taken even where git ignores it. Links are followed, each folder once. What has gone or can't be read is listed as such.
 * Then those that only the editor can read, as it has listed them.
 * @throws CorpusError where those aren't kept any more
 */
export async function listFiles(source: CorpusSource, options: WorkOptions): Promise<readonly ListedFile[]> {
  const walk = new Walk({ ...source, filters: effectiveFilters(source.filters) }, new Pace('listing', options));
  for (const path of source.paths) await walk.pick(resolve(path));
  const files = walk.finish();
  return source.spool === undefined ? files : [...files, ...(await spooledFiles(source.spool, source.filters, files))];
}

/** The files of a spool, under names that no other file has; without those that are excluded since it was filled. */
async function spooledFiles(
  spool: string,
  filters: CorpusFilters,
  others: readonly ListedFile[],
): Promise<readonly ListedFile[]> {
  const globs = globFilter(filters);
  const taken = new Set(others.map(({ name }) => name));
  return (await readStagedFiles(spool)).map(({ name, path, bytes, reason, picked }) => {
    const own = distinctName(name, taken);
    taken.add(own);
    const excluded = globs.excludes(name) ? 'excluded' : null;
    return { name: own, path, stamp: { ...noStamp, bytes }, reason: reason ?? excluded, picked };
  });
}

/** Of what isn't read. */
const noStamp: Stamp = { bytes: 0, modified: 0, changed: 0 };

/** A folder on the way down. */
interface Folder extends FolderContext {
  readonly path: string;
  /** Relative to the root; empty for the root. */
  readonly name: string;
}

class Walk {
  private readonly sieve: FileFilter;
  private readonly found = new Map<string, ListedFile>();
  /** Folders that were picked themselves: what ignores them elsewhere doesn't count. */
  private readonly picked = new Set<string>();
  /** Real paths of folders walked: a link back up ends there. */
  private readonly walked = new Set<string>();

  constructor(
    private readonly source: CorpusSource,
    private readonly pace: Pace,
  ) {
    this.sieve = new FileFilter(source.filters);
  }

  async pick(path: string): Promise<void> {
    const name = this.nameOf(path);
    const stats = statOf(path);
    if (stats === null) this.add(path, name, noStamp, 'unreadable');
    else if (stats.isDirectory()) await this.walk(this.pickedFolder(path, name));
    else if (stats.isFile()) this.addPicked(path, name === '' ? basename(path) : name, stampOf(stats));
  }

  finish(): readonly ListedFile[] {
    this.pace.finish();
    return [...this.found.values()];
  }

  private addPicked(path: string, name: string, stamp: Stamp): void {
    const reason = this.sieve.pickedFile(name);
    if (!this.found.has(path)) this.found.set(path, { name, path, stamp, reason, picked: true });
    this.pace.add(1, stamp.bytes);
  }

  private pickedFolder(path: string, name: string): Folder {
    this.picked.add(path);
    const { filters, root } = this.source;
    const rules = filters.respectGitignore ? IgnoreRules.above(path, isOutside(name) ? path : root) : null;
    return { path, name, rules, included: this.sieve.includesAbove(name) };
  }

  private async walk(folder: Folder): Promise<void> {
    if (this.pace.due) await this.pace.rest();
    const entries = this.entriesOf(folder);
    if (entries === null) return;
    for (const entry of entries) {
      const path = join(folder.path, entry.name);
      const name = folder.name === '' ? entry.name : `${folder.name}/${entry.name}`;
      const stats = entry.isDirectory() ? null : statOf(path);
      if (entry.isDirectory() || stats?.isDirectory()) await this.enter(folder, path, name);
      else if (stats === null) this.add(path, name, noStamp, 'unreadable');
      else if (stats.isFile()) this.add(path, name, stampOf(stats), this.fileReason(folder, path, name, stats.size));
      if (this.pace.due) await this.pace.rest();
    }
  }

  private entriesOf(folder: Folder): readonly Dirent[] | null {
    try {
      const real = realpathSync(folder.path);
      if (this.walked.has(real)) return null;
      this.walked.add(real);
      return readdirSync(folder.path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch {
      this.add(folder.path, `${folder.name}/`, noStamp, 'unreadable');
      return null;
    }
  }

  private async enter(parent: Folder, path: string, name: string): Promise<void> {
    if (hiddenFolders.has(basename(path)) || this.picked.has(path)) return;
    const reason = this.sieve.folder(name, parent, slashed(path));
    if (reason !== null) {
      this.add(path, `${name}/`, noStamp, reason);
      return;
    }
    const rules = this.source.filters.respectGitignore ? IgnoreRules.inFolder(path, parent.rules) : null;
    await this.walk({ path, name, rules, included: parent.included || this.sieve.includes(name) });
  }

  private fileReason(folder: Folder, path: string, name: string, bytes: number): SkipReason | null {
    return this.sieve.file(name, folder, slashed(path)) ?? (this.sieve.isTooLarge(bytes) ? 'too large' : null);
  }

  private add(path: string, name: string, stamp: Stamp, reason: SkipReason | null): void {
    this.pace.add(1, stamp.bytes);
    if (!this.found.has(path)) this.found.set(path, { name, path, stamp, reason, picked: false });
  }

  private nameOf(path: string): string {
    return slashed(relative(this.source.root, path));
  }
}

function isOutside(name: string): boolean {
  return name.startsWith('../') || name === '..' || /^[a-z]:/i.test(name);
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
