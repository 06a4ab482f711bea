import type { Product } from '../../catalog/product.type';
import type { AnswerPart, SlotValue } from './answer';
import { moneySlot, source, visibleText, type Wording } from './order-answer';
import { shownName, shownValues, type AnsweringAttribute } from './product-facts';
import { AVAILABILITY_WORDS, yesOrNo } from './words';

/** Maximum length of the title of a product, and of the name or value of an attribute, in characters. */
const MAX_TITLE_LENGTH = 120;
const MAX_ATTRIBUTE_LENGTH = 80;
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

/** States an attribute of a product; undefined if it has no value. */
export function attributePart(
  product: Product,
  { name, value }: Pick<AnsweringAttribute, 'name' | 'value'>,
  wording: Language,
): AnswerPart | undefined {
  const slots = attributeSlots(product, name, value, wording);
  return slots && { template: 'product.stated', slots: { product: titleSlot(product), ...slots } };
}

/** States the attributes that two products both have, and that differ; the price first. */
export function comparedParts(one: Product, other: Product, wording: Language): AnswerPart[] {
  const titles = { product: titleSlot(one), other: titleSlot(other) };
  const differing = Object.entries(one.attributes).filter(
    ([name, value]) =>
      Object.hasOwn(other.attributes, name) && JSON.stringify(value) !== JSON.stringify(other.attributes[name]),
  );
  const attributes = differing.flatMap(([name, value]): AnswerPart[] => {
    const first = attributeSlots(one, name, value, wording);
    const second = attributeSlots(other, name, other.attributes[name], wording);
    if (first === undefined || second === undefined) return [];
    return [{ template: 'product.compared', slots: { ...titles, ...first, otherValue: second.value } }];
  });
  return [...availabilityParts(one, wording), ...availabilityParts(other, wording), ...attributes];
}

/** Names products, one in a line. */
export function listedParts(products: readonly Product[]): AnswerPart[] {
  return products.map((product) => ({ template: 'products.listed', slots: { product: titleSlot(product) } }));
}

function attributeSlots(product: Product, name: string, value: unknown, { language }: Language) {
  const values = shownValues(value);
  if (values.length === 0) return undefined;
  const texts = values.map((each) => (typeof each === 'boolean' ? yesOrNo(language, each) : String(each)));
  return {
    name: {
      value: name,
      text: visibleText(shownName(name), MAX_ATTRIBUTE_LENGTH),
      source: source('PRODUCT', product.id, 'attributes'),
    },
    value: {
      value: values.slice(0, MAX_VALUES).join(', '),
      text: visibleText(texts.slice(0, MAX_VALUES).join(', '), MAX_ATTRIBUTE_LENGTH),
      source: source('PRODUCT', product.id, `attributes.${name}`),
    },
  };
}

function priceParts({ id, price, availability }: Product, wording: Language): AnswerPart[] {
  if (price === null || availability === 'DISCONTINUED') return [];
  return [{ template: 'product.price', slots: { price: moneySlot(price, source('PRODUCT', id, 'price'), wording) } }];
}

export function titleSlot({ id, title }: Product): SlotValue {
  return { value: title, text: visibleText(title, MAX_TITLE_LENGTH), source: source('PRODUCT', id, 'title') };
}
