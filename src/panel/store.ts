import type { PanelSnapshot, ToPanel } from '../protocol/panel';
import { advanceRun } from '../training/run';
import type { Preferences } from './preferences';
import type { Interval } from './ticks';

/** Everything the page shows is drawn from this. */
export interface PanelState {
  /** Null until the editor has answered. */
  readonly snapshot: PanelSnapshot | null;
  readonly preferences: Preferences;
  /** The stretch of the horizontal axis that is looked at; null for all of it, growing with the run. */
  readonly zoom: Interval | null;
}

/** The one owner of the page's state. However much arrives between two frames, its listener is called once. */
export class Store {
  #state: PanelState;
  #drawing = false;

  constructor(
    preferences: Preferences,
    private readonly listener: (state: PanelState) => void,
    private readonly nextFrame: (draw: () => void) => unknown,
  ) {
    this.#state = { snapshot: null, preferences, zoom: null };
  }

  get state(): PanelState {
    return this.#state;
  }

  /** Takes in what the editor says. */
  receive(message: ToPanel): void {
    const { snapshot } = this.#state;
    switch (message.type) {
      case 'snapshot':
        this.#show(message.snapshot);
        return;
      case 'events':
        if (snapshot === null) return;
        this.#show({ ...snapshot, run: message.events.reduce(advanceRun, snapshot.run) });
        return;
      default:
        message satisfies never;
    }
  }

  /** Changes how things are looked at. Another axis starts unzoomed. */
  prefer(change: Partial<Preferences>): void {
    const preferences = { ...this.#state.preferences, ...change };
    const zoom = change.axis === undefined ? this.#state.zoom : null;
    this.#change({ preferences, zoom });
  }

  /** Looks at a stretch of the horizontal axis; null for all of it. */
  zoomTo(zoom: Interval | null): void {
    this.#change({ zoom });
  }

  /** Draws everything again: the theme has changed. */
  touch(): void {
    this.#change({});
  }

  /** Another run is looked at as a whole. */
  #show(snapshot: PanelSnapshot): void {
    const isSameRun = this.#state.snapshot?.run?.started.folder === snapshot.run?.started.folder;
    this.#change({ snapshot, zoom: isSameRun ? this.#state.zoom : null });
  }

  #change(change: Partial<PanelState>): void {
    this.#state = { ...this.#state, ...change };
    if (this.#drawing) return;
    this.#drawing = true;
    this.nextFrame(() => {
      this.#drawing = false;
      this.listener(this.#state);
    });
  }
}
