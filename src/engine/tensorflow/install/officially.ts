import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallStep } from './installation';
import { isComplete } from './locate';
import { ProgramError } from './program';

const defaultHost = 'https://storage.googleapis.com/';

/**
 * The package's own install script: a prebuilt library and binding from TensorFlow's storage host.
 * @returns why it did not work, with the package as it was before; undefined when it did
 * @throws the signal's reason once it is aborted.
 */
export async function installOfficially(step: InstallStep): Promise<string | undefined> {
  const { options, machine, packageFolder } = step;
  const host = options.env['TFJS_NODE_CDN_STORAGE'] ?? options.env['CDN_STORAGE'] ?? defaultHost;
  options.ui.progress('asking for a prebuilt library');
  if (!(await machine.isReachable(host, options.env))) return `${host} is out of reach`;
  options.ui.progress('fetching the prebuilt library');
  // The script writes into the manifest, and leaves that so when it fails.
  const manifest = join(packageFolder, 'package.json');
  const original = join(packageFolder, 'package.original.json');
  await copyFile(manifest, original);
  try {
    await machine.run('npm', ['run', 'install', '--ignore-scripts=false'], {
      cwd: packageFolder,
      env: options.env,
      signal: options.signal,
      timeoutSeconds: 900,
    });
    if (isComplete(packageFolder)) return undefined;
    await undo(packageFolder);
    return 'its install script left no binding';
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    await undo(packageFolder);
    return error.message;
  } finally {
    await copyFile(original, manifest);
    await rm(original);
  }
}

async function undo(packageFolder: string): Promise<void> {
  for (const folder of ['deps', 'lib', 'build-tmp-napi-v8']) {
    await rm(join(packageFolder, folder), { recursive: true, force: true });
  }
}
