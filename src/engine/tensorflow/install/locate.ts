import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The npm package that Textloom's TensorFlow engine runs on, and the version that it is tested with. */
export const tensorflowPackage = { name: '@tensorflow/tfjs-node', version: '4.22.0' } as const;

/** Where npm puts the package below the folder that it installs into. */
export function packageIn(folder: string): string {
  return join(folder, 'node_modules', ...tensorflowPackage.name.split('/'));
}

/**
 * Finds a TensorFlow that is all there.
 * @param folders in order of preference: of the package itself, or such as {@link packageIn} it is
 * @returns the package's folder
 */
export function locateTensorFlow(folders: readonly string[]): string | undefined {
  return locateTensorFlows(folders)[0];
}

/** All of those, in the same order. */
export function locateTensorFlows(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) => [folder, packageIn(folder)]).filter(isComplete);
}

/** Whether a folder is the package with its library and its binding, the last thing to be built. */
export function isComplete(packageFolder: string): boolean {
  return (
    existsSync(join(packageFolder, 'package.json')) &&
    holds(join(packageFolder, 'deps', 'lib'), /^(lib)?tensorflow\b.*\.(so|dylib|dll|lib)/) &&
    napiVersions(packageFolder).some((version) => existsSync(join(packageFolder, 'lib', version, 'tfjs_binding.node')))
  );
}

function holds(folder: string, name: RegExp): boolean {
  return names(folder).some((file) => name.test(file));
}

function napiVersions(packageFolder: string): string[] {
  return names(join(packageFolder, 'lib')).filter((name) => name.startsWith('napi-v'));
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
