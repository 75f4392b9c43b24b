import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { withoutPairing } from '../../engine/wasm/kernelBuild';
import { type InitializeParams, protocolVersion, requests } from '../../protocol/background';
import { BackgroundError } from './backgroundError';
import { describeEnd, type ProcessEnd } from './crashHistory';

/** What it takes to start the background process. */
export interface LaunchOptions {
  /** The bundle to run: `dist/background.js`. */
  readonly modulePath: string;
  readonly parameters: InitializeParams;
  /** Longest wait for its first answer, milliseconds. */
  readonly timeout: number;
  /** Whether to do without what is still an experiment of the run time's: an earlier process ended by a fault. */
  readonly cautious: boolean;
  /** Takes every line that the process prints. */
  readonly log: (line: string) => void;
}

/** A background process that has answered. */
export interface Launched {
  readonly connection: MessageConnection;
  /** Process id. */
  readonly id: number;
  /** Resolves with how it ended once it has and its last messages are in. */
  readonly ended: Promise<ProcessEnd>;
  readonly kill: () => void;
  /** Closes the channel, on which the process ends by itself. */
  readonly disconnect: () => void;
}

/**
 * Forks the process and greets it. One promise, settled by the first of: its answer, an error, its end, the timeout.
 * @throws BackgroundError; the process is gone then.
 */
export async function launch({ modulePath, parameters, timeout, cautious, log }: LaunchOptions): Promise<Launched> {
  const child = fork(modulePath, [], {
    execArgv: [],
    env: { ...environment(), ...(cautious && withoutPairing) },
    // Not standard input and output: a native library that prints there would break the messages.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Unlike JSON, keeps the NaN of a training that has blown up.
    serialization: 'advanced',
  });
  logLines(child.stdout, log);
  logLines(child.stderr, log);
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.onError(([error]) => log(`The channel to the background process failed: ${error.message}`));
  connection.listen();
  const ended = endOf(child);
  try {
    await greet(child, connection, parameters, ended, timeout);
  } catch (error) {
    child.kill('SIGKILL');
    connection.dispose();
    throw error;
  }
  return {
    connection,
    id: child.pid ?? 0,
    ended,
    kill: () => void child.kill('SIGKILL'),
    disconnect: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** The editor's own, but for options that were meant for the editor. */
function environment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  delete environment['NODE_OPTIONS'];
  return environment;
}

function greet(
  child: ChildProcess,
  connection: MessageConnection,
  parameters: InitializeParams,
  ended: Promise<ProcessEnd>,
  timeout: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new BackgroundError('start', `The background process did not answer within ${timeout / 1000} seconds.`));
    }, timeout);
    const settle = (settled: () => void): void => {
      clearTimeout(timer);
      settled();
    };
    child.once('error', (error) => {
      settle(() => reject(new BackgroundError('start', `The background process can't be started: ${error.message}`)));
    });
    void ended.then((end) => {
      settle(() =>
        reject(new BackgroundError('start', `The background process ended as it started (${describeEnd(end)}).`)),
      );
    });
    connection.sendRequest(requests.initialize, parameters).then(
      ({ protocolVersion: spoken }) =>
        settle(() => (spoken === protocolVersion ? resolve() : reject(mismatch(spoken)))),
      (error: unknown) =>
        settle(() => reject(new BackgroundError('start', `The background process refused: ${String(error)}`))),
    );
  });
}

function mismatch(spoken: number): BackgroundError {
  const versions = `it speaks version ${spoken}, the window version ${protocolVersion}`;
  return new BackgroundError(
    'version',
    `The background process is of another Textloom (${versions}). Reload the window.`,
  );
}

/** Longest wait for messages still in the channel once a process has ended, milliseconds. */
const drainTime = 500;

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const end = { signal, code };
      if (!child.connected) {
        resolve(end);
        return;
      }
      const timer = setTimeout(() => resolve(end), drainTime);
      child.once('disconnect', () => {
        clearTimeout(timer);
        resolve(end);
      });
    });
  });
}

function logLines(stream: Readable | null, log: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', log);
}
