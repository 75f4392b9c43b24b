/**
 * What happens at an operation: the process is killed before it, or in the middle of it, or the operation fails; with "…" all
 * after it fail too.
 */
export const faultKinds = ['kill', 'torn', 'ENOSPC', 'ENOSPC…', 'EIO', 'EIO…', 'EACCES', 'EACCES…'] as const;

/** One of {@link faultKinds}. */
export type FaultKind = (typeof faultKinds)[number];
