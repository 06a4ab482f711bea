import type { Product } from '../../catalog/product.type';
import type { AnswerPart, SlotValue } from './answer';
import { moneySlot, source, visibleText, type Wording } from './order-answer';
import { AVAILABILITY_WORDS, yesOrNo } from './words';

/** Maximum length of the title of a product, and of the name or value of an attribute, in characters. */
const MAX_TITLE_LENGTH = 120;
const MAX_ATTRIBUTE_LENGTH = 80;
/** Number of attributes that an answer states. */
const MAX_ATTRIBUTES = 8;
/** Number of values of one attribute. */
const MAX_VALUES = 5;

type Language = Pick<Wording, 'language'>;

/** States whether a product can be bought, and its price. */
export function availabilityParts(product: Product, wording: Language): AnswerPart[] {
  const availability: SlotValue = {
    value: product.availability,
    text: AVAILABILITY_WORDS[wording.language][product.availability],
    source: source('PRODUCT', product.id, 'availability'),
  };
  const slots = { product: titleSlot(product), availability };
  return [{ template: 'product.availability', slots }, ...priceParts(product, wording)];
}

/** States what the catalogue says of a product: its price and attributes, or only those attributes that the question names. */
export function detailParts(product: Product, question: string, wording: Language): AnswerPart[] {
  const words = new Set(question.toLowerCase().match(/[\p{L}\p{N}]+/gu));
  const isNamed = (text: string) =>
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .some((word) => words.has(word));
  const all = Object.entries(product.attributes).flatMap(([name, value]) => {
    const values = (Array.isArray(value) ? (value as unknown[]) : [value]).filter(isShown);
    const texts = values.map((each) => (typeof each === 'boolean' ? yesOrNo(wording.language, each) : String(each)));
    return values.length === 0 ? [] : [{ name, values, texts, isNamed: isNamed(name) || texts.some(isNamed) }];
  });
  const named = all.filter((one) => one.isNamed);
  const attributes = named.length > 0 ? named : all;
  const parts = attributes.slice(0, MAX_ATTRIBUTES).map(({ name, values, texts }): AnswerPart => {
    const of = source('PRODUCT', product.id, `attributes.${name}`);
    const value = values.slice(0, MAX_VALUES).join(', ');
    const text = texts.slice(0, MAX_VALUES).join(', ');
    return {
      template: 'product.attribute',
      slots: {
        name: {
          value: name,
          text: visibleText(name.replaceAll('_', ' '), MAX_ATTRIBUTE_LENGTH),
          source: source('PRODUCT', product.id, 'attributes'),
        },
        value: { value, text: visibleText(text, MAX_ATTRIBUTE_LENGTH), source: of },
      },
    };
  });
  return [...availabilityParts(product, wording), ...parts];
}

function priceParts({ id, price, availability }: Product, wording: Language): AnswerPart[] {
  if (price === null || availability === 'DISCONTINUED') return [];
  return [{ template: 'product.price', slots: { price: moneySlot(price, source('PRODUCT', id, 'price'), wording) } }];
}

export function titleSlot({ id, title }: Product): SlotValue {
  return { value: title, text: visibleText(title, MAX_TITLE_LENGTH), source: source('PRODUCT', id, 'title') };
}

function isShown(value: unknown): value is string | number | boolean {
  return typeof value === 'string' ? value.trim() !== '' : typeof value === 'number' || typeof value === 'boolean';
}
