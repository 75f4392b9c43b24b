/**
 * Loaded before a program by `node --require`: counts what it does to files below some folders, and at a chosen operation kills
 * the process, half way if wished, or has the operation fail. In the environment:
 *   TEXTLOOM_FAULT_ROOTS   the folders, as a JSON list
 *   TEXTLOOM_FAULT_AT      number of the operation, from 1
 *   TEXTLOOM_FAULT_KIND   see faultKind.ts
 *   TEXTLOOM_FAULT_LOG     a file that gets a line for each operation
 * What Node does inside of one call (removing a folder with all that it holds) is one operation, which a kill may halve.
 */
import fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { FaultKind } from './faultKind';

const roots = JSON.parse(process.env['TEXTLOOM_FAULT_ROOTS'] ?? '[]') as readonly string[];
const at = Number(process.env['TEXTLOOM_FAULT_AT'] ?? '0');
const kind = (process.env['TEXTLOOM_FAULT_KIND'] ?? 'kill') as FaultKind;
const log = process.env['TEXTLOOM_FAULT_LOG'];

/** How the operation goes on: as it is, or half and then dead, or half and then failing. */
type Verdict = 'as it is' | 'die half way' | 'fail half way';

const synchronous = { ...fs };
const isLasting = kind.endsWith('…');
const code = kind.replace('…', '');
let count = 0;

/** @param changes whether the operation changes anything; a kill at one that doesn't is one at the next that does */
function meet(operation: string, paths: readonly unknown[], changes: boolean): Verdict {
  const path = paths.find((each): each is string => typeof each === 'string' && isBelow(each));
  if (path === undefined) return 'as it is';
  const isKill = kind === 'kill' || kind === 'torn';
  if ((isKill || code === 'ENOSPC') && !changes) return 'as it is';
  if (code === 'ENOSPC' && freesSpace.has(operation)) return 'as it is';
  count++;
  if (log !== undefined) synchronous.appendFileSync(log, `${count} ${operation} ${path}\n`);
  if (at === 0 || (isLasting ? count < at : count !== at)) return 'as it is';
  if (kind === 'kill') die();
  if (kind === 'torn') return 'die half way';
  if (operation.includes('write') || operation.includes('append')) return 'fail half way';
  throw failure(operation, path);
}

const freesSpace = new Set(['rm', 'rmdir', 'unlink', 'close', 'sync', 'datasync']);

function isBelow(path: string): boolean {
  const whole = resolve(path);
  return roots.some((root) => whole === root || whole.startsWith(root + sep));
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function failure(operation: string, path: string): Error {
  const message = `${code}: made to fail, ${operation} '${path}'`;
  return Object.assign(new Error(message), { code, errno: -1, syscall: operation, path });
}

/** The first half of what was to be written. */
function half(content: unknown): unknown {
  if (typeof content === 'string') return content.slice(0, content.length / 2);
  if (content instanceof Uint8Array) return content.subarray(0, content.length / 2);
  return content;
}

type Call = (...given: unknown[]) => Promise<unknown>;
const promises = fs.promises as unknown as Record<string, Call>;

function wrap(name: string, changes: (given: readonly unknown[]) => boolean, halve?: Call): void {
  const original = promises[name]!;
  promises[name] = async (...given: unknown[]) => {
    const verdict = meet(name, given.slice(0, 2), changes(given));
    if (verdict === 'as it is') return original(...given);
    await halve?.(...given);
    if (verdict === 'die half way') die();
    throw failure(name, String(given[0]));
  };
}

const never = (): boolean => false;
const always = (): boolean => true;
const { writeFile, appendFile } = fs.promises;
for (const name of ['lstat', 'stat', 'readdir', 'readFile', 'access', 'realpath']) wrap(name, never);
for (const name of ['mkdir', 'mkdtemp', 'rename', 'rmdir', 'unlink', 'link', 'utimes', 'lutimes']) wrap(name, always);
wrap('writeFile', always, (path, content, options) =>
  writeFile(path as string, half(content) as string, options as object),
);
wrap('appendFile', always, (path, content) => appendFile(path as string, half(content) as string));
wrap('rm', always, (path) => {
  // Half of a folder.
  if (synchronous.lstatSync(path as string, { throwIfNoEntry: false })?.isDirectory() !== true)
    return Promise.resolve();
  const names = synchronous.readdirSync(path as string);
  for (const name of names.slice(0, Math.ceil(names.length / 2)))
    synchronous.rmSync(join(path as string, name), { recursive: true, force: true });
  return Promise.resolve();
});
wrap('cp', always, (from, to) => {
  for (const name of synchronous.readdirSync(from as string).slice(0, 2))
    synchronous.cpSync(join(from as string, name), join(to as string, name), { recursive: true });
  return Promise.resolve();
});

/** Files that were opened through `fs.promises`, by their handle. */
const opened = new WeakMap<object, string>();
const open = promises['open']!;
promises['open'] = async (...given: unknown[]) => {
  const [path, flags = 'r'] = given;
  meet('open', [path], !isReading(flags));
  const handle = (await open(...given)) as FileHandle;
  opened.set(handle, String(path));
  wrapHandles(Object.getPrototypeOf(handle) as Record<string, Call>);
  return handle;
};

function isReading(flags: unknown): boolean {
  if (typeof flags === 'string') return flags === 'r';
  return (
    typeof flags === 'number' && (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) === 0
  );
}

let isWrapped = false;
function wrapHandles(prototype: Record<string, Call>): void {
  if (isWrapped) return;
  isWrapped = true;
  const reading = ['read', 'readFile', 'stat'];
  const writing = ['write', 'writeFile', 'appendFile', 'sync', 'datasync', 'truncate'];
  for (const name of [...reading, ...writing]) {
    const original = prototype[name]!;
    prototype[name] = async function (this: FileHandle, ...given: unknown[]) {
      const path = opened.get(this) ?? '';
      const verdict = meet(name, [path], writing.includes(name));
      if (verdict === 'as it is') return original.apply(this, given);
      if (name.startsWith('write')) await original.call(this, half(given[0]));
      if (verdict === 'die half way') die();
      throw failure(name, path);
    };
  }
  const close = prototype['close']!;
  prototype['close'] = async function (this: FileHandle) {
    const path = opened.get(this) ?? '';
    await close.call(this);
    meet('close', [path], false);
  };
}

// Streams: their files are opened and written by call-backs.
const descriptors = new Map<number, string>();
const callbacks = fs as unknown as Record<string, (...given: unknown[]) => void>;
const openByCallback = callbacks['open']!;
callbacks['open'] = (...given: unknown[]) => {
  const done = given.at(-1) as (error: unknown, descriptor?: number) => void;
  try {
    meet('open', given.slice(0, 1), !isReading(given[1]));
  } catch (error) {
    process.nextTick(done, error);
    return;
  }
  openByCallback(...given.slice(0, -1), (error: unknown, descriptor: number) => {
    if (error === null) descriptors.set(descriptor, String(given[0]));
    done(error, descriptor);
  });
};
for (const name of ['write', 'writev']) {
  const original = callbacks[name]!;
  callbacks[name] = (...given: unknown[]) => {
    const path = descriptors.get(given[0] as number) ?? '';
    const verdict = meet(name, [path], true);
    if (verdict === 'as it is') {
      original(...given);
      return;
    }
    const [first] = given[1] instanceof Uint8Array ? [given[1]] : (given[1] as Uint8Array[]);
    synchronous.writeSync(given[0] as number, half(first) as Uint8Array);
    if (verdict === 'die half way') die();
    process.nextTick(given.at(-1) as (error: unknown) => void, failure(name, path));
  };
}
const closeByCallback = callbacks['close']!;
callbacks['close'] = (...given: unknown[]) => {
  descriptors.delete(given[0] as number);
  closeByCallback(...given);
};
