import * as vscode from 'vscode';
import type { BackgroundSettings } from '../protocol/background';
import type { Reporter } from './reporter';
import { readSettings, type Settings } from './settings';

/** The settings as they are now: read once, and again when they change. What is wrong in them is named once. */
export class CurrentSettings implements vscode.Disposable {
  private cached: Settings | undefined;
  private readonly changed = new vscode.EventEmitter<Settings>();
  private readonly listening: vscode.Disposable;
  private readonly named = new Set<string>();

  /** Fires with the new settings after a change of any of them. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly reporter: Reporter) {
    this.listening = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('textloom')) return;
      this.cached = undefined;
      this.changed.fire(this.get());
    });
  }

  readonly get = (): Settings => (this.cached ??= this.read());

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }

  private read(): Settings {
    const configuration = vscode.workspace.getConfiguration('textloom');
    const { settings, faults } = readSettings((name) => configuration.get(name));
    for (const fault of faults.filter((fault) => !this.named.has(fault))) {
      this.named.add(fault);
      this.reporter.mention(`Settings: ${fault}`);
    }
    return settings;
  }
}

/** What the background process obeys. */
export function backgroundSettings(settings: Settings): BackgroundSettings {
  return {
    engine: settings.engine,
    threads: settings.threads,
    effort: settings['background.effort'],
    pauseOnBattery: settings['background.pauseOnBattery'],
    idleSeconds: settings.idleMinutes * 60,
  };
}
