import { SearchIndex } from '../../../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../../../src/search-engine/index/segment-builder';
import { CompoundFinder } from '../../../../src/search-engine/query/compounds';
import { interpretQuery, type InterpretedQuery } from '../../../../src/search-engine/query/interpret-query';
import { segmentDictionary } from '../../../../src/search-engine/spelling/segment-dictionary';
import { Analyzers } from '../../../../src/search-engine/text/analyzers';
import { highlight } from '../../../../src/search-engine/text/highlight';
import { Synonyms } from '../../../../src/search-engine/text/synonyms';

const SETTINGS = {
  fields: [{ name: 'title', weight: 1, b: 0.5, typicalLength: 5 }],
  k1: 1.2,
  facets: [],
  numbers: [],
};

/** A shop whose products have titles in its first language. */
function shopOf(languages: readonly string[], titles: readonly string[]) {
  const analyzers = new Analyzers(languages[0]);
  const builder = new SegmentBuilder(SETTINGS);
  for (const title of titles) {
    const tokens = analyzers.of(null).analyze(title);
    builder.add({ id: title, fields: [{ name: 'title', tokens }], facets: {}, numbers: {} });
  }
  const segment = builder.finish();
  const index = new SearchIndex(SETTINGS, segment);
  const interpret = (text: string, typing = false): InterpretedQuery =>
    interpretQuery(
      { text, typing },
      {
        analyzers,
        dictionary: segmentDictionary(segment),
        synonymsOf: (language) => new Synonyms([], analyzers.of(language)),
        languages,
        documents: index.size,
        compounds: new CompoundFinder(index),
        count: (query) => index.search({ query, limit: 0 }).total,
      },
    );
  return {
    index,
    analyzer: analyzers.of(null),
    interpret,
    /** Returns the products with all words, best first. */
    find: (text: string, typing = false) =>
      index.search({ query: interpret(text, typing).query, limit: 100 }).hits.map(({ id }) => id),
  };
}

describe('a word finds the compounds that end with it', () => {
  it.each([
    ['de', 'Trikot', 'Fußballtrikot für Kinder'],
    ['de', 'winterjacke', 'Damenwinterjacke'],
    ['de', 'Winterjacken Damen', 'Damenwinterjacke'],
    ['de', 'Jacke', 'Herrenregenjacken'],
    ['de', 'Bücher', 'Kinderbuch'],
    ['de', 'Buch', 'Kinderbücher'],
    ['de', 'Leine Hund', 'Hundeleine'],
    ['de', 'hund leine', 'Hundeleine'],
    ['de', 'Schlafsäcke', 'Kinderschlafsack'],
    ['de', 'Zelt', 'Kuppelzelt'],
    ['nl', 'jassen', 'Herenregenjas'],
    ['nl', 'lamp bureau', 'Bureaulamp'],
    ['nl', 'riem hond', 'Hondenriem'],
    ['nl', 'koekenpannen', 'Gietijzeren koekenpan'],
    ['nl', 'tent', 'Koepeltent'],
    ['sv', 'jackor', 'Vinterjacka'],
    ['sv', 'hylla', 'Bokhylla'],
    ['sv', 'böcker', 'Bilderbok'],
    ['sv', 'lås cykel', 'Cykellås'],
    ['da', 'jakke', 'Vinterjakke'],
    ['no', 'lampe', 'Skrivebordslampe'],
    ['fi', 'takki', 'Talvitakki'],
  ])('%s: %s finds %s', (language, text, title) => {
    expect(shopOf([language], [title, 'Xylofon']).find(text)).toEqual([title]);
  });

  it.each([
    ['de', 'Messer', 'Durchmesser'],
    ['de', 'Messer', 'Entfernungsmessung'],
    ['de', 'Teller', 'Feuerstelle'],
    ['de', 'Teller', 'einstellen'],
    ['de', 'Halter', 'Haushalt'],
    ['de', 'Tisch', 'automatisch'],
    ['de', 'Tisch', 'praktisch'],
    ['de', 'Tisch', 'elastisch'],
    ['de', 'Tisch', 'Aroma aromatisch'],
    ['de', 'Rad', 'Kamerad'],
    ['de', 'Rad', 'Grad'],
    ['de', 'Bar', 'waschbar'],
    ['de', 'Ton', 'Karton'],
    ['de', 'Lampe', 'Schlampe'],
    ['nl', 'doek', 'onderdoek'],
    ['sv', 'kläder', 'underkläder'],
    ['en', 'jacket', 'snowjacket'],
    ['fr', 'vent', 'paravent'],
  ])('%s: %s does not find %s', (language, text, title) => {
    expect(shopOf([language], [title, 'Xylofon']).find(text)).toEqual([]);
  });

  it('only with a known first part, if products have the word itself', () => {
    const titles = ['Zelt', 'Igluzelt', 'Familienzelt', 'Familien'];
    expect(new Set(shopOf(['de'], titles).find('Zelt'))).toEqual(new Set(['Zelt', 'Familienzelt']));
    expect(new Set(shopOf(['de'], titles.slice(1)).find('Zelt'))).toEqual(new Set(['Igluzelt', 'Familienzelt']));
  });

  it('in a shop of several languages if one of them writes compounds as one word', () => {
    expect(shopOf(['de', 'en'], ['Fußballtrikot für Kinder']).find('Trikot')).toHaveLength(1);
    expect(shopOf(['en', 'de'], ['Holztrikot']).find('Trikot')).toHaveLength(1);
    expect(shopOf(['en', 'fr'], ['Holztrikot']).find('Trikot')).toHaveLength(0);
  });

  it('while it is typed', () => {
    expect(shopOf(['de'], ['Kinderhelm']).find('helm', true)).toEqual(['Kinderhelm']);
  });

  it('and products with the word itself come first', () => {
    const { find } = shopOf(['de'], ['Gartenstuhl', 'Stuhl', 'Bürostuhl']);
    expect(find('Stuhl')[0]).toBe('Stuhl');
    expect(find('Stuhl')).toHaveLength(3);
  });

  it('and the whole compound is highlighted', () => {
    const { interpret, analyzer } = shopOf(['de'], ['Fußballtrikot für Kinder']);
    expect(highlight('Das Fußballtrikot', analyzer, interpret('Trikot').matched)).toEqual([[4, 17]]);
  });

  it('but not in a long text', () => {
    const { find } = shopOf(
      ['de'],
      ['Kinderhelm rot', 'eins zwei drei vier fünf sechs sieben acht neun zehn rot helm'],
    );
    expect(find('helm rot')).toHaveLength(2);
    expect(find('eins zwei drei vier fünf sechs sieben acht neun zehn rot helm')).toHaveLength(1);
  });

  it('at most 16 of them, and the most frequent ones', () => {
    const firstParts =
      'abend apfel auto baby bad ball bank bauch baum becher bett bild blumen boden brot buch burg butter';
    const rare = firstParts.split(' ').map((first) => `${first}helm`);
    const frequent = ['kinderhelm', 'damenhelm', 'herrenhelm'].flatMap((word) => [word, `${word} rot`]);
    const { find } = shopOf(['de'], [...rare, ...frequent]);
    expect(find('helm')).toHaveLength(frequent.length + 13);
    expect(find('helm')).toEqual(expect.arrayContaining(frequent));
  });
});

describe('a compound that no product has', () => {
  it.each([
    ['Wanderrucksack', 'wander rucksack', 'Rucksack zum Wandern'],
    ['Bambuszahnbürste', 'bambus zahnbuerste', 'Zahnbürste aus Bambus'],
    ['Arbeitslampe', 'arbeits lampe', 'Lampe für die Arbeit'],
    ['Wolldecken', 'woll decken', 'Decke aus Wolle'],
    ['Wollregal', undefined, 'Decke aus Wolle'],
  ])('%s is searched for as %s', (text, correctedQuery, title) => {
    const { find, interpret } = shopOf(['de'], [title, 'Xylofon']);
    expect(interpret(text).correctedQuery).toBe(correctedQuery);
    expect(find(text)).toEqual(correctedQuery === undefined ? [] : [title]);
  });

  it('is split into parts with which other compounds end', () => {
    const { find } = shopOf(['de'], ['Trekkingrucksack zum Wandern', 'Xylofon']);
    expect(find('Wanderrucksack')).toEqual(['Trekkingrucksack zum Wandern']);
  });

  it('finds products with its last part below those with all words', () => {
    const { index, interpret } = shopOf(['de'], ['Herrenregenjacke', 'Jacke', 'Xylofon']);
    const { query, plan, matched } = interpret('Motorradjacke');
    expect(index.search({ query, limit: 10 }).total).toBe(0);
    const { hits } = index.search({ query: plan.anyWordQuery(), limit: 10 });
    expect(new Set(hits.map(({ id }) => id))).toEqual(new Set(['Jacke', 'Herrenregenjacke']));
    expect([...matched.terms]).toEqual(expect.arrayContaining(['jack', 'herrenregenjack']));
  });
});
