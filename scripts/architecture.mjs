// @ts-check
// Draws the picture of imports in docs/architecture.md from the sources: which room imports which.
//   npm run architecture           writes it
//   node scripts/architecture.mjs --check   ends with 1 where what is written is no longer so
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'docs', 'architecture.md');
const [start, end] = ['<!-- imports -->', '<!-- /imports -->'];

/** What lies behind an import that is not of the project's own. @type {Readonly<Record<string, string>>} */
const outside = { vscode: 'vscode', '@tensorflow/tfjs-node': 'TensorFlow' };

const picture = draw(withoutDetours(importsOfRooms()));
const text = readFileSync(page, 'utf8');
const [before, , after] = split(text);
const written = `${before}${start}\n\n${picture}\n\n${end}${after}`;
if (!process.argv.includes('--check')) writeFileSync(page, written);
else if (written !== text) {
  console.error('docs/architecture.md shows imports that are no longer so: run "npm run architecture".');
  process.exit(1);
}

/** Rooms (folders of src/) and what each of them imports. @returns {Map<string, Set<string>>} */
function importsOfRooms() {
  /** @type {Map<string, Set<string>>} */
  const rooms = new Map();
  for (const path of sources()) {
    const room = roomOf(path) ?? path;
    const imported = rooms.get(room) ?? new Set();
    rooms.set(room, imported);
    for (const { fileName } of ts.preProcessFile(readFileSync(join(root, path), 'utf8')).importedFiles) {
      const target = fileName.startsWith('.') ? roomOf(posix.join(posix.dirname(path), fileName)) : outside[fileName];
      if (target !== undefined && target !== room) imported.add(target);
    }
  }
  return rooms;
}

/** Paths from the root, but for those of the kernels, which are another language. */
function sources() {
  const paths = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return paths
    .map((path) => `src/${path.split(sep).join('/')}`)
    .filter((path) => path.endsWith('.ts') && !path.includes('/wasm/kernels/'))
    .sort();
}

/** The room that a path lies in; undefined for one outside of src/. @param {string} path */
function roomOf(path) {
  const [top, room] = path.split('/');
  return top === 'src' ? room : undefined;
}

/**
 * Leaves out an import of what is imported through another room as well: the picture stays one that can be read.
 * @param {Map<string, Set<string>>} rooms
 */
function withoutDetours(rooms) {
  const reaches = (/** @type {string} */ from, /** @type {string} */ to) => {
    const seen = new Set([from]);
    for (const room of seen) for (const next of rooms.get(room) ?? []) seen.add(next);
    return from !== to && seen.has(to);
  };
  return new Map(
    [...rooms].map(([room, imported]) => [
      room,
      [...imported].filter((to) => ![...imported].some((other) => other !== to && reaches(other, to))).sort(),
    ]),
  );
}

/** The picture, as Mermaid has it. @param {Map<string, string[]>} rooms */
function draw(rooms) {
  const arrows = [...rooms].flatMap(([room, imported]) => imported.map((to) => `  ${room} --> ${to}`));
  return ['```mermaid', 'flowchart TD', ...arrows, '```'].join('\n');
}

/** @param {string} whole @returns {[string, string, string]} */
function split(whole) {
  const [from, to] = [whole.indexOf(start), whole.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/architecture.md has no place for the picture: ${start} ${end}`);
  return [whole.slice(0, from), whole.slice(from, to), whole.slice(to + end.length)];
}
