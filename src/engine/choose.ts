import { formatCount } from '../base/format';
import type { Architecture } from '../model/model';
import { type Engine, EngineUnavailableError } from './engine';
import type { EngineChoice, EngineName } from './engineNames';
import { type EnginePlaces, type EngineSource, type EngineSources, engineSources } from './engines';
import { isDecisive } from './relativeSpeed';
import { measureSpeed } from './stopwatch';

/** What decides which engine trains. */
export interface EngineRequest extends EnginePlaces {
  /** The user's choice, which is kept where it can be; `auto` leaves it to the sizes and the machine. */
  readonly preference: EngineChoice;
  readonly architecture: Architecture;
  /** Time steps of a batch. */
  readonly length: number;
  /** Streams of a batch. */
  readonly streams: number;
  /** Seconds that it is to train, where that is known: what an engine needs to its first step is counted against it. */
  readonly seconds?: number;
}

/** An engine ready for use, and one sentence, for the log and the panel, that says why it is this one. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly reason: string;
}

/** What engines there are, and how they are timed. */
interface Means {
  readonly sources: EngineSources;
  /** Milliseconds. */
  readonly now: () => number;
}

const usualMeans: Means = { sources: engineSources, now: () => performance.now() };

/**
 * Loads the engine that trains this model fastest here, or the one asked for; another one where that can't run.
 * @throws EngineUnavailableError when none can: what stopped the first.
 */
export async function chooseEngine(request: EngineRequest, means = usualMeans): Promise<ChosenEngine> {
  const { preference } = request;
  const wanted = preference === 'auto' ? 'wasm' : preference;
  try {
    if (preference === 'auto') return await chooseFastest(request, means);
    return { engine: await loadAsked(means.sources[preference], request), reason: 'It was asked for.' };
  } catch (error) {
    if (!(error instanceof EngineUnavailableError)) throw error;
    for (const name of namesOf(means).filter((other) => other !== wanted)) {
      const engine = await unlessUnavailable(means.sources[name].load(request));
      if (!(engine instanceof EngineUnavailableError)) return { engine, reason: error.message };
    }
    throw error;
  }
}

/** @throws EngineUnavailableError where it isn't there, can't run, or would take minutes to its first step */
async function loadAsked(source: EngineSource, request: EngineRequest): Promise<Engine> {
  const { longestAsked } = source;
  if (request.length <= longestAsked) return source.load(request);
  throw new EngineUnavailableError(
    request.preference === 'auto' ? 'wasm' : request.preference,
    `${source.label} would take minutes to prepare sequences of ${formatCount(request.length)} tokens.`,
    `Use the built-in engine, or sequences of at most ${longestAsked}.`,
  );
}

function namesOf({ sources }: Means): readonly EngineName[] {
  return Object.keys(sources) as EngineName[];
}

async function unlessUnavailable<T>(loading: Promise<T>): Promise<T | EngineUnavailableError> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof EngineUnavailableError) return error;
    throw error;
  }
}

/** An engine that may train faster than the built-in one. */
interface Rival {
  readonly source: EngineSource;
  /** Share of the time that is left once it is ready for its first step. */
  readonly left: number;
  /** By the table, for all of the time; null where that says nothing. */
  readonly tabled: number | null;
}

/** The built-in engine, or of its rivals the one that is most worth it. */
async function chooseFastest(request: EngineRequest, means: Means): Promise<ChosenEngine> {
  const builtIn = await means.sources.wasm.load(request);
  const others = namesOf(means).filter((name) => name !== 'wasm');
  const installed = others.filter((name) => means.sources[name].isInstalled(request));
  if (installed.length === 0) {
    return {
      engine: builtIn,
      reason: others.map((name) => `${means.sources[name].label} is not installed.`).join(' '),
    };
  }
  const { architecture, length, seconds = Infinity } = request;
  const sources = installed.map((name) => means.sources[name]);
  const rivals = sources
    .filter(({ longestByItself }) => length <= longestByItself)
    .map((source) => {
      const left = Math.max(0, 1 - source.secondsToFirstStep(architecture, length) / seconds);
      const tabled = source.tabledAdvantage(builtIn, architecture);
      return { source, left, tabled: tabled === null ? null : tabled * left };
    });
  const speed = rivals.every(isSettled) ? null : measureSpeed(builtIn, request, means.now);
  let best: Contest = { engine: builtIn, advantage: worthwhile, reason: '' };
  const kept = sources.flatMap(({ label, longestByItself }) =>
    length > longestByItself ? [`${label} takes long to prepare sequences of ${formatCount(length)} tokens.`] : [],
  );
  for (const rival of rivals) {
    const contest = await compete(rival, speed, request, means);
    if (contest.engine !== null && contest.advantage > best.advantage) {
      best.engine?.dispose();
      best = contest;
    } else {
      contest.engine?.dispose();
      kept.push(contest.reason);
    }
  }
  return { engine: best.engine ?? builtIn, reason: best.engine === builtIn ? kept.join(' ') : best.reason };
}

/** Whether the table is decisive, so that nothing need be timed. */
function isSettled({ tabled }: Rival): boolean {
  return tabled !== null && isDecisive(tabled);
}

/** How a rival does beside the built-in engine. */
interface Contest {
  /** Null where it needn't be loaded, or can't be. */
  readonly engine: Engine | null;
  readonly advantage: number;
  /** Why it is taken, or the built-in one kept. */
  readonly reason: string;
}

/** @param speed of the built-in engine; null where the table decides or timing takes too long */
async function compete(
  rival: Rival,
  speed: number | null,
  request: EngineRequest,
  { sources, now }: Means,
): Promise<Contest> {
  const { source, left, tabled } = rival;
  const goesByTable = isSettled(rival) || speed === null;
  if (goesByTable && tabled === null) {
    const reason = 'This model is too large to measure quickly which engine trains it faster.';
    return { engine: null, advantage: 0, reason };
  }
  if (goesByTable && tabled !== null && tabled <= worthwhile) {
    return { engine: null, advantage: tabled, reason: whyKept(source, tabled, byTable) };
  }
  const engine = await unlessUnavailable(source.load(request));
  if (engine instanceof EngineUnavailableError) return { engine: null, advantage: 0, reason: engine.message };
  // One that is far slower than the other isn't timed to the end.
  const measured = goesByTable ? null : (left * (measureSpeed(engine, request, now) ?? 0)) / speed;
  const advantage = measured ?? tabled ?? 0;
  const basis = measured === null ? byTable : 'Measured just now';
  const isBetter = advantage > worthwhile;
  const reason = isBetter ? comparison(basis, advantage, sources.wasm) : whyKept(source, advantage, basis);
  return { engine, advantage, reason };
}

const byTable = 'By the table of measurements';

/**
 * What another engine must be faster by: near a dead heat, the built-in one is better, which takes less memory and can change
 * its threads.
 */
const worthwhile = 1.05;

function whyKept(rival: EngineSource, advantage: number, basis: string): string {
  const { phrase } = rival;
  if (advantage <= 0) return `${basis}, ${phrase} is far slower.`;
  if (advantage > 1 / worthwhile)
    return `${basis}, it trains this model about as fast as ${phrase} and needs less memory.`;
  return comparison(basis, 1 / advantage, rival);
}

function comparison(basis: string, times: number, { phrase }: EngineSource): string {
  return `${basis}, it trains this model ${times.toFixed(1)} times as fast as ${phrase}.`;
}
