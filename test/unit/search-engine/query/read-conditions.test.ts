import { cpuMs } from '../../../setup/cpu-time';
import type * as ReadConditionsFile from '../../../../src/search-engine/query/read-conditions';
import { readConditions } from '../../../../src/search-engine/query/read-conditions';

/** A query in a language, the rest of it, and its condition as `field: from … to`, with `]` if `to` is included. */
const READ: readonly (readonly [text: string, language: string, rest: string, condition: string])[] = [
  ['lamp under 50', 'en', 'lamp', 'price: … 50'],
  ['towels under 20 euros', 'en', 'towels', 'price: … 20'],
  ['lamp cheaper than $1,000 for a desk', 'en', 'lamp for a desk', 'price: … 1000'],
  ['lamp between 20 and 50', 'en', 'lamp', 'price: 20 … 50]'],
  ['lamp 20-50 €', 'en', 'lamp', 'price: 20 … 50]'],
  ['up to 49.99 eur lamp', 'en', 'lamp', 'price: … 49.99]'],
  ['mug over £5', 'en', 'mug', 'price: 5 …'],
  ['tent for 4 people', 'en', 'tent', 'attributes.persons: 4 …'],
  ['4-person tent', 'en', 'tent', 'attributes.persons: 4 …'],
  ['under 50', 'en', '', 'price: … 50'],
  ['lamp under 50 € with shade', 'en', 'lamp with shade', 'price: … 50'],
  ['Lampe unter 49,90 Euro', 'de', 'Lampe', 'price: … 49.9'],
  ['Lampe bis 1.000 €', 'de', 'Lampe', 'price: … 1000]'],
  ['Lampe zwischen 20 und 50', 'de', 'Lampe', 'price: 20 … 50]'],
  ['lampe moins de 50', 'fr', 'lampe', 'price: … 50'],
  ['lámpara entre 20 y 50 euros', 'es', 'lámpara', 'price: 20 … 50]'],
  ['lamp onder 50 euro', 'nl', 'lamp', 'price: … 50'],
  ['lampa under 500 kr', 'sv', 'lampa', 'price: … 500'],
  ['лампа до 500 рублей', 'ru', 'лампа', 'price: … 500]'],
  ['sofa under 1 000 €', 'en', 'sofa', 'price: … 1000'],
  ['Sofa unter 1\u202f000 €', 'de', 'Sofa', 'price: … 1000'],
  ['canapé moins de 1\u00a0000,50 €', 'fr', 'canapé', 'price: … 1000.5'],
  ['Sofa unter 1.000,00 €', 'de', 'Sofa', 'price: … 1000'],
  ['sofa under $1,299.99', 'en', 'sofa', 'price: … 1299.99'],
  ["Sofa unter CHF 1'000", 'de', 'Sofa', 'price: … 1000'],
  ['sofa under 1’000', 'en', 'sofa', 'price: … 1000'],
  ['sofa under 1k', 'en', 'sofa', 'price: … 1000'],
  ['sofa between 1.5k and 2K', 'en', 'sofa', 'price: 1500 … 2000]'],
  ['mug under €5', 'en', 'mug', 'price: … 5'],
  ['sofa more than 100 euro', 'en', 'sofa', 'price: 100 …'],
  ['sofa between 1 000 and 2 000', 'en', 'sofa', 'price: 1000 … 2000]'],
  ['sofa zwischen 1 000 und 2 000', 'de', 'sofa', 'price: 1000 … 2000]'],
  ['soffa över 10 000 kr', 'sv', 'soffa', 'price: 10000 …'],
  ['диван до 10 000 руб', 'ru', 'диван', 'price: … 10000]'],
  ['sofa 1 000 - 2 000 €', 'en', 'sofa', 'price: 1000 … 2000]'],
  ['sofa unter 50 €', 'en', 'sofa', 'price: … 50'],
  ['диван до 10 000 руб', 'en', 'диван', 'price: … 10000]'],
  ['sofa under ５０ €', 'en', 'sofa', 'price: … 50'],
  ['ｓｏｆａ under ٥٠ $', 'en', 'ｓｏｆａ', 'price: … 50'],
  ['sofa under 1 234 567 €', 'en', 'sofa', 'price: … 1234567'],
  ['sofa under 1  000 €', 'en', 'sofa', 'price: … 1000'],
  ['sofa under 1 \u00a0000 €', 'en', 'sofa', 'price: … 1000'],
  ['диван больше 100 евро', 'ru', 'диван', 'price: 100 …'],
  ['диван дешевле 500 долларов', 'ru', 'диван', 'price: … 500'],
  ['Sofa bis 1000,- €', 'de', 'Sofa', 'price: … 1000]'],
  ['Sofa bis 1.000,- Euro', 'de', 'Sofa', 'price: … 1000]'],
  ['Sofa bis 1000,–', 'de', 'Sofa', 'price: … 1000]'],
  ['Sofa ab 500.- CHF', 'de', 'Sofa', 'price: 500 …'],
  ['soffa under 500:-', 'sv', 'soffa', 'price: … 500'],
  ['soffa mellan 500:- och 900:-', 'sv', 'soffa', 'price: 500 … 900]'],
  ['soffa över 500 kronor', 'sv', 'soffa', 'price: 500 …'],
  ['sofa over 500 kr. in blue', 'en', 'sofa in blue', 'price: 500 …'],
  ['sofa over 500 € in blue', 'en', 'sofa in blue', 'price: 500 …'],
  ['laptop over 500 US$', 'en', 'laptop', 'price: 500 …'],
  ['laptop over US$500', 'en', 'laptop', 'price: 500 …'],
  ['sofa over 500 Kč', 'en', 'sofa', 'price: 500 …'],
  ['sofa over 500 zł', 'en', 'sofa', 'price: 500 …'],
  ['mug over ₹500', 'en', 'mug', 'price: 500 …'],
  ['mug over 500 rupees', 'en', 'mug', 'price: 500 …'],
  ['mug under ₹1,00,000', 'en', 'mug', 'price: … 100000'],
  ['canapé plus de 100 francs', 'fr', 'canapé', 'price: 100 …'],
  ['divano più di 100 franchi', 'it', 'divano', 'price: 100 …'],
  ['sofá más de 100 coronas', 'es', 'sofá', 'price: 100 …'],
  ['bank meer dan 100 dollar', 'nl', 'bank', 'price: 100 …'],
  ['iphone 15 300 - 500 €', 'en', 'iphone 15', 'price: 300 … 500]'],
  ['shoes 42 100-200 €', 'en', 'shoes 42', 'price: 100 … 200]'],
  ['lego 3 100-200 €', 'de', 'lego 3', 'price: 100 … 200]'],
  ['tv 55 500 - 900 €', 'fr', 'tv 55', 'price: 500 … 900]'],
  ['tv 55 €500-€900', 'en', 'tv 55', 'price: 500 … 900]'],
  ['tv 55 500 - 1 000 €', 'en', 'tv 55', 'price: 500 … 1000]'],
  ['sofa 1 000 - 2000 €', 'en', 'sofa', 'price: 1000 … 2000]'],
  ['lampada da 10 a 20 euro', 'it', 'lampada', 'price: 10 … 20]'],
  ['lampada fra 10 e 20 euro', 'it', 'lampada', 'price: 10 … 20]'],
  ['lampada tra 10 e 20 euro', 'it', 'lampada', 'price: 10 … 20]'],
  ['lampa från 100 till 200 kr', 'sv', 'lampa', 'price: 100 … 200]'],
  ['lamp van 10 tot 20 euro', 'nl', 'lamp', 'price: 10 … 20]'],
  ['lampada fra 10 e 20 euro', 'en', 'lampada', 'price: 10 … 20]'],
  ['SOFA UNTER 50 EUR', 'en', 'SOFA', 'price: … 50'],
];

it.each(READ)('reads %s (%s)', (text, language, rest, condition) => {
  const read = readConditions(text, [language], ['weight', 'persons']);
  const shown = read.conditions.map(
    ({ field, from, to, includesTo }) => `${field}: ${from ?? ''} … ${to ?? ''}${includesTo ? ']' : ''}`,
  );
  expect({ rest: read.rest, conditions: shown.map((one) => one.replace(/ +/g, ' ').trim()) }).toEqual({
    rest,
    conditions: [condition],
  });
});

it.each([
  ['lamp under 50 cm'],
  ['lamp under 50cm'],
  ['lamp under 27"'],
  ['mug over 50'],
  ['gift from 3 years'],
  ['toys under 5 years'],
  ['book under 5s'],
  ['up to 50'],
  ['lamp 20-50'],
  ['under armour 12'],
  ['from 20 to 10 €'],
  ['lamp under'],
  ['lamp under 50 lumen'],
  ['iphone under 15 pro'],
  ['dress under 5-6 years'],
  ['lamp under 50 with shade'],
  ['1under 50'],
  ['sofa unter 50'],
  ['tv under 4k resolution'],
  ['iphone under 15 256 gb'],
  ['bulb under 50 100 lumen'],
  ['sofa over 500,-3'],
  ['pastry over 500'],
  ['sofa over 500 eurovision'],
  ['iron unter 40'],
  ['scrub unter 40'],
  ['kr unter 40'],
])('reads no condition in %s', (text) => {
  expect(readConditions(text, ['en'], ['persons'])).toEqual({ rest: text, conditions: [] });
});

it('reads no condition whose number is still being typed', () => {
  expect(readConditions('lamp under 5', ['en'], [], true).conditions).toEqual([]);
  expect(readConditions('lamp under 50 ', ['en'], [], true).conditions).toHaveLength(1);
  expect(readConditions('under 50 € lam', ['en'], [], true)).toMatchObject({ rest: 'lam' });
  expect(readConditions('lamp from 20 € to 50 €', ['en'], [], true).conditions).toEqual([]);
});

it('reads a number of persons only if the products have such an attribute, and in the first language that fits', () => {
  expect(readConditions('tent for 4 people', ['en'], ['weight']).conditions).toEqual([]);
  expect(readConditions('lampe unter 50', ['fr', 'de'], []).conditions).toMatchObject([{ to: 50 }]);
  expect(readConditions('lamp under 50', ['zz', '__proto__'], []).conditions).toEqual([]);
});

it('takes time linear in the length of any text', () => {
  for (const part of [
    'under ',
    'under 5',
    '1,',
    '20-',
    '9',
    'between 1 and ',
    '4 ',
    ' ',
    '111 ',
    '1  ',
    '1,00',
    ':-',
    '€',
    '₹1',
    'kr ',
  ]) {
    const began = cpuMs();
    for (const before of ['', '1 € ', 'under '])
      expect(readConditions(before + part.repeat(4_096 / part.length), ['en', 'de', 'fr'], ['persons'])).toBeDefined();
    expect([part, cpuMs() - began < 500]).toEqual([part, true]);
  }
});

it('needs little time for the first query with a currency', () => {
  const took = cpuMs();
  jest.isolateModules(() => {
    const fresh = jest.requireActual<typeof ReadConditionsFile>('../../../../src/search-engine/query/read-conditions');
    for (const text of ['lamp 50 €', 'iron 40', 'usb-c cable mini 3 €'])
      fresh.readConditions(text, ['en'], ['persons']);
  });
  expect(cpuMs() - took).toBeLessThan(250);
});

it('reads both bounds of a price, each once', () => {
  const read = readConditions('lamp over 20 € under 50', ['en'], []);
  expect(read).toMatchObject({ rest: 'lamp', conditions: [{ to: 50 }, { from: 20 }] });
  expect(readConditions('lamp under 20 € under 50', ['en'], []).conditions).toHaveLength(1);
});
