import { isSameWord } from '../../../../src/search-engine/text/inflection';
import { LanguageAnalyzer } from '../../../../src/search-engine/text/language-analyzer';

const SAME: Readonly<Record<string, string>> = {
  en: 'cup cups, party parties, knife knives, glass glasses, box boxes, man men, child children, shoe shoes, quiz quizzes, berry berries, shelf shelves, lens lenses',
  de: 'Tasse Tassen, Haus Häuser, Kleid Kleider, blau blaue, blauer blaues, Buch Bücher, Kind Kindern, Freundin Freundinnen, Messer Messern, Stuhl Stühle',
  es: 'zapato zapatos, rojo roja, lápiz lápices, pantalón pantalones, flor flores',
  fr: 'chaussure chaussures, bleu bleue, cheval chevaux, gâteau gâteaux, neuf neuve, bon bonne, heureux heureuse',
  it: 'scarpa scarpe, rosso rossi, amico amici, libro libri',
  nl: 'boek boeken, pan pannen, boom bomen, huis huizen, brief brieven, groot grote, mes messen',
  pt: 'sapato sapatos, vermelho vermelha, jardim jardins',
  ru: 'книга книги, стол столы, синий синяя, лампа ламп',
  sv: 'sko skor, bil bilar, blå blåa, stol stolen, lampa lampor',
  da: 'sko skoen, lampe lamper',
  fi: 'kenkä kengät',
};
const DERIVED: Readonly<Record<string, string>> = {
  en: 'cloth clothing, even evening, train training, universal university, paint painting, wool woolly, knit knitted, bake baking, organ organic, general generous, import important',
  de: 'Kleid Kleidung, Heiz Heizung, Sicher Sicherheit',
  fr: 'jardin jardinage',
  nl: 'oefen oefening',
  sv: 'utbilda utbildning',
};

const pairs = (words: string) => words.split(', ').map((pair) => pair.split(' ') as [string, string]);
const folded = (language: string, word: string) => new LanguageAnalyzer({ language }).analyze(word)[0].surface;

describe.each(Object.entries(SAME))('in %s', (language, words) => {
  it.each(pairs(words))('%s and %s are forms of one word', (a, b) => {
    expect(isSameWord(folded(language, a), folded(language, b), language)).toBe(true);
    expect(isSameWord(folded(language, b), folded(language, a), language)).toBe(true);
  });
});

describe.each(Object.entries(DERIVED))('in %s', (language, words) => {
  it.each(pairs(words))('%s and %s are two words', (a, b) => {
    expect(isSameWord(folded(language, a), folded(language, b), language)).toBe(false);
    expect(isSameWord(folded(language, b), folded(language, a), language)).toBe(false);
  });
});
