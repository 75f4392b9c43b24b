import { type CancellationToken, Disposable } from 'vscode-jsonrpc';

/** Calls back once a request is given up; at once where it was before it came to be served, which its token doesn't tell. */
export function onCancelled(token: CancellationToken, callback: () => void): Disposable {
  if (!token.isCancellationRequested) return token.onCancellationRequested(callback);
  callback();
  return Disposable.create(() => undefined);
}

/** The same, as the core takes it. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  onCancelled(token, () => controller.abort());
  return controller.signal;
}
