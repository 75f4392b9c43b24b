import * as vscode from 'vscode';
import type { ScoreOptions, TextScore } from './api';
import type { BackgroundProcess } from './background/backgroundProcess';
import { scoreText } from './background/scoreText';
import { showGhostStatus } from './ghost/ghostStatus';
import { GhostText } from './ghost/ghostText';
import { Switches } from './ghost/switches';
import type { Models } from './models/models';
import { noModel } from './models/selectModel';
import type { Reporter } from './reporter';
import type { Session } from './session';
import type { Settings } from './settings';
import { isSecondHalf } from './surprise/codeUnits';
import type { Surprise } from './surprise/surprise';

/** What a model does beside writing at the cursor: it reads along, says how it finds a text, and suggests. */
export class ReadingFeatures implements vscode.Disposable {
  private readonly makeSurprise: () => Promise<Surprise>;
  private making: Promise<Surprise> | undefined;
  private readonly switches: Switches;
  private readonly subscriptions: vscode.Disposable;

  constructor(
    private readonly background: BackgroundProcess,
    private readonly models: Models,
    parts: {
      readonly context: vscode.ExtensionContext;
      readonly session: Session;
      readonly settings: () => Settings;
      readonly reporter: Reporter;
      readonly log: vscode.LogOutputChannel;
    },
  ) {
    const { context, session, settings, reporter, log } = parts;
    this.makeSurprise = async () => {
      const { Surprise } = await import('./surprise/surprise');
      return new Surprise(session, background, models, reporter);
    };
    this.switches = new Switches(context.workspaceState);
    this.subscriptions = vscode.Disposable.from(
      { dispose: () => void this.making?.then((surprise) => surprise.dispose()) },
      new GhostText(session, background, models, settings, this.switches, (line) => log.warn(line)),
      showGhostStatus(this.switches),
      this.switches,
    );
  }

  /** The colours of a document: made when they are first asked for. */
  surprise(): Promise<Surprise> {
    this.making ??= this.makeSurprise();
    return this.making;
  }

  /** Compares models on one text. */
  async compareModels(): Promise<void> {
    const { compareModels } = await import('./compare/compareModels');
    return compareModels(this.models, this.background);
  }

  /** How well a model predicts a text. @throws UserError where there is no model */
  async score(text: string, { model, token }: ScoreOptions = {}): Promise<TextScore> {
    const folder = model ?? (await this.models.active())?.folder;
    if (folder === undefined) throw noModel();
    const scored = await scoreText(this.background, { folder, text }, token);
    const bits = scored.bits.filter((_, unit) => !isSecondHalf(text, unit));
    return { bitsPerCharacter: scored.total / Math.LN2 / bits.length, bits };
  }

  /** The switches of ghost text as a list. @throws CancelledError when it is dismissed */
  async ghostMenu(): Promise<void> {
    const { showGhostMenu } = await import('./ghost/ghostMenu');
    return showGhostMenu(this.switches);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}
