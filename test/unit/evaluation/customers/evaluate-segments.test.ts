import { evaluateSegments } from '../../../../src/evaluation/customers/evaluate-segments';
import type { PurchaseLine } from '../../../../src/features/purchase-summary';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { KINDS, linesOf, MS_PER_DAY, NOW } from '../../customers/segments/synthetic-customers';

const cut = NOW + 30 * MS_PER_DAY;
const options = { cut, seed: 1, onProgress: () => {} };

/** Customers of five kinds. Those of the first two kinds also order within the last 30 days before the cut. */
function shop(size: number): Map<string, PurchaseLine[]> {
  const random = seededRandom(2);
  return new Map(
    KINDS.flatMap((kind, k) =>
      Array.from({ length: size }, (_, n): [string, PurchaseLine[]] => {
        const lines = linesOf(kind, random);
        const later = linesOf({ ...kind, orders: 2 }, random).map((line, at) => ({
          ...line,
          at: NOW + (5 + 20 * at * random()) * MS_PER_DAY,
          orderKey: `later:${at}`,
        }));
        return [`${k}-${n}`, k < 2 ? [...lines, ...later] : lines];
      }),
    ),
  );
}

describe('evaluateSegments', () => {
  const customers = shop(40);
  customers.set('return only', [{ ...customers.get('0-0')![0], isReturn: true }]);
  const report = evaluateSegments(customers, options);

  it('reports the segments of the cut, and compares them with those of 30 days before', () => {
    expect(report).toMatchObject({ cut, customers: 200, newCustomers: 1, reason: null });
    expect(report.segments.reduce((sum, { size }) => sum + size, 0)).toBe(200);
    expect(report.segments.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    for (const { name, description } of report.segments) {
      expect(name).not.toBe('');
      expect(description).toMatch(/^\d+ customers: .* days ago\.$/);
    }
    expect(report.refit!.previousAsOf).toBe(NOW);
    expect(report.refit!.adjustedRandIndex).toBeGreaterThan(0.8);
    expect(report.refit!.heldOut.candidate).toBeLessThan(report.refit!.heldOut.oneSegment);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('does not depend on lines at or after the cut, nor on the sequence of customers', () => {
    const changed = new Map(
      [...customers]
        .reverse()
        .map(([id, lines]): [string, PurchaseLine[]] => [
          id,
          [...lines, { ...lines[0], at: cut, orderKey: 'after', unitPrice: 1e6 }],
        ]),
    );
    expect(evaluateSegments(changed, options)).toEqual(report);
  });

  it('says why there are no segments, or no earlier version', () => {
    expect(evaluateSegments(shop(5), options)).toMatchObject({
      segments: [],
      refit: null,
      reason: '25 customers with an order; segments need at least 100',
    });
    // No customer of this shop has an order earlier than 20 days before the first cut.
    const shifted = [...shop(40)].map(([id, lines]): [string, PurchaseLine[]] => [
      id,
      lines.map((line) => ({ ...line, at: Math.max(line.at, cut - 20 * MS_PER_DAY + (line.at % 1000)) })),
    ]);
    const late = evaluateSegments(new Map(shifted), { ...options, cut: cut + 9 * MS_PER_DAY });
    expect(late).toMatchObject({
      refit: null,
      reason: expect.stringMatching(/^no version as of 2026-01-14: 0 customers/),
    });
    expect(late.segments.length).toBeGreaterThanOrEqual(4);
  });
});
