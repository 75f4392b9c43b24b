import type { Models } from '../models/models';

/** Names of all models that are there. */
export async function namesOf(models: Models): Promise<readonly string[]> {
  const all = await models.list();
  return all.flatMap((model) => (model.kind === 'model' ? [model.description.name] : []));
}
