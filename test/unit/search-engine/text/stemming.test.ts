import { LanguageAnalyzer } from '../../../../src/search-engine/text/language-analyzer';
import { stemmerFor } from '../../../../src/search-engine/text/stemming';

/**
 * English from Snowball's own sample, the others words of shops, folded. The words of one entry have one stem, and no
 * other word has it.
 */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  en: [
    'consign consigned consigning consignment',
    'consist consisted consistency consistent consistently consisting consists',
    'consolidate consolidated consolidating',
    'constable constables',
    'knit knits knitted knitting',
    'knock knocked knocking knocks',
    'knight knightly knights',
  ],
  da: ['kop koppen kopper', 'lampe lampen lamper'],
  de: ['kategorie kategorien', 'haus hause hauses', 'tasse tassen'],
  es: ['cheque cheques', 'torneo torneos', 'chica chicas'],
  fi: ['talo talon talossa', 'kala kalan kalat'],
  fr: ['continue continuer continuait continuation', 'majeste majestes', 'tasse tasses'],
  it: ['abbandonata abbandonate abbandonati', 'pronto pronta', 'tazza tazze'],
  nl: [
    'lamp lampen',
    'opgave opgaven',
    'boek boeken',
    'koekenpan koekenpannen',
    'keukenmes keukenmessen',
    'huis huizen',
  ],
  no: ['havn havnen havner', 'kopp kopper koppen'],
  pt: ['mesa mesas', 'quilo quilos', 'cadeira cadeiras'],
  ru: ['книга книги книгу', 'чашка чашки чашку'],
  sv: ['jakt jakten jakter', 'kopp koppar koppen', 'bilderbok bilderboken bilderbocker bilderbockerna'],
};

test.each(Object.entries(FAMILIES))('%s: words of one family, and no others, have one stem', (language, families) => {
  const stem = stemmerFor(language)!;
  const stems = families.map((family) => new Set(family.split(' ').map(stem)));
  expect(stems.map(({ size }) => size)).toEqual(families.map(() => 1));
  expect(new Set(stems.flatMap((all) => [...all])).size).toBe(families.length);
});

it('is absent for a language without one', () => expect(stemmerFor('tr')).toBeUndefined());

/** Singulars and plurals of words of shops. */
const PLURALS: Readonly<Record<string, string>> = {
  de: 'Apfel Äpfel, Stuhl Stühle, Glas Gläser, Rad Räder, Sofa Sofas, Auto Autos, Kamera Kameras, Handy Handys, Video Videos, Gans Gänse, Gabel Gabeln, Schüssel Schüsseln, Kaktus Kakteen, Album Alben, Material Materialien, Freundin Freundinnen, Ei Eier, Rucksack Rucksäcke, herzlos herzlose',
  en: "knife knives, wife wives, life lives, leaf leaves, shelf shelves, bookshelf bookshelves, loaf loaves, scarf scarves, wolf wolves, calf calves, half halves, mouse mice, goose geese, foot feet, tooth teeth, man men, man men's, woman women, woman women's, child children, child children's, lens lenses, bus buses, gas gases, quiz quizzes, cactus cacti, matrix matrices, ox oxen, canvas canvases, dress dresses, photo photos",
  es: 'lápiz lápices, luz luces, cruz cruces, pez peces, nariz narices, altavoz altavoces, dulce dulces, envase envases, mujer mujeres, collar collares, té tés, jersey jerséis, reloj relojes, sartén sartenes, imagen imágenes, examen exámenes, higiene higienes',
  fr: 'cheval chevaux, journal journaux, bocal bocaux, oeil yeux, gâteau gâteaux, tuyau tuyaux, bijou bijoux, genou genoux, travail travaux, vitrail vitraux, jeu jeux, cheveu cheveux, clou clous, pneu pneus',
  nl: 'brief brieven, huis huizen, glas glazen, doos dozen, mes messen, kind kinderen, ei eieren, jas jassen, tas tassen, kaars kaarsen, laars laarzen, vaas vazen, druif druiven, raam ramen, pan pannen, kop koppen, kussen kussens, deken dekens, fiets fietsen, haven havens, oven ovens, opgave opgaven, wit witte, grijs grijze',
  sv: 'bok böcker, mus möss, fot fötter, sko skor, lampa lampor, gaffel gafflar, nyckel nycklar, cykel cyklar, spegel speglar',
};

test.each(Object.entries(PLURALS))('%s: a plural has a term of its singular', (language, pairs) => {
  const analyzer = new LanguageAnalyzer({ language });
  const termsOf = (word: string) => analyzer.analyze(word).map(({ term }) => term);
  const different = pairs.split(', ').filter((pair) => {
    const [singular, plural] = pair.split(' ');
    return !termsOf(plural).some((term) => termsOf(singular).includes(term));
  });
  expect(different).toEqual([]);
});

test.each([
  ['en', 'lens leaf leave olive sleeve pumice wave specimen glove valve life live mouse man woman'],
  ['de', 'Sofa Sofort Haus Auto Kabel Maus Moos Chaos Kamera'],
  ['es', 'lápiz luz pez mesa taza taco collar'],
  ['nl', 'brief huis haven oven leven kop koper tas'],
])('%s: words with other meanings have different terms', (language, words) => {
  const stem = stemmerFor(language)!;
  const all = new LanguageAnalyzer({ language }).analyze(words).map(({ surface }) => surface);
  const terms = all.map(stem);
  expect(terms.filter((term, at) => terms.indexOf(term) !== at)).toEqual([]);
});
