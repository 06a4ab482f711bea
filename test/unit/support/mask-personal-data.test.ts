import { maskPersonalData } from '../../../src/support/mask-personal-data';

test.each([
  ['Where is my order WEB-1001?', 'Where is my order •••?'],
  ['order 7 is late, the 2 lamps cost 49.90 EUR', 'order ••• is late, the 2 lamps cost 49.90 EUR'],
  ['Bestellung 1001 und JD014600007', 'Bestellung ••• und •••'],
  ['write to Mia.Lund+shop@example.co.uk or müller@example.de', 'write to ••• or •••'],
  ['我的邮箱是mia@example.com，订单１００１２３', '我的邮箱是•••，订单•••'],
  ['call +49 (0)30 123-4567 or 030/1234567', 'call ••• or •••'],
  ['My name is Ann Smith and I need help', 'My name is ••• and I need help'],
  ['ich heiße Jörg Müller', 'ich heiße •••'],
  ['我叫王小明，订单在哪里', '我叫•••，订单在哪里'],
  ['ask Mr. Brown', 'ask Mr. •••'],
  ['Where is it?\nKind regards,\nAnn Smith', 'Where is it?\nKind regards,\n•••'],
  ['Is the 500ml bottle 20 cm high?', 'Is the 500ml bottle 20 cm high?'],
  ['do you have 38 or 40?', 'do you have 38 or 40?'],
  ["I'm Ann Smith from Leeds", "I'm ••• from Leeds"],
  ['hier ist Jörg Müller, ich bin Kunde', 'hier ist •••, ich bin Kunde'],
  ['je suis Léa Martin', 'je suis •••'],
  ['an die Lange Straße 12a in Köln', 'an die ••• in Köln'],
  ['Hauptstr. 7 oder Am Lindenweg 3', '••• oder •••'],
  ['to 12 Baker Street, NW1 6XE', 'to •••, •••'],
  ['au 5 bis, rue de la Paix', 'au •••'],
  ['en la calle Mayor 12, por favor', 'en la •••, por favor'],
  ['送到上海市南京路12号', '•••'],
  ['Hauptstraße 12A in Köln, Hauptstr. 7-9', '••• in Köln, •••'],
  ['Pouvez-vous livrer au 5 rue de la Paix demain ?', 'Pouvez-vous livrer au ••• demain ?'],
  ['¿está en camino mi pedido de 2 camisas?', '¿está en camino mi pedido de 2 camisas?'],
  ['我想知道12号能不能发货', '我想知道12号能不能发货'],
  ['快递已经上路3号到', '快递已经上路3号到'],
  ['PS5 1TB, M1 8GB or Speicherplatz 128 GB', 'PS5 1TB, M1 8GB or Speicherplatz 128 GB'],
  ['bring 2 lamps and 3 road maps', 'bring 2 lamps and 3 road maps'],
  ['', ''],
])('%j is shown as %j', (text, masked) => {
  expect(maskPersonalData(text)).toBe(masked);
  expect(maskPersonalData(masked)).toBe(masked);
});

test('a number is replaced as it is wanted, and the name of the writer is not there', () => {
  expect(maskPersonalData("Lund here, where is mia's order 1001? Lundberg", '10234', 'Mia Lund')).toBe(
    "••• here, where is •••'s order 10234? Lundberg",
  );
  expect(maskPersonalData('王小明在等', '10234', '王小明')).toBe('•••在等');
});

test.each([['1 '], ['a1'], ['@'], ['a@'], ['ab'], ['+('], ['A-'], ['Am '], ['Lindenweg '], ['calle '], ['1 rue ']])(
  'a message of %j is read to its end',
  (part) => {
    expect(maskPersonalData(`${part.repeat(1_000)} order 1001`)).toMatch(/ •••$/);
  },
);
