/** Names that Windows keeps for devices, whatever their ending. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Most code points of a folder's name: below every file system's limit, in bytes too. */
const longest = 60;

/** A folder name for a model: the name itself, but for what a file system can't hold or would read as a path. */
export function folderNameOf(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cs}<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/g, ' ');
  const short = Array.from(plain).slice(0, longest).join('');
  const trimmed = short.replace(/^[\s.]+|[\s.]+$/g, '');
  if (trimmed === '') return 'model';
  return reserved.test(trimmed) ? `${trimmed.replace(/\./g, ' ')} model` : trimmed;
}

/** A name that no other model has: the one wished for, else "name 2", "name 3"… Case doesn't tell names apart. */
export function uniqueName(wish: string, taken: readonly string[]): string {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  const base = wish.trim() === '' ? 'model' : wish.trim();
  let name = base;
  for (let number = 2; used.has(name.toLowerCase()); number++) name = `${base} ${number}`;
  return name;
}

/** A model can't be called so. The message is one sentence. */
export class NameError extends Error {
  override readonly name = 'NameError';
}

/** What is wrong with a name, in a sentence; undefined where nothing is. */
export function nameFault(name: string, taken: readonly string[]): string | undefined {
  const trimmed = name.trim();
  if (trimmed === '') return 'A model needs a name.';
  if (Array.from(trimmed).length > 60) return 'Use at most 60 characters.';
  if (/[\p{Cc}<>:"/\\|?*]/u.test(trimmed)) return 'Leave out < > : " / \\ | ? * so that it can name a folder.';
  if (/^\.|\.$/.test(trimmed)) return 'A name neither begins nor ends with a full stop.';
  if (reserved.test(trimmed)) return 'Windows keeps this name for a device: choose another.';
  if (uniqueName(trimmed, taken) !== trimmed) return `There is a model named "${trimmed}" already.`;
  return undefined;
}
