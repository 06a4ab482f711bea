import type { StoredEvent } from '../../../../src/events/stored-event';
import {
  decodeEvidence,
  encodeEvidence,
  EVIDENCE_NAMES,
  EVIDENCE_VERSION,
} from '../../../../src/search/ranking/evidence-vector';
import { NO_FIELD_EVIDENCE } from '../../../../src/search/ranking/field-evidence';
import type { HitEvidence } from '../../../../src/search/ranking/log-linear';
import { type AnsweredSearch, SearchLog } from '../../../../src/search/query-log/search-log.service';

const EVIDENCE: HitEvidence = {
  ...{ text: 1.5, popularity: 0.25, affinity: 0, clicks: 0, boost: 2 },
  ...{ unavailable: 0, price: 3, discount: 0.5, rating: 4, novelty: 1 },
  ...{ ...NO_FIELD_EVIDENCE, titleMatch: 0.5, exactMatch: 1 },
};
let asked = 0;

const search = (query: string, more: Partial<AnsweredSearch['input']> = {}, sessionId?: string): AnsweredSearch => ({
  who: sessionId === undefined ? {} : { sessionId },
  sender: null,
  input: { query, ...more },
  answer: { requestId: `r${asked++}`, totalCount: 7, modelVersion: 'm', correctedQuery: null, ignoredWords: [] },
  shown: ['a', 'b'],
  evidence: () => [EVIDENCE, { ...EVIDENCE, unavailable: 1 }],
});

describe('evidence vectors', () => {
  it('are decoded to what was written, by name', () => {
    const rows = decodeEvidence(EVIDENCE_VERSION, encodeEvidence([EVIDENCE, { ...EVIDENCE, text: -3 }]));
    expect(rows?.names).toEqual([...EVIDENCE_NAMES]);
    expect([...(rows?.values ?? [])]).toEqual(
      [1.5, -3].flatMap((text) => EVIDENCE_NAMES.map((name) => ({ ...EVIDENCE, text })[name])),
    );
    expect(Buffer.from(encodeEvidence([EVIDENCE]), 'base64').readFloatLE(0)).toBe(1.5);
  });

  it('are not decoded from anything else', () => {
    expect(decodeEvidence('something', 'AAAA')).toBeNull();
    expect(decodeEvidence(EVIDENCE_VERSION, 'AAAA')).toBeNull();
  });
});

describe('the query log', () => {
  let sent: StoredEvent[];
  let warnings: object[];
  let refuses: boolean;
  let storable: number;
  let log: SearchLog;

  beforeEach(() => {
    jest.useFakeTimers();
    sent = [];
    warnings = [];
    refuses = false;
    storable = Infinity;
    log = new SearchLog({
      send: (events) => {
        if (refuses) return Promise.reject(new Error('OVERLOADED'));
        sent.push(...events);
        return Promise.resolve();
      },
      mayStore: (_, bytes) => (storable -= bytes) >= 0,
      log: { warn: (about: object) => void warnings.push(about) },
    });
  });

  afterEach(async () => {
    await log.close();
    jest.useRealTimers();
  });

  const queries = () => sent.map(({ query }) => query);

  it.each([
    [{}, {}, true],
    [{ correctedQuery: 'lamp' }, {}, false],
    [{ ignoredWords: ['lapm'] }, {}, false],
    [{ totalCount: 0 }, {}, false],
    [{}, { matching: 'ANY_WORD' as const }, false],
    [{}, { typing: true }, false],
  ])('says whether products with all words were found as typed: %j %j', async (answer, input, asTyped) => {
    const one = search('lamp', {}, 's1');
    log.record({ ...one, answer: { ...one.answer, ...answer }, input: { ...one.input, ...input } });
    await log.close();
    expect(sent[0].properties).toMatchObject({ asTyped });
  });

  it('has each search with its results, under its requestId', async () => {
    jest.setSystemTime(5_000);
    const answered = search('Red  Lamp', { placement: 'top', language: 'en', sort: 'PRICE_ASC' }, 's1');
    log.record(answered);
    await jest.advanceTimersByTimeAsync(100);
    expect(sent).toEqual([
      {
        source: 'SEARCH',
        id: answered.answer.requestId,
        type: 'SEARCH',
        occurredAt: 5_000,
        sessionId: 's1',
        quantity: 1,
        query: 'Red  Lamp',
        placement: 'top',
        properties: {
          total: 7,
          typing: false,
          asTyped: true,
          language: 'en',
          sort: 'PRICE_ASC',
          modelVersion: 'm',
          shown: ['a', 'b'],
          features: encodeEvidence(answered.evidence()),
          featureNames: EVIDENCE_VERSION,
        },
      },
    ]);
  });

  it('has no browsing, and no text that PostgreSQL can not store', async () => {
    log.record(search(' \t'));
    log.record({ ...search(''), input: {} });
    log.record(search(`la\0mp\ud800 ${'x'.repeat(1_000)}`));
    await jest.advanceTimersByTimeAsync(100);
    expect(queries()).toEqual([`lamp ${'x'.repeat(493)}`]);
  });

  it('has only the query that a visit had two seconds after typing', async () => {
    for (const typed of ['l', 'la', 'lam']) {
      log.record(search(typed, { typing: true }, 'one'));
      await jest.advanceTimersByTimeAsync(1_500);
    }
    log.record(search('rug', { typing: true }, 'other'));
    log.record(search('nobody', { typing: true }));
    expect(queries()).toEqual([]);
    await jest.advanceTimersByTimeAsync(700);
    expect(queries()).toEqual(['lam']);
    log.record(search('rugs', {}, 'other'));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(queries()).toEqual(['lam', 'rugs']);
  });

  it('sends pending entries when it ends', async () => {
    log.record(search('lam', { typing: true }, 'one'));
    log.record(search('rug'));
    await log.close();
    expect(queries().sort()).toEqual(['lam', 'rug']);
  });

  it('drops rejected or excess entries, counts them and throws no error', async () => {
    refuses = true;
    log.record(search('lamp'));
    await jest.advanceTimersByTimeAsync(100);
    expect(log.dropped).toBe(1);
    expect(warnings).toHaveLength(1);
    refuses = false;
    for (let n = 0; n < 5_010; n++) log.record(search('lamp'));
    expect(log.dropped).toBe(11);
    log.record({
      ...search('lamp'),
      evidence: () => {
        throw new Error('broken');
      },
    });
    expect(log.dropped).toBe(12);
    expect(warnings).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(sent).toHaveLength(5_000);
  });

  it('stores no more of a storefront than it may store, and all searches of the shop', async () => {
    const sender = { visit: 'one', networks: [] };
    storable = 5_000;
    for (let n = 0; n < 100; n++) log.record({ ...search('lamp'), sender });
    const dropped = log.dropped;
    expect(dropped).toBeGreaterThan(50);
    expect(dropped).toBeLessThan(100);
    log.record(search('rug'));
    expect(log.dropped).toBe(dropped);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(sent).toHaveLength(101 - dropped);
  });

  it('holds a limited number of visits', async () => {
    for (let n = 0; n <= 10_000; n++) log.record(search('lamp', { typing: true }, `s${n}`));
    await jest.advanceTimersByTimeAsync(100);
    expect(sent.map(({ sessionId }) => sessionId)).toEqual(['s0']);
  });
});
