import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { type ListedModel, listModels } from '../../model/modelFolder';
import type { ModelReference, Session } from '../session';
import type { Settings } from '../settings';

/** A model that can be read; it has no weights yet while `description.best` is null. */
export type ReadableModel = Extract<ListedModel, { kind: 'model' }>;

const rememberedKey = 'activeModel';

/** The models that this window can see, and which of them writes: remembered by workspace, else the newest. */
export class Models {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
    private readonly settings: () => Settings,
  ) {}

  /** Folders that hold models: of each workspace folder, and of the user for what has no folder. */
  get shelves(): readonly string[] {
    const named = this.settings().modelsFolder;
    const own = join(this.context.globalStorageUri.fsPath, 'models');
    if (isAbsolute(named)) return [named, own];
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    return [...folders.map(({ uri }) => join(uri.fsPath, named)), own];
  }

  /** Where a new model trained on this root goes: into the workspace folder that holds it, else to the user's own. */
  shelfFor(root: string): string {
    const named = this.settings().modelsFolder;
    if (isAbsolute(named)) return named;
    const folder =
      vscode.workspace.getWorkspaceFolder(vscode.Uri.file(root)) ??
      vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
    return folder?.uri.scheme === 'file' ? join(folder.uri.fsPath, named) : (this.shelves.at(-1) ?? named);
  }

  /** Every model and every damaged one, newest first. */
  async list(): Promise<readonly ListedModel[]> {
    const shelves = await Promise.all([...new Set(this.shelves)].map((shelf) => listModels(shelf)));
    return shelves.flat().sort((one, other) => createdOf(other).localeCompare(createdOf(one)));
  }

  /** Models that can write, newest first. */
  async usable(): Promise<readonly ReadableModel[]> {
    const models = await this.list();
    return models.filter((model) => model.kind === 'model').filter(({ description }) => description.best !== null);
  }

  /** The model that writes; the session is told of it. Null where there is none. */
  async active(): Promise<ModelReference | null> {
    const models = await this.usable();
    const remembered = this.context.workspaceState.get<string>(rememberedKey);
    const model = models.find(({ folder }) => folder === remembered) ?? models[0];
    const reference = model === undefined ? null : { name: model.description.name, folder: model.folder };
    const known = this.session.state.activeModel;
    if (known?.folder !== reference?.folder || known?.name !== reference?.name) this.session.use(reference);
    return reference;
  }

  /** From now on this model writes in this workspace. */
  async use(model: ModelReference): Promise<void> {
    await this.context.workspaceState.update(rememberedKey, model.folder);
    this.session.use(model);
  }
}

function createdOf(model: ListedModel): string {
  return model.kind === 'model' ? model.description.created : '';
}
