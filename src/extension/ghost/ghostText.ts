/**
 * extension/ghost/: suggestions in grey while one types, and when to keep still.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { defaultSampling } from '../../generation/options';
import { afterActivation } from '../afterActivation';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { describeFailure } from '../failure';
import { type CursorPrompt, promptBefore } from '../generation/prompt';
import type { WrittenText } from '../generation/writtenText';
import type { Models } from '../models/models';
import type { Session } from '../session';
import type { Settings } from '../settings';
import { isSuggestiblePlace, tidySuggestion } from './suggestible';
import { SuggestionCache } from './suggestionCache';
import type { Switches } from './switches';

/** Close to the likeliest, without falling into its repetitions. */
const temperature = 0.3;

/** Longer than any suggestion: what one copies is refused where it is to be, and not named. */
const neverNamed = 10_000;

/**
 * Suggests how the text goes on, in grey after the cursor. The editor is asked to call it only once ghost text is on
 * somewhere; each call waits until the typing rests, and is given up with the next key.
 */
export class GhostText implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  private readonly cache = new SuggestionCache();
  private registration: vscode.Disposable | undefined;
  private readonly listening: vscode.Disposable;

  constructor(
    private readonly session: Pick<Session, 'state'>,
    private readonly background: Pick<BackgroundProcess, 'generate'>,
    private readonly models: Pick<Models, 'active'>,
    private readonly settings: () => Settings,
    private readonly written: Pick<WrittenText, 'before' | 'offer'>,
    private readonly switches: Pick<Switches, 'onDidChange' | 'isOnAnywhere' | 'silence'>,
    private readonly log: (line: string) => void,
  ) {
    this.listening = vscode.Disposable.from(
      switches.onDidChange(() => this.register()),
      afterActivation(() => this.register()),
    );
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[] | undefined> {
    if (context.selectedCompletionInfo !== undefined || !this.mayStand(document, position)) return undefined;
    const folder = this.session.state.activeModel?.folder ?? (await this.models.active())?.folder;
    if (folder === undefined) return undefined;
    const key = `${folder}\n${document.uri.toString()}`;
    const offset = document.offsetAt(position);
    const prompt = promptBefore(document, position, this.settings()['generation.promptLength']);
    const before = prompt.prompt;
    const known = this.cache.find(key, offset, before);
    if (known !== undefined) return this.offer(document, position, known);
    if (context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic) {
      await sleep(this.settings()['ghostText.delay']);
      if (token.isCancellationRequested) return undefined;
    }
    const read = this.written.before(document, position);
    const text = await this.draw(folder, { ...prompt, read }, token);
    if (text === undefined || token.isCancellationRequested) return undefined;
    this.cache.add({ key, offset, before, text });
    return this.offer(document, position, text);
  }

  dispose(): void {
    this.registration?.dispose();
    this.listening.dispose();
  }

  private offer(document: vscode.TextDocument, position: vscode.Position, text: string): vscode.InlineCompletionItem[] {
    this.written.offer(document, document.offsetAt(position), text);
    return [new vscode.InlineCompletionItem(text, new vscode.Range(position, position))];
  }

  private register(): void {
    if (!this.switches.isOnAnywhere) {
      this.registration?.dispose();
      this.registration = undefined;
      return;
    }
    this.registration ??= vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, this);
  }

  private mayStand(document: vscode.TextDocument, position: vscode.Position): boolean {
    if (this.session.state.generating > 0 || this.switches.silence(document) !== undefined) return false;
    const editor = vscode.window.activeTextEditor;
    const isSelected = editor?.document === document && editor.selections.some((selection) => !selection.isEmpty);
    return !isSelected && isSuggestiblePlace(document.lineAt(position).text.slice(position.character));
  }

  /** What the model would write; a failure is no reason to disturb whoever types. */
  private async draw(
    folder: string,
    prompt: CursorPrompt,
    token: vscode.CancellationToken,
  ): Promise<string | undefined> {
    const settings = this.settings();
    const length = settings['ghostText.length'];
    try {
      const { text, stopped } = await this.background.generate(
        {
          folder,
          ...prompt,
          sampling: { ...defaultSampling, temperature, seed: 1 },
          stop: { characters: length, at: 'line' },
          copies: { nameFrom: neverNamed, refuseFrom: settings['copies.refuseFrom'] },
          memory: settings['ghostText.memory'] ? settings['generation.memory'] : 'off',
          isTrial: true,
        },
        () => undefined,
        token,
      );
      return tidySuggestion(text, stopped === 'length');
    } catch (error) {
      const failure = describeFailure(error);
      if (failure.kind === 'told') this.log(`No ghost text: ${failure.details}`);
      return undefined;
    }
  }
}
