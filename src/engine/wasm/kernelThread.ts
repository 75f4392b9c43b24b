/**
 * The entry of a kernel thread: it sleeps until the calling thread announces a command, does its share of it, and sleeps
 * again. It has no event loop to speak of and ends when it is terminated.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { work } from './commands';
import { Team } from './threadGroup';
import type { Attachment, ThreadStart } from './threadPool';
import { type Share, takeShare } from './workerContext';

const { control, index, size, port } = workerData as ThreadStart;
const team = new Team(control, index, size);
const shares = new Map<number, Share>();

function obey(): void {
  const { command, trainer } = team;
  switch (command) {
    case 'attach': {
      const { build, memory, shape } = receiveMessageOnPort(port)?.message as Attachment;
      shares.set(trainer, takeShare(build, memory, team, shape));
      team.barrier();
      break;
    }
    case 'detach':
      shares.delete(trainer);
      team.barrier();
      break;
    default: {
      const share = shares.get(trainer);
      if (share === undefined) throw new Error('There is no such trainer.');
      work(share, command);
    }
  }
}

function run(): void {
  parentPort?.postMessage('ready');
  for (let seen = 0; ;) {
    seen = team.awaitCommand(seen);
    obey();
  }
}

try {
  run();
} catch (error) {
  // Before anybody hears of the failure: the calling thread looks for the reason then. One that ends because another has
  // failed knows none.
  if (!team.hasFailed) port.postMessage(error instanceof Error ? error.message : String(error));
  team.fail();
  throw error;
}
