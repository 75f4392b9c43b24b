// `npm run faults [-- --deed NAME] [--kind KIND] [--every N] [--at N]`: all deeds with a fault at every operation in turn, or at
// every Nth, and a table of what came of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Campaign, type Finding } from './campaign';
import { deeds } from './deeds';
import { type FaultKind, faultKinds } from './faultKind';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { deed: { type: 'string' }, kind: { type: 'string' }, every: { type: 'string' }, at: { type: 'string' } },
  });
  const cache = mkdtempSync(join(tmpdir(), 'textloom-cache-'));
  process.env['TEXTLOOM_CACHE'] = cache;
  const campaign = new Campaign();
  try {
    const names = Object.keys(deeds).filter((name) => values.deed === undefined || name === values.deed);
    const kinds = faultKinds.filter((kind) => values.kind === undefined || kind === values.kind);
    console.log('| deed | fault | tried | done all the same | said so | killed | wrong |');
    console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: |');
    let wrong = 0;
    for (const name of names) {
      for (const kind of kinds) {
        const findings = await tryAll(campaign, name, kind, Number(values.every ?? 1), Number(values.at ?? 0));
        const count = (end: Finding['end']) => findings.filter((finding) => finding.end === end).length;
        const counts = (['done', 'said', 'killed', 'wrong'] as const).map(count);
        console.log(`| ${[name, kind, findings.length, ...counts].join(' | ')} |`);
        wrong += count('wrong');
      }
    }
    return wrong === 0 ? 0 : 1;
  } finally {
    campaign.dispose();
    rmSync(cache, { recursive: true, force: true });
  }
}

/** @param only the one operation to try; 0 for all of them */
async function tryAll(campaign: Campaign, deed: string, kind: FaultKind, every: number, only: number) {
  const last = await campaign.operations(deed, kind);
  const findings: Finding[] = [];
  for (let at = only || 1; at <= (only || last); at += every) {
    const finding = await campaign.try({ deed, kind, at });
    findings.push(finding);
    if (finding.end === 'wrong') {
      console.error(`  ${deed}, ${kind} at ${await campaign.describe(finding.trial)}: ${finding.faults.join('; ')}`);
    }
  }
  return findings;
}

void main().then((code) => process.exit(code));
