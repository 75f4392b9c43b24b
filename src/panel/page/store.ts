/**
 * panel/page/: what both pages are made of: state, messages, elements, formats, theme.
 */
import type { EarlierRun } from '../../protocol/panel';
import type { RunHistory } from '../../training/record/run';
import type { Interval } from '../charts/ticks';
import type { Preferences } from './preferences';

/** How the curves are looked at. */
interface Look {
  readonly preferences: Preferences;
  /** The stretch of the horizontal axis that is looked at; null for all of it, growing with the run. */
  readonly zoom: Interval | null;
}

/** Everything a page shows is drawn from this. */
export interface PageState<Snapshot> extends Look {
  /** Null until the editor has answered. */
  readonly snapshot: Snapshot | null;
}

/** What charts draw. */
export interface ChartView extends Look {
  readonly run: RunHistory;
  /** Earlier runs to compare with. */
  readonly earlier: readonly EarlierRun[];
}

/** Changes how the curves are looked at. */
export type Looking = Pick<Store<unknown, unknown>, 'prefer' | 'zoomTo'>;

/** How a page takes in what the editor says. */
export interface Taking<Snapshot, Message> {
  /** The snapshot after a message. Pure. */
  readonly advance: (snapshot: Snapshot | null, message: Message) => Snapshot | null;
  /** What the charts show; when that changes they show the whole of it again. */
  readonly subject: (snapshot: Snapshot | null) => string | undefined;
}

/** The one owner of a page's state. However much arrives between two frames, its listener is called once. */
export class Store<Snapshot, Message> {
  private current: PageState<Snapshot>;
  private drawing = false;

  constructor(
    preferences: Preferences,
    private readonly taking: Taking<Snapshot, Message>,
    private readonly listener: (state: PageState<Snapshot>) => void,
    private readonly nextFrame: (draw: () => void) => unknown,
  ) {
    this.current = { snapshot: null, preferences, zoom: null };
  }

  get state(): PageState<Snapshot> {
    return this.current;
  }

  /** Takes in what the editor says. */
  receive(message: Message): void {
    const { advance, subject } = this.taking;
    const before = this.current.snapshot;
    const snapshot = advance(before, message);
    if (snapshot === before) return;
    const isSameSubject = subject(before) === subject(snapshot);
    this.change({ snapshot, zoom: isSameSubject ? this.current.zoom : null });
  }

  /** Changes how things are looked at. Another axis starts unzoomed. */
  prefer(change: Partial<Preferences>): void {
    const preferences = { ...this.current.preferences, ...change };
    const zoom = change.axis === undefined ? this.current.zoom : null;
    this.change({ preferences, zoom });
  }

  /** Looks at a stretch of the horizontal axis; null for all of it. */
  zoomTo(zoom: Interval | null): void {
    this.change({ zoom });
  }

  /** Draws everything again: the theme has changed. */
  touch(): void {
    this.change({});
  }

  private change(change: Partial<PageState<Snapshot>>): void {
    this.current = { ...this.current, ...change };
    if (this.drawing) return;
    this.drawing = true;
    this.nextFrame(() => {
      this.drawing = false;
      this.listener(this.current);
    });
  }
}
