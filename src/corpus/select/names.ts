import { basename, extname } from 'node:path/posix';
import { packedEnding } from '../../model/modelFolder';
import { markFile } from '../../model/ownFolder';
import type { SkipReason } from '../corpus';
import { recipeFileName } from './recipe/recipeFile';

/** Folders that are never walked into, and not worth a line in a list of what was left out. */
export const hiddenFolders: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.jj', '.textloom']);

/** Folders that are never walked into: other people's text. */
export const foreignFolders: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  '.venv',
  '__pycache__',
]);

/** Folders of keys. */
const secretFolders: ReadonlySet<string> = new Set(['.ssh', '.gnupg', '.aws', '.azure', '.kube']);

const binaryEndings = new Set(
  `7z a aac ai apk avi avif bin blend bmp br bz2 class cur dat db deb dll dmg doc docx dylib eot epub exe fbx flac gif glb
  gz heic icns ico iso jar jpeg jpg keynote lib m4a m4v mid mkv mov mp3 mp4 msi node npy npz numbers o obj odp ods odt ogg
  onnx opus otf pages parquet pdf pkl png ppt pptx psd pt pth pyc pyo rar rpm safetensors so sqlite sqlite3 swf tar tgz tif
  tiff ttf vsix war wasm wav webm webp whl wmv woff woff2 xls xlsx xz zip zst`.split(/\s+/),
);

const lockFiles = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'bun.lockb',
  'packages.lock.json',
  'go.sum',
  'Package.resolved',
  'gradle.lockfile',
]);

const secretNames = [
  /^\.env(\..+)?$/i,
  /^\.?(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt|xml|properties))?$/i,
  /\.(pem|key|p8|p12|pfx|jks|keystore|kdbx?|ppk|tfstate|ovpn|agekey)$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/i,
  /^[._](npmrc|pypirc|netrc|git-credentials|htpasswd|pgpass|dockercfg|my\.cnf|s3cfg|boto)$/i,
  /^(service[-_]?account|client[-_]secret).*\.json$/i,
  /\.tfvars(\.json)?$/i,
  /^(kubeconfig|\.vault-token|\.dockerconfigjson)$/i,
];
/** Samples of such files, made to be shared. */
const sampleName = /\.(example|sample|template|dist)$/i;

const generatedNames = [
  /\.(map|snap|tsbuildinfo)$/i,
  // Of code: a story may well be called "dreams.generated.txt".
  /\.(generated|g|freezed|pb|designer)\.(cs|dart|ts|js|go|java|kt|swift|rs|py|rb|cc?|cpp|hh?|vb|fs)$/i,
  /_pb2(_grpc)?\.pyi?$/i,
  /\.pb\.(go|cc|h)$/i,
];

/** Why a file is left out by its name alone; null where its name speaks against nothing. */
export function reasonByName(name: string): SkipReason | null {
  const file = basename(name);
  if (file === recipeFileName) return 'excluded';
  if (file.endsWith(packedEnding) || file === markFile) return 'own model';
  if (secretNames.some((pattern) => pattern.test(file)) && !sampleName.test(file)) return 'secret';
  if (name.split('/').some((folder) => secretFolders.has(folder))) return 'secret';
  if (binaryEndings.has(ending(file))) return 'binary';
  if (lockFiles.has(file) || ending(file) === 'lock') return 'lock file';
  if (/[.-]min\.(js|mjs|cjs|css|html)$/i.test(file)) return 'minified';
  if (generatedNames.some((pattern) => pattern.test(file))) return 'generated';
  return null;
}

/** The language of a file as summaries name it: its ending in lower case, or its whole name where it has none. */
export function languageOf(name: string): string {
  const file = basename(name);
  return ending(file) || file;
}

function ending(file: string): string {
  return extname(file).slice(1).toLowerCase();
}

const codeLanguages = new Set(
  `ada adb ads applescript asm astro bash bat c c++ cbl cc cfg cjs clj cljs cls cmake cmd cob coffee conf cpp cr cs csh css cts
  cu cxx d dart dockerfile ejs el elm erl ex exs f f03 f90 f95 fish for fs fsi fsx geojson gd glsl go gql gradle graphql groovy
  h h++ haml handlebars hbs hcl hh hlsl hpp hrl hs htm html hxx ini ipynb java jl js json json5 jsonc jsp jsx kt kts less lisp
  lua m makefile mjs mk ml mli mm mts nim nix pas php pl plist pm proto ps1 psm1 py pyi pyw r rb rs s sass sc scala scm scss sh
  sol sql styl svelte svg swift tcl tf toml ts tsx twig v vala vb vbs vhd vhdl vue wat webmanifest wsdl xaml xhtml xml xsd xsl
  xslt yaml yml zig zsh`.split(/\s+/),
);

/** True for code, style sheets and data by their ending: what generators, minifiers and licences leave is looked for there. */
export function isCode(language: string): boolean {
  return codeLanguages.has(language.toLowerCase());
}

/** Endings of text that people write to be read: it is never taken for minified, whatever it looks like. */
const proseLanguages = new Set('adoc asciidoc csv log markdown md org rst tex text tsv txt'.split(' '));

/** True for prose by its ending. */
export function isProse(language: string): boolean {
  return proseLanguages.has(language);
}

/** A name that isn't taken: with a number before its ending, if need be. */
export function distinctName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const [, stem = name, ending = ''] = /^(.*[^/])(\.[^./]+)$/.exec(name) ?? [];
  for (let number = 2; ; number++) {
    const numbered = `${stem} (${number})${ending}`;
    if (!taken.has(numbered)) return numbered;
  }
}
