import { catalogueProduct } from '../../../../src/catalog/catalogue-product';
import { mergeProduct } from '../../../../src/catalog/merge-product';
import { freshetEngine } from '../../../../src/evaluation/search/freshet-engine';

const engineOf = (titles: Readonly<Record<string, string>>) =>
  freshetEngine(
    Object.entries(titles).map(([id, title]) => {
      const record = mergeProduct(undefined, { id, title }, Date.now());
      if ('code' in record) throw new Error(record.message);
      return catalogueProduct(record);
    }),
    'en',
  );

describe("the shop's own search over a catalogue", () => {
  it('corrects a word only to what is found with the phrase next to it', async () => {
    const retries = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`lamp-${n}`, `Retry lamp ${n}`]));
    const engine = await engineOf({ ...retries, tea: 'Retro "tea for one"' });
    expect((await engine.search('retra lamp', false)).ids).toHaveLength(5);
    expect((await engine.search('retra "tea for one"', false)).ids).toEqual(['tea']);
  });

  it('corrects no word to what is excluded next to it', async () => {
    const engine = await engineOf({ paper: 'Magic paper flowers', pot: 'Flowers in a pot' });
    expect((await engine.search('mtgic flowers', false)).ids).toEqual(['paper']);
    expect((await engine.search('mtgic flowers -paper', false)).ids).toEqual(['pot']);
  });

  it('corrects misspelled words as far as one product has them together, if none has all', async () => {
    const engine = await engineOf({ pot: 'Red enamel teapot', cup: 'Blue porcelain cup', lamp: 'Lamp' });
    expect((await engine.search('enamle porcelan', false)).ids).toEqual(['pot']);
    expect((await engine.search('enamle porcelan blue', false)).ids).toEqual(['cup']);
    expect((await engine.search('lamp xqzzy', false)).ids).toEqual(['lamp']);
  });

  it('reports how it answered', async () => {
    const engine = await engineOf({ pot: 'Red enamel teapot', cup: 'Blue porcelain cup' });
    const causes = ['red teapot', 'porcelian cup', 'teapot xqzzy', 'xqzzy'].map(async (text) => {
      const { cause } = await engine.search(text, false);
      return [text, cause];
    });
    expect(await Promise.all(causes)).toEqual([
      ['red teapot', 'ALL'],
      ['porcelian cup', 'CORRECTED'],
      ['teapot xqzzy', 'SOME'],
      ['xqzzy', 'NONE'],
    ]);
  });
});
