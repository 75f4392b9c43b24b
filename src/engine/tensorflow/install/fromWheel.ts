import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InstallError, type InstallStep } from './installation';
import { missingTools } from './tools';

/**
 * One wheel of PyPI's tensorflow-cpu, whichever Python is here: only its C++ library and headers are used. It is pinned
 * by its hash, which pip holds the download to.
 */
const wheel = {
  requirement: 'tensorflow-cpu==2.21.0',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
  bytes: 273_829_956,
  tags: ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--platform', 'manylinux_2_27_x86_64'],
  glibc: [2, 27],
} as const;

/**
 * Builds the binding from source against the library of the PyPI wheel: for Linux on x86_64, where the storage host is
 * out of reach and a package index is not.
 * @throws InstallError when the machine is another one or lacks a tool; ProgramError when a tool fails.
 */
export async function installFromWheel(step: InstallStep): Promise<void> {
  refuseOtherMachines(step);
  await refuseMissingTools(step);
  const file = await download(step);
  await unpack(step, file);
  await build(step);
  await rm(file);
}

function refuseOtherMachines({ machine }: InstallStep): void {
  const { platform, arch, glibc } = machine;
  const enough = glibc !== undefined && isAtLeast(glibc, wheel.glibc);
  if (platform === 'linux' && arch === 'x64' && enough) return;
  const here = platform === 'linux' && arch === 'x64' ? `glibc ${glibc ?? '(none)'}` : `${platform} on ${arch}`;
  throw new InstallError(
    `TensorFlow's storage host is out of reach, and elsewhere there is no library for ${here}.`,
    'Try again where storage.googleapis.com can be reached; the built-in engine needs nothing of it.',
    { kind: 'machine' },
  );
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [hereMajor = 0, hereMinor = 0] = version.split('.').map(Number);
  return hereMajor > major || (hereMajor === major && hereMinor >= minor);
}

/** Looks before 270 MB are fetched. */
async function refuseMissingTools({ options, machine }: InstallStep): Promise<void> {
  const missing = await missingTools(options, machine);
  if (missing.length === 0) return;
  const names = missing.map((tool) => tool.name);
  throw new InstallError(
    `To build the TensorFlow engine, ${list(names)} would be needed here.`,
    `Install what is missing (Debian, Ubuntu: sudo apt install ${missing.map((tool) => tool.debian).join(' ')}) and try again.`,
    { kind: 'tools', missing: names },
  );
}

/** Fetches the wheel unless an earlier attempt has; pip takes a file in only when its hash is right. */
async function download(step: InstallStep): Promise<string> {
  const { options, downloads } = step;
  const file = join(downloads, wheel.file);
  if ((await sha256(file)) === wheel.sha256) return file;
  const temporary = join(downloads, String(process.pid));
  await mkdir(temporary, { recursive: true });
  const requirements = join(temporary, 'requirements.txt');
  await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
  const tell = (bytes: number): void => {
    options.ui.progress('fetching the TensorFlow library (274 MB)', Math.min(1, bytes / wheel.bytes));
  };
  tell(0);
  const watch = setInterval(() => void bytesIn(temporary).then(tell), 1000);
  try {
    const how = ['--no-deps', '--only-binary=:all:', '--require-hashes', ...wheel.tags, '--progress-bar', 'off'];
    const args = ['-m', 'pip', 'download', ...how, '-r', requirements, '--dest', temporary];
    await run(step, 'python3', args, 3600, { TMPDIR: temporary });
    await rename(join(temporary, wheel.file), file);
  } finally {
    clearInterval(watch);
    await rm(temporary, { recursive: true, force: true });
  }
  return file;
}

async function sha256(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  } catch {
    return undefined; // Not there.
  }
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    bytes += await stat(join(folder, name)).then(
      (found) => (found.isFile() ? found.size : 0),
      () => 0, // Gone in the meantime.
    );
  }
  return bytes;
}

/** Lays the library and the headers out as the binding's build wants them. */
async function unpack(step: InstallStep, file: string): Promise<void> {
  step.options.ui.progress('unpacking it');
  const deps = join(step.packageFolder, 'deps');
  const lib = join(deps, 'lib');
  await mkdir(lib, { recursive: true });
  await run(step, 'python3', ['-c', extraction, file, deps], 600);
  for (const [name, target] of [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ] as const) {
    await rename(join(deps, 'tensorflow', target), join(lib, target));
    await symlink(target, join(lib, name));
  }
  await rename(join(deps, 'tensorflow', 'include'), join(deps, 'include'));
  await rm(join(deps, 'tensorflow'), { recursive: true });
}

/** Of eleven thousand headers the binding reads the C interface and a few beneath it. */
const extraction = `
import sys, zipfile
libraries = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
headers = tuple("tensorflow/include/" + folder for folder in
    ("tensorflow/c/", "tensorflow/core/platform/", "tsl/platform/", "xla/tsl/c/"))
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name in libraries or name.startswith(headers)])
`;

async function build(step: InstallStep): Promise<void> {
  const { options, packageFolder } = step;
  options.ui.progress('building the binding');
  const headers = options.nodeHeaders === undefined ? [] : ['--', `--nodedir=${options.nodeHeaders}`];
  await run(step, 'npm', ['run', 'build-addon-from-source', '--ignore-scripts=false', ...headers], 1200);
  for (const folder of ['build-tmp-napi-v8', join('deps', 'include')]) {
    await rm(join(packageFolder, folder), { recursive: true, force: true });
  }
}

async function run(
  { options, machine, packageFolder }: InstallStep,
  command: string,
  args: readonly string[],
  timeoutSeconds: number,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const { signal } = options;
  await machine.run(command, args, { cwd: packageFolder, env: { ...options.env, ...env }, signal, timeoutSeconds });
}

/** `a, b and c` */
function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
