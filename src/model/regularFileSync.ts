import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { irregular, O_NOFOLLOW, O_NONBLOCK, requireSize } from './regularFile';

/** As {@link readRegularText}, for whoever can't wait. @throws as {@link readRegular} */
export function readRegularTextSync(path: string, most: number): string {
  return openedSync(path, (file, size) => {
    requireSize(path, size, most);
    return headOf(file, size);
  });
}

/** The beginning of a text, so many bytes at most. @throws as {@link openRegular} */
export function regularHeadSync(path: string, bytes: number): string {
  return openedSync(path, (file, size) => headOf(file, Math.min(bytes, size)));
}

function headOf(file: number, bytes: number): string {
  const head = Buffer.alloc(bytes);
  return head.toString('utf8', 0, readSync(file, head));
}

function openedSync<T>(path: string, use: (file: number, size: number) => T): T {
  if (!lstatSync(path).isFile()) throw irregular(path);
  const file = openSync(path, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw irregular(path);
    return use(file, stats.size);
  } finally {
    closeSync(file);
  }
}
