import { setFlagsFromString } from 'node:v8';
import type { Kernels } from './kernels';
import { type WasmMemory, type WasmModule, webAssembly } from './webAssembly';

/** Compiled kernels, and how they are to be used. */
export interface KernelBuild {
  readonly module: WasmModule;
  /** Whether tiles of 16 columns are the faster: there are 32 vector registers, or they hold eight floats each. */
  readonly wideTiles: boolean;
}

/** Whether the machine's vector registers are many; x64 has 16 of them. */
const manyRegisters = process.arch === 'arm64';

/** Compiles kernels as they are. */
export async function compileKernels(bytes: Uint8Array<ArrayBuffer>): Promise<KernelBuild> {
  return { module: await webAssembly.compile(bytes), wideTiles: manyRegisters };
}

/** V8 from this version on can pair operations on neighbouring vectors; earlier ones have not heard of it. */
const pairingVersion = 13;

/** In the environment of a process, forbids pairing: for a machine on which it should ever break the process. */
export const withoutPairing: Readonly<Record<string, string>> = { TEXTLOOM_PAIRING: 'off' };

/** Whether this run time may be able to {@link compilePaired}. V8 is built without it for macOS. */
export function canPair(): boolean {
  if (Object.entries(withoutPairing).every(([name, value]) => process.env[name] === value)) return false;
  const hasVersion = Number.parseInt(process.versions.v8, 10) >= pairingVersion;
  return hasVersion && process.arch === 'x64' && process.platform !== 'darwin';
}

/** What has V8 optimise all functions of a module at once, under the flags that are set then. */
const optimizingFlags = ['--no-liftoff', '--no-wasm-lazy-compilation'];
/** What has it pair vectors in what it optimises. */
const pairingFlag = '--experimental-wasm-revectorize';
const usualFlags = ['--no-experimental-wasm-revectorize', '--liftoff', '--wasm-lazy-compilation'];

/** Set while kernels are compiled whose vectors shall be paired. */
export const pairingFlags: readonly string[] = [pairingFlag, ...optimizingFlags];

/**
 * Compiles kernels with V8's "revectorization", which turns two operations on neighbouring 128-bit vectors into one on
 * 256 bits: twice the arithmetic a cycle, and the same bits. It is an experiment of V8's, so nobody may use the result
 * before kernelComparison.ts has compared it with kernels of {@link compileUnpaired}.
 */
export function compilePaired(bytes: Uint8Array<ArrayBuffer>): KernelBuild {
  return { module: compileUnder(pairingFlags, bytes, 'p'), wideTiles: true };
}

/**
 * Compiles kernels of which no vector is ever paired. Those of {@link compileKernels} are optimised when they have run for
 * a while, and if that is while {@link compilePaired} has its flags set, they are paired too.
 */
export function compileUnpaired(bytes: Uint8Array<ArrayBuffer>): KernelBuild {
  return { module: compileUnder(optimizingFlags, bytes, 'u'), wideTiles: manyRegisters };
}

function compileUnder(flags: readonly string[], bytes: Uint8Array<ArrayBuffer>, mark: string): WasmModule {
  flags.forEach(setFlagsFromString);
  try {
    return new webAssembly.Module(marked(bytes, mark));
  } finally {
    usualFlags.forEach(setFlagsFromString);
  }
}

/** The same module with an empty custom section of this name: V8 shares the code of modules whose bytes are equal. */
function marked(bytes: Uint8Array<ArrayBuffer>, mark: string): Uint8Array<ArrayBuffer> {
  const custom = [0, 2, 1, mark.charCodeAt(0)];
  const longer = new Uint8Array(bytes.length + custom.length);
  longer.set(bytes);
  longer.set(custom, bytes.length);
  return longer;
}

/** The kernels over one memory. A module made for shared memory takes only a shared one, and the other way round. */
export function instantiate({ module, wideTiles }: KernelBuild, memory: WasmMemory): Kernels {
  const kernels = new webAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
  kernels.useWideTiles(wideTiles);
  return kernels;
}
