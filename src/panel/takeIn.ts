import type { PanelSnapshot, ToPanel } from '../protocol/panel';
import { advanceRun } from '../training/run';
import type { Taking } from './store';

/** How the panel takes in what the editor says: a snapshot replaces everything, events go on from it. */
export const panelTaking: Taking<PanelSnapshot, ToPanel> = {
  advance: (snapshot, message) => {
    switch (message.type) {
      case 'snapshot':
        return message.snapshot;
      case 'events':
        return snapshot === null ? null : { ...snapshot, run: message.events.reduce(advanceRun, snapshot.run) };
      default:
        return message satisfies never;
    }
  },
  subject: (snapshot) => snapshot?.run?.started.folder,
};
