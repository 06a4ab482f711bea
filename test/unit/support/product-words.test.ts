import { ProductWords } from '../../../src/support/understanding/product-words';

const words = new ProductWords('en');
const queryOf = (question: string, language = 'en') => words.read(question, language).query;
const naming = (question: string, title: string, brand: string | null = null) =>
  words.naming(words.read(question, 'en'), { title, brand, language: null });

describe('words of a question that may name a product', () => {
  it.each([
    ['Is the red mug still in stock?', 'red mug'],
    ['Hello, how much does the Brevia Kettle cost?', 'Brevia Kettle'],
    ['Do you sell something similar to “Lumo 7”?', 'Lumo 7'],
    ['Do you have an e-reader?', 'e-reader'],
    ['A USB-C cable, please!', 'USB-C cable'],
    ['What sizes does it come in?', ''],
    ['Can you recommend a gift?', ''],
    ['', ''],
    ['?! …', ''],
  ])('of %j are %j', (question, query) => expect(queryOf(question)).toBe(query));

  it.each([
    ['红色杯子有货吗？', '红色杯子'],
    ['请问 Lumo 7 多少钱？', 'Lumo 7'],
    ['你们有没有类似的商品', ''],
    ['这款是什么材质？', ''],
  ])('of the Chinese %j are %j', (question, query) => expect(queryOf(question, 'zh')).toBe(query));

  it('have no characters that can’t be seen', () => {
    expect(queryOf('Is the Lu\u200bmo\u00ad 7\u2060 in st\u200dock?')).toBe('Lumo 7');
  });

  it('say whether a product was mentioned before, and whether others like it are asked for', () => {
    expect(words.read('How much is it?', 'en')).toMatchObject({ hasPronoun: true, asksForSimilar: false });
    expect(words.read('它多少钱', 'zh')).toMatchObject({ hasPronoun: true, asksForSimilar: false });
    expect(words.read('Any alternatives to the kit?', 'en')).toMatchObject({ hasPronoun: false, asksForSimilar: true });
    expect(words.read('有类似的杯子吗', 'zh')).toMatchObject({ hasPronoun: false, asksForSimilar: true });
  });

  it('make a query of a bounded length from any text', () => {
    const many = Array.from({ length: 2_000 }, (_, n) => `mug${n}`);
    expect(queryOf(`cup ${many.join(' ')}`)).toBe(many.slice(-12).join(' '));
    expect(queryOf(`cup ${'mug '.repeat(2_000)}pot`)).toBe('mug pot');
    expect(queryOf(`${'x'.repeat(61)} mug a${'!'.repeat(100_000)}a`)).toBe('mug');
    expect(queryOf('\ud800 \u0000 mug')).toContain('mug');
  });
});

describe('how a question names a product', () => {
  it('counts the words of the title and the brand, in any form', () => {
    expect(naming('Is the Halo lamp in stock?', 'Desk Lamp', 'Halo')).toEqual({ words: 2, isWhole: false });
    expect(naming('Do you have desk lamps?', 'Desk Lamp')).toEqual({ words: 2, isWhole: true });
    expect(naming('Do you have chairs?', 'Desk Lamp', 'Halo')).toEqual({ words: 0, isWhole: false });
  });

  it('is whole with more words than the title has', () => {
    expect(naming('Does the blue Lumo suit a kitchen?', 'Lumo')).toEqual({ words: 1, isWhole: true });
    expect(naming('Lumo?', 'The Lumo')).toEqual({ words: 1, isWhole: true });
  });

  it('names no product with another number', () => {
    expect(naming('Is the Lumo 9 in stock?', 'Lumo 7')).toEqual({ words: 0, isWhole: false });
    expect(naming('Is the Lumo 7 in stock?', 'Lumo 7')).toEqual({ words: 2, isWhole: true });
    expect(naming('I need 2 of the Lumo 7', 'Lumo 7')).toEqual({ words: 2, isWhole: true });
    expect(naming('Is the Lumo in stock?', 'Lumo 7')).toEqual({ words: 1, isWhole: false });
    expect(naming('I need 2 Lumo', 'Lumo')).toEqual({ words: 1, isWhole: true });
  });

  it('never is whole for a title without words', () => {
    for (const title of ['', '!!!', 'The', '\u200b'])
      expect(naming('the mug', title)).toEqual({ words: 0, isWhole: false });
  });

  it('reads hostile and long titles as text', () => {
    expect(naming('constructor', 'constructor')).toEqual({ words: 1, isWhole: true });
    expect(naming('the __proto__', '{product} $& .*')).toMatchObject({ isWhole: false });
    expect(naming('red mug', `${'mug '.repeat(5_000)}cup`)).toEqual({ words: 1, isWhole: false });
  });

  it('finds the words of an attribute', () => {
    const asked = words.read('Which materials is it made of, and the battery life?', 'en');
    expect(words.hasWordOf(asked, 'battery_capacity', null)).toBe(true);
    expect(words.hasWordOf(asked, 'colour', null)).toBe(false);
  });
});
