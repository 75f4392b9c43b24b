import { readFileSync } from 'node:fs';
import { fittedLaw, likelyLoss, type ScalingLaw } from '../../src/training/forecast/scalingLaw';
import type { Observation } from './collect';

/** Fits the law to observations by least squares of the loss, and prints it beside how far it is off. */
export function fit(path: string): Promise<void> {
  const observations = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Observation);
  const law = minimise((numbers) => error(observations, lawOf(numbers)), Object.values(fittedLaw));
  console.log(lawOf(law.map((value) => Number(value.toPrecision(3)))));
  report(observations, lawOf(law));
  console.log('\nLeft out of the fit, one corpus after the other:');
  for (const corpus of new Set(observations.map((each) => each.corpus))) {
    const others = observations.filter((each) => each.corpus !== corpus);
    const without = minimise((numbers) => error(others, lawOf(numbers)), law);
    report(
      observations.filter((each) => each.corpus === corpus),
      lawOf(without),
    );
  }
  return Promise.resolve();
}

function lawOf([end = 0, endBySize = 0, pace = 0]: readonly number[]): ScalingLaw {
  return { end, endBySize, pace };
}

function predicted(
  { probe, early, probeOperations, baseline, trainingTokens, operations }: Observation,
  law: ScalingLaw,
): number {
  const probed = { natsPerCharacter: probe, early, operations: probeOperations };
  return likelyLoss({ probe: probed, baseline, trainingTokens }, { operations }, law);
}

function error(observations: readonly Observation[], law: ScalingLaw): number {
  return observations.reduce((sum, each) => sum + (predicted(each, law) - each.natsPerCharacter) ** 2, 0);
}

function report(observations: readonly Observation[], law: ScalingLaw): void {
  for (const each of observations) {
    const { corpus, asked, natsPerCharacter } = each;
    const forecast = predicted(each, law);
    const off = forecast - natsPerCharacter;
    console.log(
      `${corpus.padEnd(16)} ${String(asked).padStart(5)} s  forecast ${forecast.toFixed(3)}  reached ${natsPerCharacter.toFixed(3)}  ${off < 0 ? '' : '+'}${off.toFixed(3)}${Math.abs(off) > 0.1 ? '  (!)' : ''}`,
    );
  }
}

/** The place of the lowest value near a start: the simplex method of Nelder and Mead (1965). */
function minimise(value: (place: readonly number[]) => number, start: readonly number[]): readonly number[] {
  let simplex = [start, ...start.map((_, i) => start.map((x, j) => (i === j ? x + 0.05 : x)))].map((place) => ({
    place,
    at: value(place),
  }));
  const blend = (from: readonly number[], to: readonly number[], share: number) => {
    const place = from.map((x, i) => x + share * ((to[i] ?? 0) - x));
    return { place, at: value(place) };
  };
  for (let round = 0; round < 4000; round++) {
    simplex = simplex.sort((one, other) => one.at - other.at);
    const best = simplex[0];
    const worst = simplex.at(-1);
    if (best === undefined || worst === undefined) return start;
    const others = simplex.slice(0, -1);
    const centre = start.map((_, i) => others.reduce((sum, { place }) => sum + (place[i] ?? 0), 0) / others.length);
    const reflected = blend(worst.place, centre, 2);
    const tried = reflected.at < best.at ? blend(worst.place, centre, 3) : reflected;
    const taken = [tried, reflected, blend(worst.place, centre, 0.5)].find(({ at }) => at < worst.at);
    simplex = taken ? [...others, taken] : simplex.map(({ place }) => blend(best.place, place, 0.5));
  }
  return simplex[0]?.place ?? start;
}
