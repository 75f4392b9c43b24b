import { parentPort, workerData } from 'node:worker_threads';
import type { JobKind, Jobs } from '../protocol/jobs';
import { failureOf } from './failures';
import { type JobContext, work } from './jobs';
import { lowerThread } from './priority';
import type { FromThread, JobOutcome, ThreadTask, ToThread } from './threadMessages';

/** The one entry of a thread: does its job, tells how it ended, and lets the thread end. */
async function main<K extends JobKind>({ kind, params, environment }: ThreadTask<K>): Promise<void> {
  lowerThread('full');
  const giveUp = new AbortController();
  const orders = new Orders<Jobs[K]['order']>();
  parentPort?.on('message', (message: ToThread<K>) => {
    if (message.type === 'cancel') giveUp.abort();
    else orders.take(message.order);
  });
  let afterwards: (() => Promise<void>) | undefined;
  const context: JobContext<K> = {
    ...environment,
    signal: giveUp.signal,
    report: (progress) => tell<K>({ type: 'progress', progress }),
    onOrder: (obey) => orders.listen(obey),
    afterwards: (task) => (afterwards = task),
  };
  tell(await outcomeOf(kind, params, context));
  await afterwards?.();
  parentPort?.close();
}

async function outcomeOf<K extends JobKind>(
  kind: K,
  params: Jobs[K]['params'],
  context: JobContext<K>,
): Promise<JobOutcome<K>> {
  try {
    return { type: 'done', result: await work[kind](params, context) };
  } catch (error) {
    return { type: 'failed', failure: failureOf(error) };
  }
}

/** Orders, kept until somebody listens. */
class Orders<Order> {
  private readonly early: Order[] = [];
  private obey: (order: Order) => void = (order) => this.early.push(order);

  take(order: Order): void {
    this.obey(order);
  }

  listen(obey: (order: Order) => void): void {
    this.obey = obey;
    for (const order of this.early.splice(0)) obey(order);
  }
}

function tell<K extends JobKind>(message: FromThread<K>): void {
  parentPort?.postMessage(message);
}

void main(workerData as ThreadTask);
