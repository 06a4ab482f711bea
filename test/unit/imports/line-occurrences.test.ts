import { createHash } from 'node:crypto';
import { timeLeft } from '../../../cli/time-left';
import { JsonlEvents } from '../../../src/imports/jsonl-events';
import { LineOccurrences } from '../../../src/imports/line-occurrences';
import { seededRandom } from '../../../src/learn/seeded-random';

const LINES = 300_000;
const digestOf = (text: string) => createHash('sha256').update(text).digest();

describe('the number of occurrences of a line', () => {
  it('equals that of a Map of whole texts, beyond the initial size of the table, in a few bytes a line', () => {
    const random = seededRandom(1);
    const expected = new Map<string, number>();
    const occurrences = new LineOccurrences();
    for (let n = 0; n < LINES; n++) {
      const text = `line ${Math.floor(random() * LINES)}`;
      expected.set(text, (expected.get(text) ?? 0) + 1);
      if (occurrences.add(digestOf(text)) !== expected.get(text)) throw new Error(`wrong at ${n}: ${text}`);
    }
    expect(occurrences.bytes / expected.size).toBeLessThan(36);
  });

  it('gives lines without an id the same ids as earlier releases', () => {
    const line = '{"type":"VIEW","customerId":"anna","productId":"p1","occurredAt":"2026-01-01T00:00:00Z"}';
    const reader = new JsonlEvents(() => Date.UTC(2026, 5, 1));
    const ids = [line, line, `${line} `].map((text) => (reader.read(text) as { event: { id: string } }).event.id);
    const prefix = (text: string) => `line:${digestOf(text).toString('base64url').slice(0, 22)}`;
    expect(ids).toEqual([`${prefix(line)}:1`, `${prefix(line)}:2`, `${prefix(`${line} `)}:1`]);
  });
});

describe('the remaining time', () => {
  it('follows from the duration of the completed share', () => {
    expect(timeLeft(10_000, 0.5)).toBe('10 s left');
    expect(timeLeft(60_000, 0.1)).toBe('9 min left');
  });

  it('is not shown while it is unknown', () => {
    for (const [took, share] of [
      [100, 0.5],
      [10_000, 0],
      [10_000, 1],
    ])
      expect(timeLeft(took, share)).toBe('');
  });
});
