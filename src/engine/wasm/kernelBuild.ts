import { setFlagsFromString } from 'node:v8';
import { type WasmModule, webAssembly } from './webAssembly';

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

/** Set while the kernels are compiled: pair vectors, and optimise all functions now, while that is set. */
export const pairingFlags: readonly string[] = [
  '--experimental-wasm-revectorize',
  '--no-liftoff',
  '--no-wasm-lazy-compilation',
];
const usualFlags = ['--no-experimental-wasm-revectorize', '--liftoff', '--wasm-lazy-compilation'];

/**
 * Compiles kernels with V8's "revectorization", which turns two operations on neighbouring 128-bit vectors into one on
 * 256 bits: twice the arithmetic a cycle, and the same bits. It is an experiment of V8's, so nobody may use the result
 * before revectorize.ts has compared it with the kernels compiled as they are.
 */
export function compilePaired(bytes: Uint8Array<ArrayBuffer>): KernelBuild {
  pairingFlags.forEach(setFlagsFromString);
  try {
    return { module: new webAssembly.Module(distinct(bytes)), wideTiles: true };
  } finally {
    usualFlags.forEach(setFlagsFromString);
  }
}

/** The same module with an empty custom section, "p": V8 shares the code of modules whose bytes are equal. */
function distinct(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const custom = [0, 2, 1, 'p'.charCodeAt(0)];
  const longer = new Uint8Array(bytes.length + custom.length);
  longer.set(bytes);
  longer.set(custom, bytes.length);
  return longer;
}
