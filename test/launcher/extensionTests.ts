import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { readReport, type ReportLine, reportVariable } from '../harness/report';
import { startBrowser } from './browser';
import { desktopEditor, runOnDesktop } from './desktop';
import { photographFailure, watchPage } from './failurePictures';
import { root } from './places';
import { type EditorServer, type ServerOptions, startServer } from './server';
import { freshUser } from './userFolder';

/** A test module to run inside the extension host. */
export interface ExtensionTestOptions extends Omit<ServerOptions, 'userData' | 'testModule'> {
  /** Absolute path of a module whose `run()` resolves when all is well and rejects otherwise. */
  readonly testModule: string;
  readonly timeoutSeconds: number;
  /** Every line that the editor logs, the extension host's console among them. */
  readonly onLog?: (line: string) => void;
}

/** What came of it. */
export interface ExtensionTestRun {
  /** What the test module has reported (see test/harness/). */
  readonly report: readonly ReportLine[];
  /** Why the run ended otherwise than with exit code 0; undefined when it did. */
  readonly failure: string | undefined;
}

type Placed = ExtensionTestOptions & { readonly userData: string };

/**
 * Runs a test module inside the real extension host, of the desktop editor where there is one that starts, else of the
 * browser edition. Never rejects: see {@link ExtensionTestRun.failure}.
 */
export async function runExtensionTests(options: ExtensionTestOptions): Promise<ExtensionTestRun> {
  const executable = desktopEditor();
  if (executable !== undefined) {
    const run = await reported(options, (placed) => runOnDesktop(executable, placed));
    if (run.report.length > 0) return run;
    options.onLog?.(
      `Desktop VS Code ran no test here (${run.failure ?? 'no reason given'}): on to the browser edition.`,
    );
  }
  return await reported(options, runInBrowserEdition);
}

/** Runs tests with a fresh user, whose folder holds the report as well. */
async function reported(
  options: ExtensionTestOptions,
  run: (placed: Placed) => Promise<void>,
): Promise<ExtensionTestRun> {
  const user = freshUser();
  const file = join(user.path, 'report.jsonl');
  const env = { ...options.env, [reportVariable]: file, TEXTLOOM_ROOT: root };
  try {
    const failure = await run({ ...options, env, userData: user.path }).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    return { report: readReportFile(file), failure };
  } finally {
    user.remove();
  }
}

function readReportFile(file: string): ReportLine[] {
  try {
    return readReport(readFileSync(file, 'utf8'));
  } catch {
    return []; // No test has run.
  }
}

/** @throws Error when the editor does not start, ends too early, takes too long, or ends with another code than 0. */
async function runInBrowserEdition(options: Placed): Promise<void> {
  const server = await startServer(options);
  try {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      watchPage(page);
      const code = await exitCode(page, server, options);
      if (code !== 0) throw new Error(`The test run failed with code ${code}.`);
    } catch (error) {
      await photographFailure('tests in the editor');
      throw error;
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

/** Opens the window and waits for the exit code: settled by just one of that, an end before it, and the time. */
async function exitCode(page: Page, server: EditorServer, options: ExtensionTestOptions): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      const fail = (reason: string): void => reject(new Error(reason));
      timer = setTimeout(
        () => fail(`The tests in the editor did not end in ${options.timeoutSeconds} s.`),
        options.timeoutSeconds * 1000,
      );
      void server.ended.then((words) => fail(`The editor's server ended:\n${words}`));
      page.context().once('close', () => fail('The browser ended.'));
      page.once('crash', () => fail('The browser page crashed.'));
      openWindow(page, server, resolve, options.onLog).catch(reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The workbench of an extension test calls these two functions of its page, when they are there. */
async function openWindow(
  page: Page,
  server: EditorServer,
  onExit: (code: number) => void,
  onLog: ((line: string) => void) | undefined,
): Promise<void> {
  await page.exposeFunction('codeAutomationExit', onExit);
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    onLog?.(`[${type}] ${args.map(String).join(' ')}`);
  });
  await page.goto(server.url);
}
