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
