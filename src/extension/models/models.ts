/**
 * extension/models/: saved models: the view, the one that writes, and what can be done with each.
 */
import { basename, dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { ListedModel } from '../../model/modelList';
import type { ModelReference, Session } from '../session';
import type { Settings } from '../settings';
import { KnownModels } from './knownModels';

/** A model that can be read; it has no weights yet while `description.best` is null. */
export type ReadableModel = Extract<ListedModel, { kind: 'model' }>;

/** A folder that holds models. */
export interface Shelf {
  /** Absolute path; the folder is made when the first model is put there. */
  readonly folder: string;
  /** What it is called in the editor. */
  readonly label: string;
  /** Of one workspace folder, of the folder that a setting names, or of the user, whatever is open. */
  readonly kind: 'workspace' | 'setting' | 'user';
}

const rememberedKey = 'activeModel';

/** The models that this window can see, and which of them writes: remembered by workspace, else the newest. */
export class Models {
  private readonly known = new KnownModels();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
    private readonly settings: () => Settings,
  ) {}

  /** Where models are: a shelf for each workspace folder, or the one that a setting names, and the user's own. */
  get shelves(): readonly Shelf[] {
    const named = this.settings().modelsFolder;
    const own: Shelf = {
      folder: join(this.context.globalStorageUri.fsPath, 'models'),
      label: 'In Every Workspace',
      kind: 'user',
    };
    if (isAbsolute(named)) return [{ folder: named, label: basename(named), kind: 'setting' }, own];
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const shelves = folders.map(({ uri, name }) => {
      return { folder: join(uri.fsPath, named), label: name, kind: 'workspace' } as const;
    });
    return [...shelves, own];
  }

  /** Where a new model trained on this root goes: into the workspace folder that holds it, else to the user's own. */
  shelfFor(root: string): string {
    const named = this.settings().modelsFolder;
    if (isAbsolute(named)) return named;
    const folder =
      vscode.workspace.getWorkspaceFolder(vscode.Uri.file(root)) ??
      vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
    return folder?.uri.scheme === 'file' ? join(folder.uri.fsPath, named) : (this.shelves.at(-1)?.folder ?? named);
  }

  /** Every model of one folder of models and every damaged one, newest first. */
  async listShelf(folder: string): Promise<readonly ListedModel[]> {
    return [...(await this.known.list(folder))].sort(newestFirst);
  }

  /** Every model and every damaged one, newest first. */
  async list(): Promise<readonly ListedModel[]> {
    const folders = new Set(this.shelves.map(({ folder }) => folder));
    const shelves = await Promise.all([...folders].map((folder) => this.known.list(folder)));
    return shelves.flat().sort(newestFirst);
  }

  /** Models that can be read, with weights or without, newest first. */
  async intact(): Promise<readonly ReadableModel[]> {
    return (await this.list()).filter((model) => model.kind === 'model');
  }

  /** Models that can write, newest first. */
  async usable(): Promise<readonly ReadableModel[]> {
    return (await this.intact()).filter(({ description }) => description.best !== null);
  }

  /** The model that writes; the session is told of it. Null where there is none. */
  async active(): Promise<ModelReference | null> {
    const model = (await this.remembered()) ?? (await this.usable())[0];
    const reference = model === undefined ? null : { name: model.description.name, folder: model.folder };
    const { activeModel: known, modelsKnown } = this.session.state;
    const isOther = known?.folder !== reference?.folder || known?.name !== reference?.name;
    if (isOther || !modelsKnown) this.session.use(reference);
    return reference;
  }

  /** The model that was chosen, while it is there and can write: looked at alone, for whoever waits for what it writes. */
  private async remembered(): Promise<ReadableModel | undefined> {
    const folder = this.context.workspaceState.get<string>(rememberedKey);
    if (folder === undefined || !this.shelves.some((shelf) => shelf.folder === dirname(folder))) return undefined;
    const model = await this.known.look(folder);
    return model?.kind === 'model' && model.description.best !== null ? model : undefined;
  }

  /** From now on this model writes in this workspace. */
  async use(model: ModelReference): Promise<void> {
    await this.context.workspaceState.update(rememberedKey, model.folder);
    this.session.use(model);
  }

  /** A model has got another folder or another name: what is remembered of it follows. */
  async follow(from: string, to: ModelReference): Promise<void> {
    if (this.context.workspaceState.get<string>(rememberedKey) === from) {
      await this.context.workspaceState.update(rememberedKey, to.folder);
    }
    this.session.relocate(from, to);
    await this.active();
  }
}

/** The order of lists: damaged models, whose age isn't known, come last. */
function newestFirst(one: ListedModel, other: ListedModel): number {
  return createdOf(other).localeCompare(createdOf(one));
}

function createdOf(model: ListedModel): string {
  return model.kind === 'model' ? model.description.created : '';
}
