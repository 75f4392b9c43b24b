// Does one deed: `node --require injector.js program.js DEED FOLDER`. Ends with 0, or with 1 and an error as one line of JSON.
import { benchIn } from './bench';
import { deeds } from './deeds';

async function main(name: string, folder: string): Promise<void> {
  const deed = deeds[name];
  if (deed === undefined) throw new Error(`There is no deed "${name}".`);
  await deed.act(benchIn(folder));
}

const [, , name = '', folder = ''] = process.argv;
main(name, folder).then(
  () => process.exit(0),
  (error: unknown) => {
    const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
    process.stdout.write(JSON.stringify({ name: kind, message }), () => process.exit(1));
  },
);
