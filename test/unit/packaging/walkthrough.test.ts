import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';

interface Step {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly image: Readonly<Record<string, string>>; readonly altText: string };
  readonly completionEvents: readonly string[];
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly walkthroughs: readonly { readonly id: string; readonly steps: readonly Step[] }[];
  };
};
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
const own = new Set(contributes.commands.map(({ command }) => command));

describe('the walkthrough', () => {
  it('has a picture that ships for each step, in light and in dark, and says what is on it', () => {
    assert.ok(steps.length >= 4);
    for (const { id, media } of steps) {
      for (const kind of ['dark', 'light', 'hc', 'hcLight']) {
        const file = media.image[kind]!;
        assert.match(file, /^media\/walkthrough\//, id);
        assert.ok(existsSync(file) && statSync(file).size < 400_000, file);
      }
      assert.ok(media.altText.length > 20, id);
    }
  });

  it('completes each step by itself, by what the extension tells or the editor knows', () => {
    const keys = readFileSync('src/extension/contextKeys.ts', 'utf8');
    for (const { id, completionEvents } of steps) {
      assert.ok(completionEvents.length > 0, id);
      for (const event of completionEvents) {
        const [kind, what = ''] = event.split(/:(.*)/s);
        if (kind === 'onCommand') assert.ok(own.has(what), event);
        else assert.ok(keys.includes(`'${/^textloom[\w.]+/.exec(what)![0]}'`), event);
      }
    }
  });

  it('links to commands that there are', () => {
    for (const { description } of steps) {
      const linked = [...description.matchAll(/command:([\w.]+)/g)].map(([, command]) => command!);
      assert.ok(linked.length > 0);
      for (const command of linked) assert.ok(own.has(command) || command.startsWith('vscode.'), command);
    }
  });
});
