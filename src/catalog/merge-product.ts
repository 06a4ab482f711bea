import { codePointsIn, isLongerThan } from '../expressions/code-points';
import { checkMoney } from '../graphql/money-fault';
import type { MoneyInput } from '../graphql/money.type';
import { isVisible } from '../graphql/id';
import { withShownTexts } from '../graphql/shown-text';
import { findLengthFault, MAX_FUTURE_MS } from '../graphql/storable';
import { LANGUAGE_FORM, readLanguage } from '../platform/codes';
import type { ProductRecord } from './product-record';
import type { OfferInput, ProductInput } from './product.type';

/** An error in one item of a catalogue mutation. */
export interface ItemFault {
  readonly code: 'BAD_USER_INPUT' | 'NOT_FOUND' | 'STALE';
  readonly message: string;
  readonly path?: string;
}

const MAX_LENGTHS = { title: 500, description: 20_000, url: 2_000, brand: 200, language: 35 } as const;
const MAX_LIST_ITEMS = 100;
const MAX_LIST_ITEM_LENGTH = 2_000;
/** Maximum length of the attributes in characters of JSON. */
const MAX_ATTRIBUTES_LENGTH = 32_768;

/** The fields whose texts people read, without the title, which may not be blank. */
const SHOWN_TEXTS = ['description', 'url', 'brand', 'language'] as const;

const badInput = (message: string, path: string): ItemFault => ({ code: 'BAD_USER_INPUT', message, path });

/**
 * Returns the product after a partial upsert. An absent field stays unchanged, and null clears it. An input with an
 * older `updatedAt` than the stored product is STALE.
 * @param stored the stored product; `undefined` if it is new
 * @param now milliseconds since 1970
 */
export function mergeProduct(
  stored: ProductRecord | undefined,
  given: ProductInput,
  now: number,
): ProductRecord | ItemFault {
  if (given.title != null && !isVisible(given.title))
    return badInput(`title must not be blank; got ${JSON.stringify(given.title)}`, 'title');
  const input = normalized(given);
  const fault = faultOf(input, now);
  if (fault) return fault;
  if (input.title === null || (input.title === undefined && !stored)) {
    return badInput(
      stored
        ? 'title must not be null: it can be changed but not cleared'
        : 'title is missing: a new product requires it',
      'title',
    );
  }
  const at = (input.updatedAt ?? new Date(now)).toISOString();
  if (stored && at < stored.updatedAt) return staleFault(stored.updatedAt);
  const withOffer = mergeOffer(stored ?? emptyProduct(input.id, at), { ...input, updatedAt: new Date(at) });
  if ('code' in withOffer) return withOffer;
  const mergeField = <K extends keyof ProductInput & keyof ProductRecord>(key: K, cleared: ProductRecord[K]) =>
    (input[key] === undefined ? withOffer[key] : (input[key] ?? cleared)) as ProductRecord[K];
  return {
    ...withOffer,
    title: input.title ?? withOffer.title,
    description: mergeField('description', null),
    url: mergeField('url', null),
    imageUrls: mergeField('imageUrls', []),
    brand: mergeField('brand', null),
    categories: mergeField('categories', []),
    groupId: mergeField('groupId', null),
    language: mergeField('language', null),
    rating: mergeField('rating', null),
    attributes: mergeField('attributes', {}),
    publishedAt: input.publishedAt === undefined ? withOffer.publishedAt : (input.publishedAt?.toISOString() ?? null),
    updatedAt: at,
  };
}

/** Returns the product after a change of price, stock or availability, which have an update time of their own. */
export function updateOffer(
  stored: ProductRecord | undefined,
  input: OfferInput,
  now: number,
): ProductRecord | ItemFault {
  const fault = faultOf(input, now);
  if (fault) return fault;
  if (!stored) return { code: 'NOT_FOUND', message: `there is no product ${JSON.stringify(input.id)}`, path: 'id' };
  const at = input.updatedAt ?? new Date(now);
  if (at.toISOString() < stored.offerUpdatedAt) return staleFault(stored.offerUpdatedAt);
  return mergeOffer(stored, { ...input, updatedAt: at });
}

function mergeOffer(stored: ProductRecord, input: OfferInput & { updatedAt: Date }): ProductRecord | ItemFault {
  const { price, listPrice, stock, availability } = input;
  const hasOfferFields = [price, listPrice, stock, availability].some((value) => value !== undefined);
  const at = input.updatedAt.toISOString();
  // A product update may be newer than the stored product, although its price is older than the stored price.
  if (!hasOfferFields || at < stored.offerUpdatedAt) return stored;
  const newPrice = price === undefined ? stored.price : (price?.amount ?? null);
  const newListPrice = listPrice === undefined ? stored.listPrice : (listPrice?.amount ?? null);
  const currencies = new Set(
    [
      newPrice === null ? null : (price?.currency ?? stored.currency),
      newListPrice === null ? null : (listPrice?.currency ?? stored.currency),
    ].filter((currency) => currency !== null),
  );
  if (currencies.size > 1)
    return badInput(
      `price and listPrice must have the same currency; got ${[...currencies].join(' and ')}`,
      'listPrice.currency',
    );
  const impliedAvailability = stock == null ? undefined : stock > 0 ? 'IN_STOCK' : 'OUT_OF_STOCK';
  return {
    ...stored,
    price: newPrice,
    listPrice: newListPrice,
    currency: [...currencies][0] ?? null,
    stock: stock === undefined ? stored.stock : stock,
    availability: availability ?? impliedAvailability ?? (availability === null ? 'IN_STOCK' : stored.availability),
    offerUpdatedAt: at,
  };
}

/** Returns the input with trimmed texts and the canonical form of its language. Blank texts become null, and blank image URLs are removed. Blank categories remain, to be refused. */
function normalized(input: ProductInput): ProductInput {
  const { title, imageUrls, categories } = input;
  const shown = withShownTexts(input, SHOWN_TEXTS);
  return {
    ...shown,
    title: title?.trim() ?? title,
    imageUrls: imageUrls?.map((url) => url.trim()).filter(isVisible) ?? imageUrls,
    categories: categories?.map((category) => category.trim()) ?? categories,
    language: shown.language && (readLanguage(shown.language) ?? shown.language),
  };
}

function staleFault(storedAt: string): ItemFault {
  return {
    code: 'STALE',
    message: `updatedAt is older than the stored product, which is of ${storedAt}`,
    path: 'updatedAt',
  };
}

function emptyProduct(id: string, at: string): ProductRecord {
  return {
    id,
    title: '',
    description: null,
    url: null,
    imageUrls: [],
    price: null,
    listPrice: null,
    currency: null,
    brand: null,
    categories: [],
    groupId: null,
    language: null,
    availability: 'IN_STOCK',
    stock: null,
    rating: null,
    attributes: {},
    publishedAt: null,
    updatedAt: at,
    offerUpdatedAt: at,
  };
}

function faultOf(input: ProductInput | OfferInput, now: number): ItemFault | undefined {
  if (input.updatedAt && !(input.updatedAt.getTime() <= now + MAX_FUTURE_MS)) {
    return badInput('updatedAt must be at most 5 minutes in the future', 'updatedAt');
  }
  return faultOfPrice(input.price, 'price') ?? faultOfPrice(input.listPrice, 'listPrice') ?? faultOfTexts(input);
}

function faultOfPrice(money: MoneyInput | null | undefined, path: string): ItemFault | undefined {
  if (money == null) return undefined;
  const wrong = checkMoney(money);
  if (wrong) return badInput(wrong.message, `${path}.${wrong.path}`);
  return money.amount.startsWith('-')
    ? badInput(`${path}.amount must not be negative; got ${money.amount}`, `${path}.amount`)
    : undefined;
}

function faultOfTexts(input: ProductInput): ItemFault | undefined {
  for (const [name, maxLength] of Object.entries(MAX_LENGTHS) as [keyof typeof MAX_LENGTHS, number][]) {
    const text = input[name];
    if (text == null) continue;
    if (isLongerThan(text, maxLength))
      return badInput(`${name} must have at most ${maxLength} characters; got ${codePointsIn(text)}`, name);
  }
  if (input.language != null && readLanguage(input.language) === undefined)
    return badInput(`language must be ${LANGUAGE_FORM}; got ${JSON.stringify(input.language)}`, 'language');
  for (const name of ['imageUrls', 'categories'] as const) {
    const list = input[name];
    if (list == null) continue;
    if (list.length > MAX_LIST_ITEMS)
      return badInput(`${name} must have at most ${MAX_LIST_ITEMS} items; got ${list.length}`, name);
    const invalidIndex = list.findIndex((item) => isLongerThan(item, MAX_LIST_ITEM_LENGTH));
    if (invalidIndex >= 0)
      return badInput(
        `${name}[${invalidIndex}] must have at most ${MAX_LIST_ITEM_LENGTH} characters; got ${codePointsIn(list[invalidIndex]!)}`,
        `${name}[${invalidIndex}]`,
      );
  }
  const blank = input.categories?.findIndex((category) => !isVisible(category)) ?? -1;
  if (blank >= 0) return badInput(`categories[${blank}] must not be blank`, `categories[${blank}]`);
  const attributesFault =
    input.attributes == null ? undefined : findLengthFault('attributes', input.attributes, MAX_ATTRIBUTES_LENGTH);
  return attributesFault === undefined ? undefined : badInput(attributesFault, 'attributes');
}
