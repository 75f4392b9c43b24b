import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Every path below a folder with what is there; links aren't followed. */
export function picture(folder: string): readonly (readonly [path: string, content: string])[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) return [[entry.name, `-> ${readlinkSync(path)}`] as const];
    if (!entry.isDirectory()) return [[entry.name, readFileSync(path, 'latin1')] as const];
    const below = picture(path).map(([name, content]) => [join(entry.name, name), content] as const);
    return [[entry.name, 'folder'] as const, ...below];
  });
}
