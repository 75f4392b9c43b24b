/**
 * background/: the process that works beside the editor, one a window. It answers the requests of protocol/background.ts:
 * generation in this thread, everything long in a thread of its own, so that it answers at any time. No maths lives here,
 * and nothing of the editor: only the calling of corpus, training and generation, and the life of the process.
 */
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { type InitializeParams, protocolVersion, requests } from '../protocol/background';
import { watchParent } from './parentWatch';
import { lowerProcess } from './priority';
import { Service } from './service';

/** Longest wait for a training to be saved, milliseconds, before the process ends all the same. */
const longestFarewell = 20_000;

function main(): void {
  lowerProcess();
  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  let service: Service | undefined;
  let ending: Promise<void> | undefined;

  const end = (): Promise<void> =>
    (ending ??= Promise.race([service?.suspend(), afterFarewell()]).then(() => undefined));
  const endAndExit = (): void => void end().finally(() => process.exit(0));

  connection.onRequest(requests.initialize, (params: InitializeParams) => {
    if (params.protocolVersion === protocolVersion && service === undefined) {
      service = new Service(connection, params);
      watchParent(params.parent, endAndExit);
    }
    return { protocolVersion };
  });
  connection.onRequest(requests.shutdown, async () => {
    await end();
    // Gives the answer time to leave; then the editor's disconnecting, or this, ends the process.
    setTimeout(endAndExit, 1000).unref();
    return null;
  });
  connection.onError(() => undefined); // Nobody hears: the parent is going, which `disconnect` tells.
  process.on('disconnect', endAndExit);
  process.on('SIGTERM', endAndExit);
  process.on('SIGINT', endAndExit);
  connection.listen();
}

function afterFarewell(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, longestFarewell).unref());
}

main();
