import type { EarlierRun, PanelSurroundings, ToPanel } from '../../protocol/panel';
import type { TrainingEvent } from '../../training/record/events';
import { isRunning, type Session, type SessionState } from '../session';
import { trainerText } from '../trainerText';

/** Shortest time between two messages to the page. */
export const feedMilliseconds = 100;

/**
 * Keeps one page up to date: a snapshot when it asks, then the run's events and what changes around it, gathered so that at most ten messages a second
 * leave. While {@link stop}ped, because the page is hidden or gone, it holds nothing and costs nothing.
 */
export class PanelFeed {
  private readonly subscriptions;
  private running = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private events: TrainingEvent[] = [];
  /** The run as the page has it: its snapshot with all its events folded in, in the same order as here. */
  private known: SessionState['run'] = null;
  /** The run of the session now, and before it changed last: an event goes on from a run that the page may not have. */
  private runs: { readonly now: SessionState['run']; readonly before: SessionState['run'] };
  private surroundings: PanelSurroundings = {
    live: false,
    elsewhere: null,
    preparing: null,
    failure: null,
    effort: 'full',
    activeModel: null,
  };
  private earlier: readonly EarlierRun[] = [];

  constructor(
    private readonly session: Pick<Session, 'state' | 'onDidChange' | 'onDidReceive'>,
    private readonly post: (message: ToPanel) => void,
  ) {
    this.runs = { now: session.state.run, before: null };
    this.subscriptions = [
      session.onDidReceive((event) => this.gather(event)),
      session.onDidChange(({ run }) => {
        if (run !== this.runs.now) this.runs = { now: run, before: this.runs.now };
        this.schedule();
      }),
    ];
  }

  /** The page is up. */
  get isRunning(): boolean {
    return this.running;
  }

  /** The page is up: it gets everything now, and from then on what changes. */
  start(): void {
    this.running = true;
    this.sendSnapshot();
  }

  /** The page is hidden or gone. */
  stop(): void {
    this.running = false;
    this.events = [];
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Runs to compare with; the run that is shown is left out. */
  compareWith(earlier: readonly EarlierRun[]): void {
    this.earlier = earlier;
    if (this.running) this.sendSnapshot();
  }

  dispose(): void {
    this.stop();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private gather(event: TrainingEvent): void {
    if (!this.running) return;
    this.events.push(event);
    if (this.runs.before === this.known) this.known = this.runs.now;
    this.schedule();
  }

  private schedule(): void {
    if (!this.running || this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.flush();
    }, feedMilliseconds);
  }

  private flush(): void {
    const { state } = this.session;
    if (state.run !== this.known) {
      this.sendSnapshot();
      return;
    }
    const [events, surroundings] = [this.events, surroundingsOf(state)];
    const isOther = !isSame(this.surroundings, surroundings);
    this.events = [];
    this.surroundings = surroundings;
    if (isOther) this.post({ type: 'events', events, surroundings });
    else if (events.length > 0) this.post({ type: 'events', events });
  }

  private sendSnapshot(): void {
    const { state } = this.session;
    this.events = [];
    this.known = state.run;
    this.surroundings = surroundingsOf(state);
    const earlier = this.earlier.filter((other) => other.folder !== state.run?.started.folder);
    this.post({ type: 'snapshot', snapshot: { ...this.surroundings, run: state.run, earlier } });
  }
}

function surroundingsOf({ activity, activeModel, effort, elsewhere }: SessionState): PanelSurroundings {
  return {
    live: isRunning(activity) || elsewhere !== null,
    elsewhere: elsewhere === null ? null : trainerText(elsewhere),
    preparing: activity.kind === 'preparing' ? activity.message : null,
    failure: activity.kind === 'failed' ? activity.message : null,
    effort,
    activeModel: activeModel?.name ?? null,
  };
}

function isSame(a: PanelSurroundings, b: PanelSurroundings): boolean {
  return (Object.keys(a) as (keyof PanelSurroundings)[]).every((key) => a[key] === b[key]);
}
