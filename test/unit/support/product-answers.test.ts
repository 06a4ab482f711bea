import type { ProductsReadModel } from '../../../src/catalog/products.read-model';
import type { Product } from '../../../src/catalog/product.type';
import type { AnswerContent } from '../../../src/support/answers/answer';
import { answerText } from '../../../src/support/answers/answer-text';
import { ProductAnswers, type ProductQuestion } from '../../../src/support/answers/product-answers.service';

const product = (id: string, title: string, more: Partial<Product> = {}) =>
  ({
    ...{ id, title, brand: null, categories: [], language: null, groupId: null, description: null },
    ...{ availability: 'IN_STOCK', attributes: {} },
    ...{ price: { amount: '12.50', currency: 'EUR' }, ...more },
  }) as Product;
const CATALOGUE = [
  product('l7', 'Lumo 7 desk lamp', { brand: 'Halo', attributes: { colour: ['white', 'black'], battery_life: 8 } }),
  product('l8', 'Lumo 8 desk lamp', { price: null }),
  product('kettle', 'Brevia kettle', { availability: 'OUT_OF_STOCK' }),
  product('pot', 'Teapot', { availability: 'PREORDER' }),
  product('bar', 'Nut chocolate', {
    attributes: { allergens: ['milk', 'soy', 'may contain traces of sesame'], glutenFree: true, sugar_free: false },
  }),
  product('mug', 'Red mug', { availability: 'DISCONTINUED' }),
];
const VIEWER: ProductQuestion['viewer'] = { scope: 'STOREFRONT', keyId: 'k' };

const getPublished = (id: string) => CATALOGUE.find((each) => each.id === id);
const variants = ({ id, groupId }: Product) => CATALOGUE.filter((each) => each.groupId === groupId && each.id !== id);

/** Finds the products with most words of a query, as searches do. */
function findProducts(query: string) {
  const asked = query.toLowerCase().split(' ');
  const lacking = CATALOGUE.map(({ id, title }) => {
    const words = title.toLowerCase().split(' ');
    return { id, ignored: asked.filter((word) => !words.includes(word)) };
  })
    .filter(({ ignored }) => ignored.length < asked.length)
    .sort((a, b) => a.ignored.length - b.ignored.length);
  const [best] = lacking;
  const matchCount = lacking.filter(({ ignored }) => ignored.length === best.ignored.length).length;
  return { ids: lacking.map(({ id }) => id), matchCount, ignoredWords: best?.ignored ?? [] };
}

async function ask(text: string, more: Partial<ProductQuestion> = {}, recommended: Record<string, string[]> = {}) {
  const answers = new ProductAnswers({
    products: { getPublished, variants } as unknown as ProductsReadModel,
    findProducts: (_, query) => Promise.resolve(findProducts(query)),
    recommend: (_, similarTo) => Promise.resolve(recommended[similarTo ?? 'customer'] ?? []),
    shopLanguage: 'en',
  });
  const asked = { text, part: text, intent: 'product-availability', language: 'en', viewer: VIEWER } as const;
  return answers.answer({ ...asked, productId: null, mentionedId: null, previous: null, searches: new Map(), ...more });
}
const details = { intent: 'product-details' };
const advice = { intent: 'product-recommendation' };
const seen = (content: AnswerContent) => ({
  text: answerText(content),
  cards: content.cards.map(({ id }) => id),
  choices: content.choices.map(({ meaning }) => (meaning.kind === 'PRODUCT' ? meaning.productId : meaning.kind)),
});

describe('an answer about a product', () => {
  it('states whether it can be bought and its price, each with its field', async () => {
    const content = await ask('Is the Lumo 7 in stock?');
    expect(seen(content)).toEqual({
      text: 'Lumo 7 desk lamp: in stock.\nIt costs €12.50.',
      ...{ cards: ['l7'], choices: [] },
    });
    const slots = content.parts.flatMap((part) => Object.values(part.slots));
    expect(slots.map(({ value, source }) => [value, `${source.kind} ${source.id} ${source.field}`])).toEqual([
      ['Lumo 7 desk lamp', 'PRODUCT l7 title'],
      ['IN_STOCK', 'PRODUCT l7 availability'],
      ['12.50 EUR', 'PRODUCT l7 price'],
    ]);
    expect(seen(await ask('Lumo 8?')).text).toBe('Lumo 8 desk lamp: in stock.');
  });

  it.each([
    ['Do you have the Lumo 7 in blue?', 'l7'],
    ['Do you have a blue teapot?', 'pot'],
    ['Any kettle?', 'kettle'],
  ])('is given to %j, which has two words, the whole title, or no other word', async (text, id) =>
    expect(seen(await ask(text))).toMatchObject({ cards: [id], text: expect.stringContaining('€12.50') }),
  );

  it('states the attribute that the question names', async () => {
    const content = await ask('How long is the battery life of the Lumo 7?', details);
    expect(seen(content)).toMatchObject({ text: 'Lumo 7 desk lamp – battery life: 8', choices: [] });
    const { product: title, name, value } = content.parts[0].slots;
    expect(title.source).toEqual({ kind: 'PRODUCT', id: 'l7', field: 'title' });
    expect(name.source).toEqual({ kind: 'PRODUCT', id: 'l7', field: 'attributes' });
    expect(value.source).toEqual({ kind: 'PRODUCT', id: 'l7', field: 'attributes.battery_life' });
    expect(seen(await ask('Is the Lumo 7 black?', details)).text).toBe('Yes.\nLumo 7 desk lamp – colour: white, black');
  });

  it('states all attributes if the question names none, and offers a person', async () => {
    const all = seen(await ask('What is the Lumo 7?', details));
    expect(all.text).toMatch(/colour: white, black\n.*battery life: 8$/);
    expect(all.choices).toEqual(['PERSON']);
  });

  it('says that an attribute is not stated, never no, and states nothing else', async () => {
    const content = await ask('Is the Lumo 7 dishwasher safe?', details);
    expect(content).toMatchObject({ outcome: 'NOT_UNDERSTOOD', cards: [] });
    expect(answerText(content)).toBe(
      'The shop does not state that for Lumo 7 desk lamp. A person of our team can find out.',
    );
    expect(content.parts.flatMap(({ slots }) => Object.values(slots).map(({ source }) => source.kind))).toEqual([
      'CUSTOMER_TEXT',
    ]);
  });

  it('lets the customer choose between several, and states the chosen one', async () => {
    const content = await ask('Do you have a desk lamp?');
    expect(content.outcome).toBe('ASKED_BACK');
    expect(seen(content)).toMatchObject({ cards: ['l7', 'l8'], choices: ['l7', 'l8'] });
    expect(content.choices[1].meaning).toEqual({ kind: 'PRODUCT', productId: 'l8', intent: 'product-availability' });
    expect(seen(await ask('Lumo 8 desk lamp', { productId: 'l8' })).text).toBe('Lumo 8 desk lamp: in stock.');
  });

  it('does not take a product with another number for it', async () => {
    const content = await ask('Is the Lumo 9 in stock?');
    expect(content.outcome).toBe('NOT_FOUND');
    expect(seen(content)).toEqual({ text: 'I can’t find “Lumo 9” in the shop.', cards: [], choices: ['PERSON'] });
    expect(content.parts[0].slots.name.source).toEqual({ kind: 'CUSTOMER_TEXT', id: 'Lumo 9', field: 'name' });
  });

  it('shows those that come closest to an unknown one', async () => {
    const content = await ask('Do you have a zorbex kettle?');
    expect(seen(content)).toEqual({
      text: 'I can’t find “zorbex kettle” in the shop.\nThese come closest.',
      ...{ cards: ['kettle'], choices: ['kettle', 'PERSON'] },
    });
  });

  it('says that a property is not stated where it states whether the product can be bought', async () => {
    const content = await ask('Do you have the Brevia kettle in steel?');
    expect(seen(content)).toMatchObject({ cards: ['kettle'], choices: ['PERSON'] });
    expect(answerText(content)).toContain('does not state that for Brevia kettle');
  });

  it('shows similar ones that can be bought if it is sold out', async () => {
    const similar = await ask('Is the Brevia kettle in stock?', {}, { kettle: ['mug', 'pot', 'unpublished', 'l7'] });
    expect(seen(similar)).toEqual({
      text: 'Brevia kettle: out of stock at the moment.\nIt costs €12.50.\nThese products are similar, and available.',
      ...{ cards: ['kettle', 'pot', 'l7'], choices: [] },
    });
    const none = await ask('Is the Brevia kettle in stock?', {}, { kettle: ['mug'] });
    expect(seen(none)).toMatchObject({ cards: ['kettle'], choices: ['PERSON'] });
  });

  it('does not state a chosen product that is not published any more', async () => {
    expect(seen(await ask('Lumo 6', { productId: 'l6' }))).toEqual({
      text: 'The shop does not have this product any more.',
      ...{ cards: [], choices: ['PERSON'] },
    });
  });

  it('is about the whole text if the part with the intent names nothing', async () => {
    const part = { part: 'Is that still available?' };
    expect(seen(await ask('I want the Lumo 7 desk lamp. Is that still available?', part)).cards).toEqual(['l7']);
  });

  it('asks which product is meant if the question names none', async () => {
    const content = await ask('Is it still available?');
    expect([content.outcome, seen(content).choices]).toEqual(['ASKED_BACK', ['PERSON']]);
    expect(seen(content).text).toContain('Which product do you mean?');
  });
});

describe('an answer about the product that was mentioned', () => {
  const after = { mentionedId: 'l7' };

  it.each(['How much is it?', 'Is it black?', 'Still in stock?'])('is given to %j', async (text) =>
    expect(seen(await ask(text, after)).cards).toEqual(['l7']),
  );

  it('is given to the name of one of its attributes, but not to other words', async () => {
    expect(seen(await ask('Which colour?', { ...details, ...after })).text).toContain('colour: white, black');
    expect((await ask('Dishwasher?', { ...details, ...after })).outcome).toBe('NOT_UNDERSTOOD');
  });

  it('is not given if the question names another one, or if it is not published any more', async () => {
    expect(seen(await ask('Is it like the Brevia kettle?', after)).cards).toEqual(['kettle']);
    expect((await ask('How much is it?', { mentionedId: 'l6' })).outcome).toBe('ASKED_BACK');
  });

  it('suggests similar ones if the customer asks for advice', async () => {
    const content = await ask('Anything similar?', { ...advice, ...after }, { l7: ['l8'] });
    expect(seen(content)).toMatchObject({
      ...{ text: 'These products are similar to Lumo 7 desk lamp.\nLumo 8 desk lamp', cards: ['l8'] },
    });
  });
});

describe('a recommendation', () => {
  it('shows what suits the customer if the question names nothing', async () => {
    const content = await ask('Can you recommend something?', advice, { customer: ['mug', 'l8', 'pot', 'l7', 'l8'] });
    expect(seen(content)).toEqual({
      text: 'These products may suit you.\nLumo 8 desk lamp\nTeapot\nLumo 7 desk lamp',
      ...{ cards: ['l8', 'pot', 'l7'], choices: [] },
    });
    expect(await ask('Can you recommend something?', advice)).toMatchObject({ outcome: 'NOT_UNDERSTOOD' });
  });

  it('states the details of one product, and shows several', async () => {
    expect(seen(await ask('Which kettle do you recommend?', advice)).text).toMatch(/^Brevia kettle: out of stock/);
    expect(seen(await ask('Which lamp do you recommend?', advice))).toEqual({
      ...{ text: 'I have found these products.\nLumo 7 desk lamp\nLumo 8 desk lamp', cards: ['l7', 'l8'], choices: [] },
    });
    expect((await ask('Which sofa do you recommend?', advice)).outcome).toBe('NOT_FOUND');
  });

  it('shows products like the one that it names, or states that one if there are none', async () => {
    const text = 'Do you have anything similar to the Brevia kettle?';
    expect(seen(await ask(text, advice, { kettle: ['mug', 'pot'] }))).toMatchObject({
      ...{ text: 'These products are similar to Brevia kettle.\nTeapot', cards: ['pot'] },
    });
    expect(seen(await ask(text, advice))).toMatchObject({ cards: ['kettle'], choices: ['PERSON'] });
  });
});

describe('an answer about allergens', () => {
  const lines = async (text: string) => seen(await ask(text, { intent: 'product-details' })).text;

  it('is yes for what is listed, and no for what is said to be absent', async () => {
    expect(await lines('Does the nut chocolate contain soy?')).toMatch(/^Yes\.\n/);
    expect(await lines('Does the nut chocolate contain gluten?')).toMatch(/^No\.\n/);
  });

  it('is the value alone where it is not certain', async () => {
    expect(await lines('Does the nut chocolate contain sesame?')).not.toMatch(/^(Yes|No)\./);
    expect(await lines('Does the nut chocolate contain sesame?')).toContain('traces of sesame');
    for (const text of [
      'Is the nut chocolate free of milk?',
      'Is the nut chocolate without soy?',
      'Is the nut chocolate safe for someone with a milk allergy?',
      'Is the nut chocolate free of gluten?',
    ])
      expect([text, await lines(text)]).toEqual([text, expect.not.stringMatching(/^(Yes|No)\./)]);
    expect(await lines('Does the nut chocolate contain egg?')).not.toMatch(/^(Yes|No)\./);
  });
});
