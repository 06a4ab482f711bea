import { headNoun, headNounsOfCategory } from '../../../../src/search-engine/text/head-noun';
import { LanguageAnalyzer } from '../../../../src/search-engine/text/language-analyzer';

const analyzers = new Map<string, LanguageAnalyzer>();
function analyzerOf(language: string): LanguageAnalyzer {
  const known = analyzers.get(language) ?? new LanguageAnalyzer({ language });
  analyzers.set(language, known);
  return known;
}

it.each([
  ['en', 'Dotted Notebook, A5, Oat', 'notebook'],
  ['en', 'Insulated travel mug - blue', 'mug'],
  ['en', 'Floor Pump with Gauge', 'pump'],
  ['en', 'The Salt Road Novel in Cloth', 'novel'],
  ['en', 'Salt and Pepper Mill', 'mill'],
  ['en', 'Set of 3 Cake Tins', 'tin'],
  ['en', 'Espresso cups, set of 2', 'cup'],
  ['en', 'Puzzle: Map of the World', 'puzzle'],
  ['en', 'Acme T-Shirt XL', 'tshirt'],
  ['en', 'Coffee mug blue', 'mug'],
  ['en', 'Rain jacket men 2XL', 'jacket'],
  ['en', '2-person tent (green)', 'tent'],
  ['de', 'Fußballtrikot für Kinder', 'fussballtrikot'],
  ['de', 'Blaue Tasse mit Henkel', 'tasse'],
  ['de', 'Set aus 3 Tassen', 'tassen'],
  ['es', 'Cuaderno azul de puntos', 'cuaderno'],
  ['fr', 'Lot de 6 verres à vin', 'verres'],
  ['fr', 'Grande tasse bleue', 'tasse'],
  ['it', 'Giacca impermeabile da uomo', 'giacca'],
  ['sv', 'Blå mössa i ull', 'mössa'],
])('in %s, the head noun of %s is %s', (language, title, noun) => {
  const analyzer = analyzerOf(language);
  expect(headNoun(title, analyzer.analyze(title), analyzer)?.term).toBe(analyzer.analyze(noun)[0].term);
});

it('has the word that describes it, if that is no property', () => {
  const analyzer = analyzerOf('en');
  const modifierOf = (title: string) => headNoun(title, analyzer.analyze(title), analyzer)?.modifier;
  expect(['Ball Dog Toy', 'Blue toy', 'Toy', 'Toy, dog'].map(modifierOf)).toEqual([
    'dog',
    undefined,
    undefined,
    undefined,
  ]);
});

it('is none of numbers, sizes and colours', () => {
  const analyzer = analyzerOf('en');
  for (const title of ['', '85123A', 'XL', 'red', '2 of 3', '—, ()'])
    expect(headNoun(title, analyzer.analyze(title), analyzer)).toBeUndefined();
});

it('is not the brand', () => {
  const analyzer = analyzerOf('fr');
  const title = 'Duval chaise pliante';
  expect(headNoun(title, analyzer.analyze(title), analyzer, (term) => term === 'duval')?.term).toBe(
    analyzer.term('chaise'),
  );
});

it('is found in each part of a category', () => {
  const analyzer = analyzerOf('en');
  const terms = (name: string) => headNounsOfCategory(name, analyzer);
  expect(terms('Coffee & Tea')).toEqual(['coffe', 'tea']);
  expect(terms("Men's Shoes")).toEqual(['shoe']);
  expect(terms('Children')).toEqual(['child']);
});
