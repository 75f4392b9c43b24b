import type { PanelSnapshot, ToPanel } from '../../protocol/panel';
import { advanceRun } from '../../training/record/run';
import { hasType } from '../page/messages';
import type { Taking } from '../page/store';

const types: Readonly<Record<ToPanel['type'], true>> = { snapshot: true, events: true };

/** Whether a message is one of the editor's: whatever else is posted to the page is none of its business. */
export function isToPanel(message: unknown): message is ToPanel {
  return hasType(message, types);
}

/** How the panel takes in what the editor says: a snapshot replaces everything, events go on from it. */
export const panelTaking: Taking<PanelSnapshot, ToPanel> = {
  advance: (snapshot, message) => {
    switch (message.type) {
      case 'snapshot':
        return message.snapshot;
      case 'events':
        return snapshot === null
          ? null
          : { ...snapshot, ...message.surroundings, run: message.events.reduce(advanceRun, snapshot.run) };
      default:
        message satisfies never;
        return snapshot;
    }
  },
  subject: (snapshot) => snapshot?.run?.started.folder,
};
