import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineUnavailableError } from '../engine';
import { webAssembly } from './webAssembly';

/** The files of compiled kernels: relaxed SIMD has the fused multiply-add. */
export type KernelFile = 'simd' | 'relaxed';

/** A module of one function, f32x4.relaxed_madd: valid only where relaxed SIMD is known. */
const relaxedProbe = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
);

/** Whether this run time can execute relaxed SIMD. */
export function knowsRelaxed(): boolean {
  return webAssembly.validate(relaxedProbe);
}

/**
 * The bytes of the compiled kernels.
 * @throws EngineUnavailableError when the file can't be read.
 */
export async function readKernels(folder: string, file: KernelFile): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(join(folder, `kernels.${file}.wasm`)));
  } catch (cause) {
    const error = new EngineUnavailableError(
      'wasm',
      'The compiled kernels of the built-in engine are missing.',
      'Reinstall Textloom, or run "npm run build" in its folder.',
    );
    error.cause = cause;
    throw error;
  }
}

const importSection = 2;
const memoryImport = 2;
const sharedFlag = 2;

/**
 * The same kernels for a memory that is not shared: the one import of the module is its memory, whose "shared" flag is
 * cleared. For a single thread, where shared memory is missing or of no use.
 */
export function withPrivateMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const patched = bytes.slice();
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = patched[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < patched.length) {
    const section = number();
    const size = number();
    if (section !== importSection) {
      at += size;
      continue;
    }
    const count = number();
    for (let names = 0; names < 2; names++) {
      const characters = number();
      at += characters;
    }
    const kind = number();
    if (count !== 1 || kind !== memoryImport) break;
    patched[at] = (patched[at] ?? 0) & ~sharedFlag;
    return patched;
  }
  throw new TypeError('The kernels import something other than one memory.');
}
