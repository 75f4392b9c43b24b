/**
 * The entry of a kernel thread: it sleeps until the calling thread announces a command, does its part of it, and sleeps
 * again. It has no event loop to speak of and ends when it is terminated.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { work } from './commands';
import { ThreadGroup } from './threadGroup';
import type { Attachment, ThreadStart } from './threadPool';
import { createWorkerContext, type WorkerContext } from './workerContext';

const { control, rank, size, port } = workerData as ThreadStart;
const group = new ThreadGroup(control, rank, size);
const contexts = new Map<number, WorkerContext>();

function obey(): void {
  const { command, trainer } = group;
  switch (command) {
    case 'attach': {
      const { build, memory, shape } = receiveMessageOnPort(port)?.message as Attachment;
      contexts.set(trainer, createWorkerContext(build, memory, group, shape));
      group.barrier();
      break;
    }
    case 'detach':
      contexts.delete(trainer);
      group.barrier();
      break;
    default: {
      const context = contexts.get(trainer);
      if (context === undefined) throw new Error('There is no such trainer.');
      work(context, command);
    }
  }
}

function run(): void {
  parentPort?.postMessage('ready');
  for (let seen = 0; ;) {
    seen = group.awaitCommand(seen);
    obey();
  }
}

try {
  run();
} catch (error) {
  // Before anybody hears of the failure: the calling thread looks for the reason then. One that ends because another has
  // failed knows none.
  if (!group.hasFailed) port.postMessage(error instanceof Error ? error.message : String(error));
  group.fail();
  throw error;
}
