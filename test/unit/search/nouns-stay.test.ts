import { catalogueProduct } from '../../../src/catalog/catalogue-product';
import { mergeProduct } from '../../../src/catalog/merge-product';
import type { ProductInput } from '../../../src/catalog/product.type';
import { freshetEngine } from '../../../src/evaluation/search/freshet-engine';

/** Products by category: titles separated by semicolons. The id of a product is its title. */
function products(language: string, titles: Readonly<Record<string, string>>): ProductInput[] {
  return Object.entries(titles).flatMap(([category, list]) =>
    list.split('; ').map((title) => ({ id: title, title, language, categories: [category] })),
  );
}

function engineOf(language: string, inputs: readonly ProductInput[]) {
  const now = Date.UTC(2026, 0, 1);
  const all = inputs.map((input) => {
    const record = mergeProduct(undefined, input, now);
    if ('code' in record) throw new Error(record.message);
    return catalogueProduct(record);
  });
  return freshetEngine(all, language);
}

const ENGLISH = products('en', {
  'Stationery > Paper': 'Dotted Notebook, A5; Hardcover Notebook, A4; Letter Paper, 50 Sheets; Blue Ink, 30 ml',
  'Home > Decoration': 'Scented Candle, Cedar; Beeswax Candle; Blue Vase; Train Set, 40 Pieces; Gift Wrap, 3 m',
  'Clothing > Jackets': 'Rain Jacket, Packable; Fleece Jacket, Grey',
  'Electronics > Cables': 'Waterproof Cable, 1 m; Speaker Cable, 2 m',
  'Kitchen > Baking': 'Silicone Baking Mat; Baking Tin, 20 cm; Baking Gloves',
  'Sports > Yoga': 'Yoga Block, Cork; Yoga Strap, 2 m',
  'Pets > Dogs': 'Rope Dog Toy; Ball Dog Toy; Dog Collar, M; Dog Food, Lamb',
  'Pets > Cats': 'Cat Food, Tuna; Cat Litter, 12 l',
  'Outdoors > Cycling': 'Floor Pump with Gauge; Bicycle Bell; Bicycle Lock; Red Saddle; Retro Saddle Cover',
}).map((product) =>
  product.title === 'Floor Pump with Gauge' ? { ...product, description: 'The gauge is of glass.' } : product,
);

describe('when no product has all words', () => {
  const engine = engineOf('en', ENGLISH);
  const first = async (query: string) => (await engine).search(query, false);

  it.each([
    ['notebook blue', /Notebook/],
    ['blue notebook', /Notebook/],
    ['large blue notebook for school', /Notebook/],
    ['retro notebook', /Notebook/],
    ['notebok blue', /Notebook/],
    ['candle gift set', /Candle/],
    ['waterproof jacket size M', /Jacket/],
    ['jacket 1 m', /Jacket/],
    ['XL red jacket', /Jacket/],
    ['yoga mat', /Yoga/],
    ['cat toys', /Cat/],
    ['bicycle pump', /Pump/],
    ['kids jacket', /Jacket/],
  ])('%s finds the wanted product', async (query, sought) => {
    const { ids, cause } = await first(query);
    expect(cause).not.toBe('ALL');
    expect(ids[0]).toMatch(sought);
  });

  it('products with the head noun come before those with other words', async () => {
    const { ids } = await first('blue waterproof notebook cable');
    const places = (pattern: RegExp) => ids.flatMap((id, at) => (pattern.test(id) ? [at] : []));
    expect(places(/Cable/).slice(0, 1)).toEqual([0]);
    expect(Math.max(...places(/Notebook|Cable/))).toBeLessThan(Math.min(...places(/Vase|Ink/)));
  });

  it('a product that shares only a colour, or only mentions a word, is not found', async () => {
    expect(await first('red wine glasses')).toMatchObject({ ids: [], cause: 'NONE' });
    expect((await first('wine glass')).ids).toEqual([]);
    // There is no other word.
    expect((await first('glass')).ids).toEqual(['Floor Pump with Gauge']);
    expect([...(await first('red blue')).ids].sort()).toEqual(['Blue Ink, 30 ml', 'Blue Vase', 'Red Saddle']);
  });
});

describe('in other languages', () => {
  const CATALOGUES = {
    de: products('de', {
      Papier: 'Notizbuch mit Punkten; Notizbuch, liniert; Blaue Tinte, 30 ml',
      Kleidung: 'Regenjacke, leicht; Wintermantel; Blaue Mütze',
    }),
    es: products('es', {
      Papelería: 'Cuaderno de puntos; Cuaderno rayado; Tinta azul',
      Ropa: 'Chaqueta de lluvia; Gorro azul; Camisa de lino',
    }),
    fr: products('fr', {
      Papeterie: 'Cahier à points; Cahier ligné; Encre bleue',
      Vêtements: 'Veste de pluie; Bonnet bleu; Chemise en lin',
    }),
    it: products('it', { Carta: 'Quaderno a punti; Inchiostro blu', Abbigliamento: 'Giacca da pioggia; Berretto blu' }),
    nl: products('nl', { Papier: 'Notitieboek, gestippeld; Blauwe inkt', Kleding: 'Regenjas; Blauwe muts' }),
    sv: products('sv', { Papper: 'Anteckningsbok, prickad; Blå bläck', Kläder: 'Regnjacka; Blå mössa' }),
  };
  it.each([
    ['de', 'notizbuch blau', /Notizbuch/],
    ['de', 'blaues notizbuch', /Notizbuch/],
    ['de', 'blaue jacke größe M', /jacke/],
    ['es', 'cuaderno azul', /Cuaderno/],
    ['es', 'azul cuaderno', /Cuaderno/],
    ['es', 'chaqueta azul talla M', /Chaqueta/],
    ['fr', 'cahier bleu', /Cahier/],
    ['fr', 'veste bleue taille L', /Veste/],
    ['it', 'quaderno blu', /Quaderno/],
    ['nl', 'blauw notitieboek', /Notitieboek/],
    ['sv', 'blå anteckningsbok', /Anteckningsbok/],
  ] as const)('%s: %s', async (language, query, sought) => {
    const { ids } = await (await engineOf(language, CATALOGUES[language])).search(query, false);
    expect(ids[0]).toMatch(sought);
  });
});
