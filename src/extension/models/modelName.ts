/** A name that no other model has: the one wished for, else "name 2", "name 3"… Case doesn't tell names apart. */
export function uniqueName(wish: string, taken: readonly string[]): string {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  const base = wish.trim() === '' ? 'model' : wish.trim();
  let name = base;
  for (let number = 2; used.has(name.toLowerCase()); number++) name = `${base} ${number}`;
  return name;
}

/** What is wrong with a name, in a sentence; undefined where nothing is. */
export function nameFault(name: string, taken: readonly string[]): string | undefined {
  const trimmed = name.trim();
  if (trimmed === '') return 'A model needs a name.';
  if (Array.from(trimmed).length > 60) return 'Use at most 60 characters.';
  if (/[\p{Cc}<>:"/\\|?*]/u.test(trimmed)) return 'Leave out < > : " / \\ | ? * so that it can name a folder.';
  if (/^\.|\.$/.test(trimmed)) return 'A name neither begins nor ends with a full stop.';
  if (uniqueName(trimmed, taken) !== trimmed) return `There is a model named "${trimmed}" already.`;
  return undefined;
}
