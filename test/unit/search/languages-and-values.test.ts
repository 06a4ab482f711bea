import { catalogueProduct, type CatalogueProduct } from '../../../src/catalog/catalogue-product';
import { Analyzers } from '../../../src/search-engine/text/analyzers';
import { indexSettings } from '../../../src/search/document/index-settings';
import { productDocument } from '../../../src/search/document/product-document';
import { writtenWords } from '../../../src/search/written-word';
import { SearchIndex } from '../../../src/search-engine/index/search-index';
import { interpretQuery } from '../../../src/search-engine/query/interpret-query';
import { SpellingDictionary } from '../../../src/search-engine/spelling/spelling-dictionary';
import { loadJieba } from '../../../src/search-engine/text/jieba';
import { Synonyms } from '../../../src/search-engine/text/synonyms';

interface Given {
  readonly id: string;
  readonly title: string;
  readonly language?: string;
  readonly attributes?: Record<string, unknown>;
}

function product({ id, title, language, attributes = {} }: Given): CatalogueProduct {
  return catalogueProduct({
    id,
    title,
    description: null,
    url: null,
    imageUrls: [],
    price: '5',
    listPrice: null,
    currency: 'EUR',
    brand: null,
    categories: [],
    groupId: null,
    language: language ?? null,
    availability: 'IN_STOCK',
    rating: null,
    attributes,
    publishedAt: null,
    updatedAt: new Date(0),
  } as never);
}

/** A shop that searches as the product does: queries are parsed, then searched for. */
function shopOf(products: readonly Given[], analyzers: Analyzers, languages: readonly string[]) {
  const index = new SearchIndex(indexSettings([]));
  for (const one of products) index.put(productDocument(product(one), analyzers)!);
  const dictionary = new SpellingDictionary();
  for (const { title, language } of products)
    for (const { surface } of analyzers.of(language ?? null).analyze(title)) dictionary.add(surface);
  const find = (id: string) => products.filter((one) => one.id === id).map(product)[0];
  const around = {
    analyzers,
    dictionary,
    synonymsOf: (language: string) => new Synonyms([], analyzers.of(language)),
    languages,
    documents: products.length,
    count: (query: Parameters<SearchIndex['search']>[0]['query']) => index.search({ query, limit: 0 }).total,
    writtenForm: writtenWords({ analyzers, index, languages, find, visibilityFilter: () => undefined }, 0),
  };
  return (text: string, language?: string) => {
    const { query, ignoredWords, correctedQuery, didYouMean } = interpretQuery({ text, language }, around);
    const hits = index.search({ query, limit: 20, facets: [{ facet: 'attributes' }] });
    return {
      ids: ignoredWords.length > 0 ? [] : hits.hits.map(({ id }) => id).sort(),
      facets: hits.facets,
      correctedQuery,
      didYouMean,
    };
  };
}

describe('a correction', () => {
  /** Returns `[correctedQuery, didYouMean]` in a shop with these titles. */
  const correctionIn = (titles: readonly string[], language = 'en', languages = [language]) => {
    const products = titles.map((title) => ({ id: title, title, language }));
    const search = shopOf(products, new Analyzers(language), languages);
    return (text: string, named?: string) => {
      const { correctedQuery, didYouMean } = search(text, named);
      return [correctedQuery, didYouMean];
    };
  };
  const english = ['Sea salt', 'Hand cream', 'Leather belt', 'Chopping board', 'Vintage red lamp', 'Cane basket'];

  it.each([
    ['sale', 'salt'],
    ['shipping', 'chopping'],
    // They are words of other languages.
    ['hund', 'hand'],
    ['zelt', 'belt'],
  ])('of %s is only offered: it is a word', (typed, offered) => {
    expect(correctionIn(english)(typed)).toEqual([undefined, offered]);
  });

  it('of a right word among others is only offered, too', () => {
    const correction = correctionIn([...english, 'Vintage scale', 'Hand line']);
    expect(correction('vintage sale')[0]).toBeUndefined();
    expect(correction('the sale')[0]).toBeUndefined();
    // Neither word supports the correction of the other one.
    expect(correction('hund leine')[0]).toBeUndefined();
    expect(correction('sale lapm')[0]).toBe('lamp');
  });

  it('of other words is searched for', () => {
    const correction = correctionIn(english);
    expect(['lamo', 'chppping', 'saslt', 'ebltt', 'vintage rde lapm'].map((text) => correction(text)[0])).toEqual([
      ...['lamp', 'chopping', 'salt', undefined, 'vintage red lamp'],
    ]);
    // A word of the language is corrected together with another word.
    expect(correction('vintage lame')[0]).toBe('vintage lamp');
    expect(correction('lame')).toEqual([undefined, 'lamp']);
  });

  it.each([
    ['hund cream', 'hand cream'],
    ['leather zelt', 'leather belt'],
    ['leather pelt', 'leather belt'],
    ['blue kettle', 'blue mettle'],
    ['steel hamster', 'steel hammer'],
    ['mountain hike', 'mountain bike'],
    ['heart lowers', 'heart flowers'],
  ])(
    'of a word that is common elsewhere, begins otherwise or has two typos is only offered with one other word: %s',
    (text, offered) => {
      const correction = correctionIn([
        ...english,
        'Mettle blue',
        'Steel hammer',
        'Mountain bike helmet',
        'Heart flowers',
      ]);
      expect(correction(text)).toEqual([undefined, offered]);
      expect(correction('mountain hike helmet')[0]).toBe('mountain bike helmet');
    },
  );

  it('of a word with an umlaut is only offered if a language of the shop has it', () => {
    const titles = ['Kasse', 'Waste bin', 'Mule', 'Love', 'Nose', 'Gerate'];
    const products = [
      ...titles.map((title) => ({ id: title, title, language: 'en' })),
      { id: 'de', title: 'Teller', language: 'de' },
    ];
    for (const shop of [
      shopOf(products, new Analyzers('en'), ['en', 'de']),
      shopOf(products, new Analyzers('de'), ['de', 'en']),
    ])
      for (const text of ['käse', 'wüste', 'mühle', 'löwe', 'nüsse', 'geräte'])
        expect([text, shop(text).correctedQuery]).toEqual([text, undefined]);
    // The German fold does not hide the words of other languages.
    const swedish = shopOf([{ id: 'one', title: 'Varmd', language: 'sv' }], new Analyzers('de'), ['sv']);
    expect(swedish('värld').correctedQuery).toBeUndefined();
  });

  it('after "without" changes no word of a language, and is searched for if it finds something', () => {
    const search = shopOf(
      ['Dog food chick', 'Dog food beef', 'Müsli', 'Müsli crème brûlée'].map((title) => ({ id: title, title })),
      new Analyzers('en'),
      [],
    );
    expect(search('dog food without chicken')).toMatchObject({
      correctedQuery: undefined,
      ids: ['Dog food beef', 'Dog food chick'],
    });
    expect(search('müsli without brulee').correctedQuery).toBeUndefined();
    expect(search('müsli without bruleee').correctedQuery).toBe('müsli without brûlée');
    expect(search('musl without brulwe').correctedQuery).not.toBe('musl without brûlée');
  });

  it('examines some of the products of a word, and none that is deleted', () => {
    const index = new SearchIndex(indexSettings([]));
    const analyzers = new Analyzers('en');
    for (let n = 0; n < 1_000; n++) index.put(productDocument(product({ id: `${n}`, title: `Café ${n}` }), analyzers)!);
    for (let n = 0; n < 1_000; n += 3) index.delete(`${n}`);
    const term = analyzers.of('en').term('cafe');
    const examined: number[] = [];
    const some = (limit: number) =>
      index.someWith([term, 'nothing'], () => (doc) => examined.push(doc) > 0 && doc > 500, { examined: 100, limit });
    const found = some(1_000);
    expect(examined.length).toBeGreaterThan(10);
    expect(examined.length).toBeLessThanOrEqual(101);
    expect(found.length).toBeGreaterThan(10);
    expect(found.every((id) => Number(id) % 3 > 0 && Number(id) > 500)).toBe(true);
    expect(some(3)).toEqual(found.slice(0, 3));
  });

  it('looks up few different words of a long query, each once', () => {
    const index = new SearchIndex(indexSettings([]));
    const analyzers = new Analyzers('en');
    const titles = ['Café', 'Crème', 'Brûlée', 'Purée', 'Soufflé'];
    for (const title of titles) index.put(productDocument(product({ id: title, title }), analyzers)!);
    let lookUps = 0;
    const find = (id: string) => {
      lookUps++;
      return product({ id, title: id });
    };
    const written = writtenWords({ analyzers, index, languages: [], find, visibilityFilter: () => undefined }, 0);
    const words = ['cafe', 'creme', 'brulee', 'puree', 'souffle'];
    const all = Array.from({ length: 40 }, () => words.map(written));
    expect(all[39]).toEqual(['café', 'crème', 'brûlée', 'purée', undefined]);
    expect(lookUps).toBe(4);
  });

  it('of a word of any language of the shop is only offered, also if the query names one', () => {
    const correction = correctionIn(english, 'en', ['en', 'it']);
    expect(correction('cani', 'en')[0]).toBeUndefined();
    expect(correctionIn(english)('cani', 'en')[0]).toBe('cane');
  });

  it.each([
    ['da', 'udsalg', 'Udsolg'],
    ['de', 'versand', 'Verband'],
    ['de', 'rabatt', 'Rabattl'],
    ['es', 'rebajas', 'Rebanas'],
    ['fi', 'alennus', 'Alennas'],
    ['fr', 'soldes', 'Solides'],
    ['fr', 'livraison', 'Livroison'],
    ['it', 'saldi', 'Scaldi'],
    ['nl', 'korting', 'Koring'],
    ['no', 'frakt', 'Frukt'],
    ['pt', 'desconto', 'Desponto'],
    ['ru', 'цена', 'Сцена'],
    ['sv', 'frakt', 'Frukt'],
    ['ko', '배송', '배상'],
  ])('in %s of %s is only offered', (language, typed, title) => {
    expect(correctionIn([title], language)(typed)).toEqual([undefined, title.toLowerCase()]);
  });

  it('of Korean changes neither a word of one syllable nor a common word', () => {
    const titles = ['굴', '가방', '의자', '바지', '코트', '컵', '암막 커튼', 'ㅘㅋㅋㅋ 스티커'];
    const products = titles.map((title) => ({ id: title, title, language: 'ko' }));
    const search = shopOf(products, new Analyzers('ko'), ['ko']);
    const corrected = (text: string) => search(text).correctedQuery;
    expect(['귤', '가발', '의사', '반지', '코드', '컽'].map(corrected)).toEqual(Array(6).fill(undefined));
    expect(['커텐', '암막 커텐', '스티카', 'ㅏㅘㅋㅋ 스티카'].map(corrected)).toEqual([
      ...['커튼', '암막 커튼', '스티커', '스티커'],
    ]);
  });

  it('is shown as a product writes it, and not as the index does', () => {
    for (const [language, title, text, corrected] of [
      ['ar', 'حقيبة سفر', 'حقيية سفر', 'حقيبة سفر'],
      ['fa', 'کیبورد', 'کیبرود', 'کیبورد'],
      ['fr', 'Télévision 4K', 'televisoin', 'télévision'],
      ['de', 'Küchenmöbel', 'küchenmöble', 'küchenmöbel'],
      ['en', "Men's Fragrances", 'fragrnces', 'fragrances'],
    ] as const) {
      const search = shopOf([{ id: 'one', title, language }], new Analyzers(language), [language]);
      expect([text, search(text).correctedQuery]).toEqual([text, corrected]);
    }
  });

  it('of Japanese tries the voiced consonants that are taken for voiceless ones', () => {
    const titles = ['キャンバス トートバッグ', '木製ベッド', 'ドッグフード', 'バックパック'];
    const search = shopOf(
      titles.map((title) => ({ id: title, title, language: 'ja' })),
      new Analyzers('ja'),
      ['ja'],
    );
    const corrected = (text: string) => search(text).correctedQuery;
    expect(['トートバック', '木製 ベット', 'ドックフード'].map(corrected)).toEqual([
      ...['トートバッグ', '木製 ベッド', 'ドッグフード'],
    ]);
    // It is another word, which products have.
    expect(search('バックパック')).toMatchObject({ ids: ['バックパック'], correctedQuery: undefined });
  });

  it('of Chinese tries characters of the same sound', async () => {
    const analyzers = new Analyzers('zh', await loadJieba());
    const titles = ['遮光窗帘', '绘本 小刺猬', '铸铁平底锅', '重要的实施', '手机'];
    const search = shopOf(
      titles.map((title) => ({ id: title, title, language: 'zh' })),
      analyzers,
      ['zh'],
    );
    const corrected = (text: string) => search(text).correctedQuery;
    expect(['窗廉', '小刺渭', '平低锅'].map(corrected)).toEqual(['窗帘', '小刺猬', '平底锅']);
    // What was typed is a word.
    expect(search('事实')).toMatchObject({ correctedQuery: undefined });
    expect(search('首机')).toMatchObject({ correctedQuery: '手机' });
    expect(search('手记')).toMatchObject({ correctedQuery: undefined, didYouMean: '手机' });
  });

  it('of Chinese keeps the traditional characters that were typed', async () => {
    const analyzers = new Analyzers('zh', await loadJieba());
    const search = shopOf([{ id: 'pan', title: '鑄鐵不粘平底鍋', language: 'zh' }], analyzers, ['zh']);
    expect(search('鑄鐵 不鏽平底鍋').correctedQuery ?? '').not.toMatch(/[铸铁锅]/);
    expect(search('铸铁平底锅').ids).toEqual(['pan']);
  });
});

describe('Japanese', () => {
  const japanese = [
    { id: 'sake', title: '日本酒セット' },
    { id: 'bowl', title: '有田焼の抹茶茶碗' },
    { id: 'fan', title: '京都扇子', language: 'ja' },
    { id: 'towel', title: '今治タオル 東京限定' },
  ];
  const chinese = [
    { id: 'dress', title: '红色连衣裙', language: 'zh' },
    { id: 'service', title: '产品和服务手册', language: 'zh' },
  ];
  const queries: [string, string[]][] = [
    ['日本酒', ['sake']],
    ['日本酒セット', ['sake']],
    ['有田焼', ['bowl']],
    ['茶碗', ['bowl']],
    ['抹茶茶碗', ['bowl']],
    ['抹茶', ['bowl']],
    ['京都', ['fan']],
    ['扇子', ['fan']],
    ['今治タオル', ['towel']],
    ['東京限定', ['towel']],
    ['タオル', ['towel']],
  ];
  let bilingual: ReturnType<typeof shopOf>;
  let alone: ReturnType<typeof shopOf>;

  beforeAll(async () => {
    bilingual = shopOf([...japanese, ...chinese], new Analyzers('en', await loadJieba()), ['ja', 'zh']);
    alone = shopOf(japanese, new Analyzers('en'), ['ja']);
  });

  it.each(queries)('is found if the shop has Chinese products, as it is without them: %s', (query, expected) => {
    expect(alone(query).ids).toEqual(expected);
    for (const language of [undefined, 'ja']) expect(bilingual(query, language).ids).toEqual(expected);
  });

  it('has every sequence of two to four characters that a title has', () => {
    for (const { id, title } of japanese) {
      for (const [run] of title.matchAll(/\p{Script=Han}+/gu)) {
        for (let from = 0; from < run.length; from++) {
          for (let to = from + 2; to <= Math.min(run.length, from + 4); to++) {
            expect([run.slice(from, to), bilingual(run.slice(from, to)).ids]).toEqual([run.slice(from, to), [id]]);
          }
        }
      }
    }
  });

  it('splits Chinese text into words', () => {
    expect(bilingual('连衣裙').ids).toEqual(['dress']);
    // 和服 (kimono) stands in 产品和服务 (products and services), across two words.
    expect(bilingual('和服').ids).toEqual([]);
    expect(bilingual('服务').ids).toEqual(['service']);
  });
});

describe('attribute values', () => {
  const printers = Array.from({ length: 250 }, (_, n) => `Laserdrucker LX${1_000 + n}`);
  const long = `Fits ${'many printers, '.repeat(20)}and the Quokkajet`;
  const search = shopOf(
    [
      { id: 'toner', title: 'Toner', attributes: { fits: printers, note: long, color: 'black' } },
      { id: 'paper', title: 'Paper', attributes: { color: 'white' } },
    ],
    new Analyzers('en'),
    [],
  );

  it.each(['LX1000', 'LX1099', 'LX1100', 'LX1249', 'Quokkajet', 'black', 'Laserdrucker LX1249'])(
    'are all searched, of any number and length: %s',
    (query) => expect(search(query).ids).toEqual(['toner']),
  );

  it('are counted by facets up to their limits', () => {
    const [{ values }] = search('toner').facets as unknown as [{ values: { value: string }[] }];
    expect(values.every(({ value }) => value.length < 120)).toBe(true);
  });
});
