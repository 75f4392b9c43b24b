import { createHash, type Hash } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { yieldToOthers } from '../../base/yielding';
import { makeFolder, replaceFile } from '../../model/disk';
import type { SkipReason } from '../corpus';
import type { Layout } from '../items/layout';
import type { TextReading } from '../read/reading';
import { isSettled, sameStamp, type Stamp } from '../read/stamp';
import type { Candidate, FileSource, Inspection, LicenceHeader } from './inspection';

/** Raised whenever the same bytes come to be found something else of. */
const version = 6;
/** Fewer files and bytes than these are read again as quickly as remembered. */
const fewestFiles = 200;
const fewestBytes = 8_000_000;
/** More files than this aren't remembered of one folder. */
const mostFiles = 300_000;
/** What the surveys of all folders together may take on disk, bytes: beyond it, those not used for longest go. */
const mostBytes = 512 * 1024 ** 2;

/** What is kept of one file. Plain JSON with short names, since there may be a hundred thousand. */
interface Entry {
  readonly stamp: Stamp;
  /** What counted when it was read: see {@link rulesFor}. */
  readonly rules: string;
  readonly found: { readonly reason: SkipReason } | Found;
}

interface Found {
  readonly hash: string;
  readonly reading: TextReading;
  readonly characters: number;
  readonly blank: boolean;
  readonly header: LicenceHeader | null;
  readonly layout: Layout;
  /** Base64 of its 32-bit numbers. */
  readonly signature: string | null;
  readonly secrets: readonly (readonly [rule: string, lines: number])[];
}

/** What earlier surveys of a folder found in files that haven't changed since, kept in a cache folder. */
export class SurveyMemory {
  private readonly next = new Map<string, Entry>();
  private bytes = 0;
  private changed = false;

  private constructor(
    private readonly file: string | null,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** The memory of a root; empty where there is none, or where it is damaged. */
  static async load(cacheFolder: string | undefined, root: string): Promise<SurveyMemory> {
    if (cacheFolder === undefined) return new SurveyMemory(null, new Map());
    const name = createHash('sha256').update(root).digest('hex').slice(0, 32);
    const file = join(cacheFolder, 'surveys', `${name}.jsonl`);
    const entries = await readEntries(file);
    if (entries.size > 0) await utimes(file, new Date(), new Date()).catch(() => undefined);
    return new SurveyMemory(file, entries);
  }

  /** What was found in a file when it had this stamp; null where that isn't known. */
  recall(path: string, stamp: Stamp, candidate: Candidate): Inspection<FileSource> | null {
    const entry = this.entries.get(path);
    if (!entry || !sameStamp(entry.stamp, stamp) || entry.rules !== rulesFor(candidate)) return null;
    this.note(path, entry);
    const { found } = entry;
    return 'reason' in found ? { kind: 'skipped', reason: found.reason } : inspectionOf(found, stamp);
  }

  /** Keeps what was found, unless the file may have changed meanwhile. */
  remember(path: string, stamp: Stamp, candidate: Candidate, inspection: Inspection<FileSource>): void {
    if (this.file === null || !isSettled(stamp)) return;
    const rules = rulesFor(candidate);
    if (inspection.kind === 'skipped') {
      if (inspection.reason === 'unreadable') return;
      this.note(path, { stamp, rules, found: { reason: inspection.reason } });
    } else {
      const { source } = inspection;
      if (source.stamp === null || !sameStamp(source.stamp, stamp)) return;
      this.note(path, { stamp, rules, found: foundOf(inspection) });
    }
    this.changed = true;
  }

  /** Writes what is new, where it is worth it. A cache folder that can't be written costs time, not the survey. */
  async save(): Promise<void> {
    const { file, next, entries } = this;
    if (file === null || !this.changed || (next.size < fewestFiles && this.bytes < fewestBytes)) return;
    for (const [path, entry] of entries) if (next.size < mostFiles && !next.has(path)) next.set(path, entry);
    await writeEntries(file, next)
      .then(() => trim(dirname(file)))
      .catch(() => undefined);
  }

  private note(path: string, entry: Entry): void {
    this.next.set(path, entry);
    this.bytes += entry.stamp.bytes;
  }
}

/** By which rules a file is read: what was found by others says nothing. */
function rulesFor({ picked, keep = [], wish = '' }: Candidate): string {
  return [picked ? 'picked' : '', [...keep].sort().join('+'), wish].join('/');
}

function foundOf({ hash, findings, secretLines, source }: Extract<Inspection<FileSource>, { kind: 'read' }>): Found {
  const { characters, blank, header, signature, layout } = findings;
  return {
    hash,
    reading: source.reading,
    characters,
    blank,
    header,
    layout,
    signature: signature && Buffer.from(signature.buffer).toString('base64'),
    secrets: [...secretLines],
  };
}

function inspectionOf(found: Found, stamp: Stamp): Inspection<FileSource> {
  const { hash, reading, characters, blank, header, layout, secrets } = found;
  const signature =
    found.signature === null ? null : new Uint32Array(new Uint8Array(Buffer.from(found.signature, 'base64')).buffer);
  return {
    kind: 'read',
    hash,
    findings: { characters, blank, header, signature, layout },
    secretLines: new Map(secrets),
    pieces: null,
    source: { reading, stamp },
  };
}

/** Lines read or written between two rests. */
const linesAtOnce = 2000;

/** @returns no entries where there is no file, or where it isn't just what this version wrote. */
async function readEntries(file: string): Promise<ReadonlyMap<string, Entry>> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const end = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  const lines = bytes.subarray(0, end);
  const entries = new Map<string, Entry>();
  if (bytes.toString('utf8', end) !== seal(createHash('sha256').update(lines))) return entries;
  for (let start = 0; start < end;) {
    const next = lines.indexOf('\n', start) + 1;
    const [path, entry] = JSON.parse(lines.toString('utf8', start, next)) as [string, Entry];
    entries.set(path, entry);
    if (entries.size % linesAtOnce === 0) await yieldToOthers();
    start = next;
  }
  return entries;
}

async function writeEntries(file: string, entries: ReadonlyMap<string, Entry>): Promise<void> {
  const blocks: Buffer[] = [];
  const hash = createHash('sha256');
  let lines: string[] = [];
  for (const entry of entries) {
    lines.push(`${JSON.stringify(entry)}\n`);
    if (lines.length < linesAtOnce) continue;
    blocks.push(hashed(lines, hash));
    lines = [];
    await yieldToOthers();
  }
  blocks.push(hashed(lines, hash));
  await makeFolder(dirname(file));
  await replaceFile(file, [...blocks, Buffer.from(seal(hash))]);
}

function hashed(lines: readonly string[], hash: Hash): Buffer {
  const bytes = Buffer.from(lines.join(''));
  hash.update(bytes);
  return bytes;
}

/** The last line: it vouches for those before it. */
function seal(hash: Hash): string {
  return `textloom survey ${version} ${hash.digest('hex')}\n`;
}

/** Removes the surveys not used for longest until the rest is small enough. */
async function trim(folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return { path: join(folder, name), size, used: mtimeMs };
    }),
  );
  let kept = 0;
  for (const { path, size } of files.sort((a, b) => b.used - a.used)) {
    kept += size;
    if (kept > mostBytes) await rm(path, { force: true });
  }
}
