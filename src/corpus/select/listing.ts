/**
 * corpus/select/: which files may be read, by name, size and rules, before any is opened: globs, `.gitignore`,
 * `textloom.json`.
 */
import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { isWithin } from '../../base/paths';
import type { CorpusFilters, CorpusSource, SkipReason } from '../corpus';
import { Pace, type WorkOptions } from '../pace';
import { readStagedFiles } from '../read/stagedFiles';
import { type Stamp, stampOf } from '../read/stamp';
import { effectiveFilters, FileFilter, type FolderContext } from './fileFilter';
import { IgnoreRules, slashed } from './gitignore';
import { globFilter } from './globs';
import { distinctName, hiddenFolders, reasonByName } from './names';
import { descriptionHead, isModelFolder } from './ownModels';
import { Reach, realPathOf } from './reach';

/** A file (or a folder that isn't walked into, its name ending in a slash) that was found. */
export interface ListedFile {
  /** Relative to the root, with forward slashes. */
  readonly name: string;
  /** Absolute; where it is read, links followed. */
  readonly path: string;
  readonly stamp: Stamp;
  /** Why it is left out; null where its content has to tell. */
  readonly reason: SkipReason | null;
  /** The user named this very file: less is left out. */
  readonly picked: boolean;
  /** It lies outside of the root. */
  readonly outside?: boolean;
}

/**
 * All files that a source's paths stand for, in an order that depends on names alone. What the user picks by name is
 * taken even where git ignores it. Links are followed as far as the source reaches, each folder once; models aren't walked
 * into. What has gone or can't be read is listed as such.
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

/** A file or folder, where it really is. */
interface Found {
  readonly real: string;
  readonly stats: Stats;
}

class Walk {
  private readonly sieve: FileFilter;
  private readonly reach: Reach;
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
    this.reach = new Reach(source.root);
    for (const path of source.paths) if (!this.isFoundByWalk(resolve(path))) this.reach.add(path);
  }

  async pick(path: string): Promise<void> {
    const name = this.nameOf(path);
    const found = lookAt(path);
    if (found === null) this.add(path, name, noStamp, 'unreadable');
    else if (this.isFoundByWalk(path) && !this.reach.holds(found.real)) this.add(path, name, noStamp, 'outside');
    else if (found.stats.isDirectory()) await this.walk(this.pickedFolder(path, name));
    else if (found.stats.isFile()) this.addPicked(path, name === '' ? basename(path) : name, found);
  }

  /** A path below another one: a recipe names it, which came with the folder, or it adds nothing to what its folder may reach. */
  private isFoundByWalk(path: string): boolean {
    return this.source.paths.some((other) => resolve(other) !== path && isWithin(path, resolve(other)));
  }

  finish(): readonly ListedFile[] {
    this.pace.finish();
    return [...this.found.values()];
  }

  private addPicked(path: string, name: string, { real, stats }: Found): void {
    const reason = this.sieve.pickedFile(name) ?? this.secretPlace(path, real);
    this.put(path, { name, path: real, stamp: stampOf(stats), reason, picked: true });
  }

  private pickedFolder(path: string, name: string): Folder {
    this.picked.add(path);
    const { filters, root } = this.source;
    const rules = filters.respectGitignore ? IgnoreRules.above(path, isOutside(name) ? path : root) : null;
    return { path, name, rules, included: this.sieve.includesAbove(name) };
  }

  private async walk(folder: Folder): Promise<void> {
    if (this.pace.due) await this.pace.rest();
    const content = this.contentOf(folder);
    if (content === null) return;
    for (const entry of content.entries) {
      const path = join(folder.path, entry.name);
      const name = folder.name === '' ? entry.name : `${folder.name}/${entry.name}`;
      if (entry.isDirectory()) await this.enter(folder, path, name);
      else if (entry.isSymbolicLink()) await this.follow(folder, path, name);
      else if (entry.isFile()) this.addFound(folder, path, name, join(content.real, entry.name));
      if (this.pace.due) await this.pace.rest();
    }
  }

  private async follow(folder: Folder, path: string, name: string): Promise<void> {
    const found = lookAt(path);
    if (found === null) this.add(path, name, noStamp, 'unreadable');
    else if (!this.reach.holds(found.real)) {
      this.add(path, found.stats.isDirectory() ? `${name}/` : name, noStamp, 'outside');
    } else if (found.stats.isDirectory()) await this.enter(folder, path, name);
    else if (found.stats.isFile()) this.addFound(folder, path, name, found.real, found.stats);
  }

  private addFound(folder: Folder, path: string, name: string, real: string, stats = statOf(real)): void {
    if (stats === null) {
      this.add(path, name, noStamp, 'unreadable');
      return;
    }
    const reason = this.fileReason(folder, path, name, stats.size) ?? this.secretPlace(path, real);
    this.put(path, { name, path: real, stamp: stampOf(stats), reason, picked: false });
  }

  /** What is a secret under its own name is one under that of a link to it, or to a folder above it. */
  private secretPlace(path: string, real: string): SkipReason | null {
    if (real === path) return null;
    const own = this.reach.nameOf(real);
    return reasonByName(slashed(own)) === 'secret' ? 'secret' : null;
  }

  private contentOf(folder: Folder): { readonly real: string; readonly entries: readonly Dirent[] } | null {
    try {
      const real = realpathSync.native(folder.path);
      if (this.walked.has(real)) return null;
      this.walked.add(real);
      const entries = readdirSync(folder.path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
      const names = new Set(entries.map((entry) => entry.name));
      if (!isModelFolder(names, () => descriptionHead(folder.path))) return { real, entries };
      this.add(folder.path, `${folder.name}/`, noStamp, 'own model');
      return null;
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
    this.put(path, { name, path, stamp, reason, picked: false });
  }

  private put(path: string, file: ListedFile): void {
    this.pace.add(1, file.stamp.bytes);
    if (this.found.has(path)) return;
    const outside = file.reason === null && this.reach.isOutside(file.path);
    this.found.set(path, outside ? { ...file, outside } : file);
  }

  private nameOf(path: string): string {
    return slashed(relative(this.source.root, path));
  }
}

function isOutside(name: string): boolean {
  return name.startsWith('../') || name === '..' || /^[a-z]:/i.test(name);
}

function lookAt(path: string): Found | null {
  const real = realPathOf(path);
  const stats = real === null ? null : statOf(real);
  return real === null || stats === null ? null : { real, stats };
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
