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
