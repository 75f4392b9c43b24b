// Runs the editor's own test tool in a process of its own: the tool tells nobody which processes it has started, but
// with this one all of them can be ended. Takes its options as JSON.
import { runTests } from '@vscode/test-electron';

runTests(JSON.parse(process.argv[2] ?? '') as Parameters<typeof runTests>[0]).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
