import fc from 'fast-check';
import {
  decodeEvidence,
  encodeEvidence,
  EVIDENCE_NAMES,
  EVIDENCE_VERSION,
  RANKING_FEATURES,
  rankingFeatures,
} from '../../../../src/search/ranking/evidence-vector';
import { FIELD_FEATURES } from '../../../../src/search/ranking/field-evidence';
import type { HitEvidence } from '../../../../src/search/ranking/log-linear';

const value = fc.oneof(fc.constant(NaN), fc.float({ noNaN: true, noDefaultInfinity: true }));
const evidence = fc.record(
  Object.fromEntries([...EVIDENCE_NAMES, 'clicks'].map((name) => [name, value])),
) as fc.Arbitrary<HitEvidence>;

describe('logged evidence', () => {
  it('is read as it was written, by name', () => {
    fc.assert(
      fc.property(fc.array(evidence, { maxLength: 30 }), (hits) => {
        const encoded = encodeEvidence(hits);
        const decoded = decodeEvidence(EVIDENCE_VERSION, encoded);
        expect(decoded?.names).toEqual([...EVIDENCE_NAMES]);
        expect([...(decoded?.values ?? [])]).toEqual(hits.flatMap((hit) => EVIDENCE_NAMES.map((name) => hit[name])));
        const features = rankingFeatures(EVIDENCE_VERSION, encoded, hits.length);
        expect([...(features ?? [])]).toEqual(hits.flatMap((hit) => RANKING_FEATURES.map((name) => hit[name])));
      }),
    );
  });

  it('is learned from if it was logged before some features were recorded', () => {
    const before = 'evidence-2:text,popularity,affinity,unavailable,price,discount,rating,novelty,boost';
    const rows = [
      [1, 2, 3, 0, 5, 6, NaN, 8, 9],
      [10, 20, 30, 1, 50, 60, 70, 80, 90],
    ];
    const encoded = Buffer.from(Float32Array.from(rows.flat()).buffer).toString('base64');
    const unknown = FIELD_FEATURES.map(() => NaN);
    const features = rankingFeatures(before, encoded, 2);
    expect([...(features ?? [])]).toEqual(rows.flatMap((row) => [...row.slice(0, 8), ...unknown]));
  });

  it('is not learned from if it is something else', () => {
    const hit = Object.fromEntries([...EVIDENCE_NAMES, 'clicks'].map((name) => [name, 1])) as unknown as HitEvidence;
    const encoded = encodeEvidence([hit, hit]);
    expect(rankingFeatures(EVIDENCE_VERSION, encoded, 3)).toBeNull();
    expect(rankingFeatures(EVIDENCE_VERSION.replace('evidence-2', 'evidence-1'), encoded, 2)).toBeNull();
    expect(rankingFeatures(EVIDENCE_VERSION.replace('price', 'size'), encoded, 2)).toBeNull();
    expect(rankingFeatures('nonsense', encoded, 2)).toBeNull();
    expect(rankingFeatures(EVIDENCE_VERSION, encoded.slice(0, 11), 2)).toBeNull();
  });
});
