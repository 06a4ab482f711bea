import { ProductConditionsService } from '../../../../src/catalog/product-conditions.service';
import { Analyzers } from '../../../../src/search-engine/text/analyzers';
import { MerchandisingReadModel } from '../../../../src/search/merchandising/merchandising.read-model';
import type { MerchandisingRuleRecord } from '../../../../src/search/merchandising/merchandising.store';

const rule = (id: string, queries: string[], pin: string): MerchandisingRuleRecord => ({
  ...{ id, queries, placements: [], pins: [pin], buried: [], boost: null, redirect: null },
  ...{ startsAt: null, endsAt: null, updatedAt: '2026-01-01T00:00:00.000Z' },
});

describe('merchandising rules in memory', () => {
  const conditions = new ProductConditionsService({
    attributesOf: () => Promise.resolve({}),
    profileOf: () => Promise.resolve({}),
  });
  const analyzers = new Analyzers('en');
  const pinsOf = (model: MerchandisingReadModel, query: string, language?: string) =>
    model.effectsFor({ query, language }, analyzers, Date.now()).pins;

  it('are read once in each language, for any number of rules and searches', () => {
    const model = new MerchandisingReadModel(() => conditions);
    const rules = Array.from({ length: 1_000 }, (_, n) => rule(`r${n}`, [`Lamps ${n}`, `lights no. ${n}`], `p${n}`));
    model.apply({ merchandisingRules: rules });
    const analyze = jest.spyOn(analyzers.of('en'), 'analyze');
    for (let n = 0; n < 50; n++) expect(pinsOf(model, `LAMP ${n}`)).toEqual([`p${n}`]);
    // Each query is analyzed, and the conditions of rules up to the matching one.
    expect(analyze.mock.calls.length).toBeLessThanOrEqual(50 + 2_000);
    analyze.mockRestore();
  });

  it('are read again when they change', () => {
    const model = new MerchandisingReadModel(() => conditions);
    model.apply({ merchandisingRules: [rule('one', ['lamps'], 'p')] });
    expect(pinsOf(model, 'lamp')).toEqual(['p']);
    expect(pinsOf(model, 'lamp', 'xx')).toEqual([]);
    expect(pinsOf(model, 'lamps', 'xx')).toEqual(['p']);
    model.apply({ merchandisingRules: [rule('one', ['chairs'], 'q')] });
    expect(pinsOf(model, 'lamp')).toEqual([]);
    expect(pinsOf(model, 'chair')).toEqual(['q']);
    model.apply({ deletedMerchandisingRules: ['one'] });
    expect(pinsOf(model, 'chair')).toEqual([]);
  });

  it('apply to a query as it is searched for: a sign counts only in words of the shop, and always in those of the rule', () => {
    const model = new MerchandisingReadModel(() => conditions);
    const hasWord = (word: string) => ['c++', '.net'].includes(word);
    const search = (query: string) => ({ query, language: 'en', hasWord });
    const queries = ['voucher', 'streaming+', 'c', 'c++', 'net', '.net', 'red lamp', 'lamp'];
    model.apply({ merchandisingRules: queries.map((query) => rule(query, [query], query)) });
    for (const [query, pins] of [
      ['voucher+', ['voucher']],
      ['voucher', ['voucher']],
      ['streaming+', ['streaming+']],
      ['streaming', []],
      ['c++', ['c++']],
      ['c', ['c']],
      ['c#', ['c']],
      ['.net', ['.net']],
      ['net', ['net']],
      ['voucher -c++', []],
      ['red lamps', ['red lamp']],
      ['lamp -red', []],
      ['-red lamp', []],
    ] as const) {
      expect([query, model.effectsFor(search(query), analyzers, Date.now()).pins]).toEqual([query, pins]);
      expect([query, model.hasQuery(search(query), analyzers, Date.now())]).toEqual([query, pins.length > 0]);
    }
    const preview = { id: 'lamp', queries: ['chair'] };
    expect(model.hasQuery(search('lamp'), analyzers, Date.now(), preview)).toBe(false);
    expect(model.hasQuery(search('chairs'), analyzers, Date.now(), preview)).toBe(true);
    // Within a word, a dot is no sign.
    model.apply({ merchandisingRules: [rule('boots', ['dr. martens'], 'boots')] });
    for (const query of ['dr. martens', 'dr.martens', 'dr martens'])
      expect(model.effectsFor(search(query), analyzers, Date.now()).pins).toEqual(['boots']);
    // A rule names the word with its sign, though no product has it.
    model.apply({ merchandisingRules: [rule('sharp', ['c#'], 'sharp')] });
    expect(model.effectsFor(search('c#'), analyzers, Date.now()).pins).toEqual(['sharp']);
    expect(model.effectsFor(search('c'), analyzers, Date.now()).pins).toEqual(['c']);
  });

  it('have all their effects except a boost that is not valid any more', () => {
    const model = new MerchandisingReadModel(() => conditions);
    const boosts = ['product.language == "German" ? 2.0 : 1.0', 'product.gone > 1.0 ? 2.0 : 1.0', '2.0'];
    model.apply({
      merchandisingRules: boosts.map((boost, at) => ({ ...rule(`r${at}`, ['lamps'], `p${at}`), boost })),
    });
    const effects = model.effectsFor({ query: 'lamp' }, analyzers, Date.now());
    expect(effects.pins).toEqual(['p0', 'p1', 'p2']);
    expect(effects.boosts).toHaveLength(1);
  });
});
