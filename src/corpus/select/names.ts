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
  /\.(generated|g|freezed|pb|designer)\.\w+$/i,
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

const proseLanguages = new Set([
  'md',
  'markdown',
  'txt',
  'text',
  'rst',
  'adoc',
  'asciidoc',
  'org',
  'tex',
  'log',
  'csv',
  'tsv',
]);

/** True for text that people write to be read: long lines and talk of generated files are nothing odd there. */
export function isProse(language: string): boolean {
  return proseLanguages.has(language) || !/^[a-z0-9+#]{1,8}$/.test(language);
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
