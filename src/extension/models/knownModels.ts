import { join } from 'node:path';
import { fileStamp } from '../../base/fileStamp';
import type { ModelDescription } from '../../model/description';
import { modelFiles } from '../../model/modelFiles';
import { type ListedModel, listModels, lookForModel } from '../../model/modelList';
import { readDescription } from '../../model/readModel';
import { UnsafePathError } from '../../model/unsafePath';

/** Lists folders of models, and reads of them only what has changed since: a training changes one model again and again. */
export class KnownModels {
  private readonly known = new Map<string, { readonly stamp: string; readonly description: ModelDescription }>();

  constructor(private readonly readFromDisk = readDescription) {}

  /** As {@link listModels}; none where the folder of models itself is a link that may have come with its workspace. */
  list(shelf: string): Promise<readonly ListedModel[]> {
    return listModels(shelf, (folder) => this.read(folder)).catch((error: unknown) => {
      if (error instanceof UnsafePathError) return [];
      throw error;
    });
  }

  /** As {@link lookForModel}. */
  look(folder: string): Promise<ListedModel | undefined> {
    return lookForModel(folder, (path) => this.read(path));
  }

  private async read(folder: string): Promise<ModelDescription> {
    // Taken before the files are read: of what changes meanwhile the next reading sees another stamp.
    const stamp = await stampOfModel(folder);
    const known = this.known.get(folder);
    if (known?.stamp === stamp) return known.description;
    this.known.delete(folder);
    const description = await this.readFromDisk(folder);
    this.known.set(folder, { stamp, description });
    return description;
  }
}

/** What tells one state of a model's files from another: every write makes a new file. */
function stampOfModel(folder: string): Promise<string> {
  return fileStamp([modelFiles.description, modelFiles.weights].map((name) => join(folder, name)));
}
