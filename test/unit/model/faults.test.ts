import assert from 'node:assert/strict';
import { Campaign } from '../../faults/campaign';
import { deeds } from '../../faults/deeds';
import { faultKinds } from '../../faults/faultKind';

/**
 * Where in a deed faults are tried here, as shares of its operations: two of them where it trains. `npm run faults` tries all
 * operations with all kinds.
 */
const places = [0.35, 0.8];

describe('what is done to a model', () => {
  let campaign: Campaign;
  before(() => (campaign = new Campaign()));
  after(() => campaign.dispose());

  for (const [index, deed] of Object.keys(deeds).entries()) {
    const kind = faultKinds[(index * 3) % faultKinds.length]!;
    it(`loses nothing and leaves nothing behind when a fault comes: ${deed}, ${kind}`, async function () {
      this.timeout(120_000);
      const operations = await campaign.operations(deed, kind);
      assert.ok(operations > 0);
      for (const place of index < 6 ? places : [places[index % 2]!]) {
        const trial = { deed, kind, at: Math.max(1, Math.round(place * operations)) };
        const { end, faults } = await campaign.try(trial);
        assert.deepEqual(faults, [], `${JSON.stringify(trial)} ${await campaign.describe(trial)}`);
        assert.ok(kind === 'kill' ? end === 'killed' : end !== 'wrong');
      }
    });
  }
});
