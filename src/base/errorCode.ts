/**
 * What an error is called in logs and reports, whatever its sentence says: its class, and which fault of it: "model/damaged".
 * docs/errors.md lists them.
 */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const kind = kebab(error.name.replace(/(?<=.)Error$/, ''));
  const { fault, reason } = error as { readonly fault?: unknown; readonly reason?: unknown };
  const detail = [fault, reason].find((each) => typeof each === 'string' && /^[a-z ]{1,30}$/.test(each));
  return typeof detail === 'string' ? `${kind}/${kebab(detail)}` : kind;
}

function kebab(name: string): string {
  return name
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .replaceAll(' ', '-')
    .toLowerCase();
}
