import { complain } from './terminal';
import { rmSync } from 'node:fs';
import { ThreadError } from './failure';
import { Interruption } from './interruption';
import type { TrainReporter } from './trainReporter';
import { type TrainNews, type TrainRequest, TrainThread } from './trainThread';

/** How long a training may take to hear that it is to stop, and one that hasn't begun to end, milliseconds. */
const patience = 1500;

/**
 * Trains in a thread of its own, and listens: Ctrl+C saves and ends as soon as the step under way is done. Where nothing has
 * been trained yet, nothing can be lost, and a thread that doesn't answer is left behind with the process; where something has,
 * it is said what is waited for. A second Ctrl+C waits for nothing.
 * @returns the exit code
 * @throws ThreadError
 */
export async function trainAndListen(request: TrainRequest, reporter: TrainReporter): Promise<number> {
  const session = new Session(request, reporter);
  return session.finish();
}

class Session {
  private readonly thread: TrainThread;
  private readonly interruption: Interruption;
  /** The folder of a model that is new, until it has taken a step: an end before that takes it away. */
  private untrained: string | null = null;
  private hasTrained = false;
  private hasHeard = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly request: TrainRequest,
    private readonly reporter: TrainReporter,
  ) {
    this.thread = new TrainThread(request, (news) => this.receive(news));
    this.interruption = new Interruption(
      () => this.stop(),
      () => this.leaveNothing(),
    );
  }

  async finish(): Promise<number> {
    const outcome = await this.thread.outcome;
    clearTimeout(this.timer);
    this.interruption.dispose();
    const code = this.interruption.exitCode;
    switch (outcome.type) {
      case 'trained':
        this.reporter.done(outcome.folder, outcome.description, outcome.end, outcome.run);
        return code ?? 0;
      case 'given up':
        complain(nothingSaved);
        return code ?? 1;
      case 'failed':
        throw new ThreadError(outcome.failure);
      default:
        return outcome satisfies never;
    }
  }

  private receive(news: TrainNews): void {
    switch (news.type) {
      case 'corpus':
        this.reporter.corpus(news.progress);
        break;
      case 'ready':
        if (this.request.work.kind === 'new') this.untrained = news.folder;
        break;
      case 'event':
        if (news.event.type === 'progress' || news.event.type === 'evaluation') this.hasTrained = true;
        this.reporter.event(news.event);
        break;
      case 'heard':
        this.hasHeard = true;
        break;
      default:
        news satisfies never;
    }
  }

  private stop(): void {
    this.thread.stop();
    this.timer = setTimeout(() => this.lookAfterStop(), patience);
  }

  private lookAfterStop(): void {
    if (!this.hasTrained) {
      complain(nothingSaved);
      this.interruption.end();
    } else if (!this.hasHeard) {
      complain('It ends after the step under way, and saves. Ctrl+C again ends it now, as it was last saved.');
    }
  }

  /** A model that has learned nothing isn't left in a folder. */
  private leaveNothing(): void {
    if (this.untrained === null || this.hasTrained) return;
    try {
      rmSync(this.untrained, { recursive: true, force: true });
    } catch {
      // The process ends all the same.
    }
  }
}

const nothingSaved = 'Interrupted before training began; nothing was saved.';
