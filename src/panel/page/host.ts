interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** The editor, as a page sees it: messages out, messages in, and one object that outlives the page. */
export interface Host {
  send(message: unknown): void;
  listen(receiver: (message: unknown) => void): void;
  recall(): unknown;
  keep(state: unknown): void;
}

/** Connects to the editor; once a page. */
export function connect(): Host {
  const api = acquireVsCodeApi();
  let kept: unknown;
  return {
    send: (message) => api.postMessage(message),
    listen: (receiver) => window.addEventListener('message', ({ data }: MessageEvent<unknown>) => receiver(data)),
    recall: () => api.getState(),
    keep: (state) => {
      // To keep is a message to the editor: too much for every frame.
      if (state === kept) return;
      kept = state;
      api.setState(state);
    },
  };
}
