import type { FromPanel, ToPanel } from '../protocol/panel';

interface EditorApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** The editor, as the page sees it: messages out, messages in, and one object that outlives the page. */
export interface Host {
  send(message: FromPanel): void;
  listen(receiver: (message: ToPanel) => void): void;
  recall(): unknown;
  keep(state: unknown): void;
}

/** Connects to the editor; once a page. */
export function connect(): Host {
  const api = acquireVsCodeApi();
  return {
    send: (message) => api.postMessage(message),
    // Only the editor can post to a webview's page, and it posts only what the protocol has.
    listen: (receiver) => window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => receiver(data)),
    recall: () => api.getState(),
    keep: (state) => api.setState(state),
  };
}
