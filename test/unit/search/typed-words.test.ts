import { finderOf } from '../../setup/small-catalogue';

it('a query says in several ways what products are without, and they say it in several ways', async () => {
  const find = await finderOf(
    'en',
    { title: 'Muesli with sugar', description: 'Tastes like muesli without sugar.' },
    'Muesli without sugar',
    'Muesli',
    'Muesli nuts',
    'Muesli nut free',
    'Muesli no added sugar',
    'Muesli sugar-free',
    'Muesli salt',
    'Jacket',
    'Jacket with hood',
  );
  const sayIt = ['Muesli no added sugar', 'Muesli sugar-free', 'Muesli without sugar'];
  for (const query of [
    'muesli without sugar',
    'muesli without the sugar',
    'muesli without any added sugar',
    'muesli without sugr',
  ]) {
    const titles = await find(query);
    expect([query, titles.slice(0, 3).sort(), titles.slice(3).sort()]).toEqual([
      query,
      sayIt,
      ['Muesli', 'Muesli nut free', 'Muesli nuts', 'Muesli salt'],
    ]);
  }
  expect(await find('jacket without a hood')).toEqual(['Jacket']);
  for (const query of ['muesli without sugar and nuts', 'muesli without nuts or sugar'])
    expect([query, (await find(query)).sort()]).toEqual([
      query,
      ['Muesli', ...sayIt, 'Muesli nut free', 'Muesli salt'].sort(),
    ]);
  expect((await find('muesli without sugar with nuts')).sort()).toEqual(['Muesli nut free', 'Muesli nuts']);
  // More than the search excludes: no word of it is required.
  expect(await find('muesli without sugar without nuts without salt')).toContain('Muesli');
});

it('compounds say what a product is without, or has', async () => {
  const german = await finderOf('de', 'Müsli zuckerfrei', 'Müsli', 'Müsli ohne zugesetzten Zucker', 'Müsli mit Zucker');
  for (const query of ['müsli ohne zucker', 'müsli ohne den zucker']) {
    const titles = await german(query);
    expect([titles.slice(0, 2).sort(), titles.slice(2)]).toEqual([
      ['Müsli ohne zugesetzten Zucker', 'Müsli zuckerfrei'],
      ['Müsli'],
    ]);
  }
  const swedish = await finderOf('sv', 'Müsli', 'Müsli sockerfri', 'Müsli med socker');
  expect(await swedish('müsli utan socker')).toEqual(['Müsli sockerfri', 'Müsli']);
});

it('a single letter is a part of a name where the shop has the name', async () => {
  const german = await finderOf('de', 'Vitamin E Kapseln', 'Vitamin C Kapseln', 'Vitamin D Kapseln');
  for (const query of ['vitamin e', 'vitamin e kapseln', 'vitamn e'])
    expect([query, await german(query)]).toEqual([query, ['Vitamin E Kapseln']]);
  const french = await finderOf('fr', 'Vitamine C capsules', 'Vitamine A capsules');
  expect(await french('vitamine a')).toEqual(['Vitamine A capsules']);
  expect(await french('vitamine a capsules')).toEqual(['Vitamine A capsules']);
  const find = await finderOf(
    'en',
    'Class E amplifier',
    'Class D amplifier',
    'Hook',
    'S Hook',
    'T-Shirt red',
    'Tshirt blue',
    'Shirt green',
    'Who LP',
    'The Who LP',
    'Cloud shoes',
    'On Cloud shoes',
    'Vitamin C pills',
    { title: 'Vitamin D pills', description: 'C and E included' },
    { title: 'Tent', description: 'All that you need a tent for' },
    { title: 'Tent, red', description: 'If you need one' },
  );
  for (const [query, ...titles] of [
    ['class e amplifier', 'Class E amplifier'],
    ['s hook', 'S Hook'],
    ['t shirt', 'T-Shirt red', 'Tshirt blue'],
    ['the who lp', 'The Who LP', 'Who LP'],
    ['on cloud shoes', 'On Cloud shoes', 'Cloud shoes'],
    ['vitamin c', 'Vitamin C pills'],
    ['need a tent', 'Tent', 'Tent, red'],
  ])
    expect([query, ...(await find(query))]).toEqual([query, ...titles]);
});

it('a number is found with its unit only', async () => {
  const find = await finderOf(
    'en',
    'Kettlebell 20 kg (44 lb)',
    'Kettlebell 9 kg (20 lb)',
    'Fuse 10 V 5 A',
    'Fuse 5 V 10 A',
    'Fuse 10A',
    'Rope 10 m 5 mm',
    'Rope 10 mm 5 m',
    'Box 30 x 40 x 20 cm',
    'Box 30 mm x 40 cm',
    'Steak 1/2 lb',
    'Steak 10 1/2 lb',
    'Tent for 2-3 persons',
    'Tent for 4 persons',
  );
  for (const [query, ...titles] of [
    ['kettlebell 20 lb', 'Kettlebell 9 kg (20 lb)'],
    ['kettlebell 20lb', 'Kettlebell 9 kg (20 lb)'],
    ['fuse 10 amp', 'Fuse 10A', 'Fuse 5 V 10 A'],
    ['fuse 10a', 'Fuse 10A', 'Fuse 5 V 10 A'],
    ['rope 10 mm', 'Rope 10 mm 5 m'],
    ['rope 10mm', 'Rope 10 mm 5 m'],
    ['30 cm box', 'Box 30 x 40 x 20 cm'],
    ['box 30x40x20cm', 'Box 30 x 40 x 20 cm'],
    ['steak ½ pound', 'Steak 1/2 lb'],
    ['10½ lb steak', 'Steak 10 1/2 lb'],
    ['two-person tent', 'Tent for 2-3 persons'],
    ['tent 3 person', 'Tent for 2-3 persons'],
    // None of them has 12 lb, so the measure is left out.
    ['kettlebell 12 lb', 'Kettlebell 20 kg (44 lb)', 'Kettlebell 9 kg (20 lb)'],
  ])
    expect([query, ...(await find(query)).sort()]).toEqual([query, ...titles]);
});

it('a list after without is read whole, and only what says so itself is without it', async () => {
  const find = await finderOf(
    'en',
    'Dog food beef',
    'Dog food chicken',
    'Dog food chicken fish',
    'Dog food lamb',
    'Dog food fish',
    'Dog food without beef or chicken',
    'Zero waste chicken dog food',
    'Dog food chicken, free range',
    'No grain chicken dog food',
    'No. 1 chicken dog food',
    'Dog food without grain, chicken',
  );
  const saysSo = 'Dog food without beef or chicken';
  for (const [query, ...others] of [
    ['dog food without chicken, beef', 'Dog food fish', 'Dog food lamb'],
    ['dog food without beef & chicken', 'Dog food fish', 'Dog food lamb'],
    ['dog food without beef, fish or chicken', 'Dog food lamb'],
    ['dog food without beef or chicken', 'Dog food fish', 'Dog food lamb'],
    ['dog food without chicken', 'Dog food beef', 'Dog food fish', 'Dog food lamb'],
  ]) {
    const [first, ...found] = await find(query);
    expect([query, first, ...found.sort()]).toEqual([query, saysSo, ...others]);
  }
  expect(await find('dog food without beef, lamb, grain, rice or chicken')).toEqual(['Dog food fish']);
  const german = await finderOf('de', 'Müsli ohne Nüsse Schokolade', 'Müsli', 'Müsli ohne Zucker und Nüsse');
  expect(await german('müsli ohne schokolade')).not.toContain('Müsli ohne Nüsse Schokolade');
  expect((await german('müsli ohne nüsse')).slice(0, 2).sort()).toEqual([
    'Müsli ohne Nüsse Schokolade',
    'Müsli ohne Zucker und Nüsse',
  ]);
  // A word in a script without spaces has as many terms as characters.
  const han = Array.from({ length: 80 }, (_, i) => String.fromCharCode(0x4e00 + 3 * i)).join('');
  expect(await find(`lamb without ${han}`)).toEqual(['Dog food lamb']);
});

it('units and dimensions are no names, and a name with a hyphen is one', async () => {
  const find = await finderOf(
    'en',
    'Fuse 10 A',
    'Fuse 10 amp',
    'Rug 120 cm x 170 cm',
    'Tape 5m x 10mm',
    'Rope 5 - 10 m',
    'Shirt S red',
    'Blue shirt size S',
    'USB A cable',
    'USB C cable',
    'USBC hub',
    'Vitamin A',
  );
  for (const [query, ...titles] of [
    ['fuse 10 a', 'Fuse 10 A', 'Fuse 10 amp'],
    ['10 a fuse', 'Fuse 10 A', 'Fuse 10 amp'],
    ['rug 120 x 170 cm', 'Rug 120 cm x 170 cm'],
    ['tape 10 mm x 5 m', 'Tape 5m x 10mm'],
    ['rope 5 m', 'Rope 5 - 10 m'],
    ['shirt s blue', 'Blue shirt size S'],
    ['usb-a cable', 'USB A cable'],
    ['usb-c hub', 'USBC hub'],
    ['vitamin c', 'Vitamin A'],
  ])
    expect([query, ...(await find(query)).sort()]).toEqual([query, ...titles]);
  const italian = await finderOf('it', 'Vitamina A capsule', 'Vitamina C capsule');
  expect(await italian('vitamina a capsule')).toEqual(['Vitamina A capsule']);
});

it('eight phrases must all be in a product', async () => {
  const find = await finderOf('en', 'Poster b1', 'Poster b1 b2 b3 b4 b5 b6 b7 b8');
  expect(await find('"b1" "b2" "b3" "b4" "b5" "b6" "b7" "b8"')).toEqual(['Poster b1 b2 b3 b4 b5 b6 b7 b8']);
});
