// @ts-check
// A workspace to try Textloom on: the chapters of Moby-Dick as Markdown files, from a package whose texts are in the
// public domain (CC0), and an empty page to write on.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, makeFolder, root } from './step.mjs';

const texts = join(root, 'node_modules', '@stdlib', 'datasets-moby-dick', 'data');
const folder = join(cache, 'sample-workspace');

/** Makes the workspace unless it is there. @returns {Promise<string>} its folder */
export async function sampleWorkspace() {
  await makeFolder(folder, 'Moby-Dick', async (partial) => {
    for (const name of readdirSync(texts)) {
      const chapter = /^chapter_(\d+)\.txt$/.exec(name)?.[1];
      if (chapter === undefined) continue;
      const text = readFileSync(join(texts, name), 'utf8');
      writeFileSync(join(partial, `chapter-${chapter.padStart(3, '0')}.md`), text.trimEnd() + '\n');
    }
    writeFileSync(join(partial, 'my-chapter.md'), 'It was the whale ');
  });
  return folder;
}
