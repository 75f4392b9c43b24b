/**
 * test/launcher/: starts a real VS Code with this extension, for tests and for `npm start`, whatever this machine has:
 * desktop VS Code where set-up could download it, else VS Code's browser edition and a headless Chromium, from npm.
 * scripts/setup/ puts them in .cache/ (`npm run setup -- --editor`); nothing is installed here. No test lives here.
 *
 * Inside the extension host: put `test/vscode/NAME.test.ts` (mocha, `import * as vscode from 'vscode'`) and run
 * `npm test -- vscode`.
 *
 * To press keys and to look, in `test/e2e/NAME.test.ts`, run by `npm test -- e2e`:
 *
 *     const session = await openSession({ workspace: folder, settings: { 'workbench.colorTheme': 'Dark Modern' } });
 *     try {
 *       await session.page.keyboard.press('Control+Shift+P');
 *       await session.page.keyboard.type('Textloom: Show Panel');
 *       await session.page.keyboard.press('Enter');
 *       const panel = await findWebview(session.page, { selector: '#chart' }); // a playwright Frame
 *       await session.page.screenshot({ path: 'test-output/panel.png' });
 *     } finally {
 *       await session.close(); // ends the browser, the server, the extension host and all of their children
 *     }
 *
 * Every run has a port, a user and a state of its own, so that several can go on at a time.
 */
export { type ExtensionTestRun, runExtensionTests } from './extensionTests';
export { type EditorServer, type ServerOptions, startServer } from './server';
export { type EditorSession, openSession, type SessionOptions } from './session';
export { findWebview, type WebviewSought } from './webview';
