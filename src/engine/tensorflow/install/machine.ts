import { runProgram, type RunProgram } from './program';

/** What the installer needs to know of, and do on, the machine: one object, so that a test can be another machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Version of glibc; undefined where the system has another C library. */
  readonly glibc: string | undefined;
  readonly run: RunProgram;
  /** Whether a host answers at all, in a few seconds. */
  isReachable(url: string, env: NodeJS.ProcessEnv): Promise<boolean>;
}

const probeSeconds = 5;

/** The machine that this runs on. */
export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  get glibc() {
    const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
    return report.header.glibcVersionRuntime;
  },
  run: runProgram,
  async isReachable(url, env) {
    // Node's fetch does not go through a proxy, the official installer does: let it try.
    if (proxyVariables.some((name) => env[name] !== undefined && env[name] !== '')) return true;
    try {
      await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(probeSeconds * 1000) });
      return true;
    } catch {
      return false;
    }
  },
};

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
