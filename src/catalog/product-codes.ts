import type { CodeField } from '../expressions/read-codes';
import { CURRENCY_FORM, LANGUAGE_FORM, readCurrency, readLanguage } from '../platform/codes';

/** The fields of products in expressions that are codes. */
export const PRODUCT_CODES: readonly CodeField[] = [
  { record: 'product', field: 'currency', read: readCurrency, form: CURRENCY_FORM },
  { record: 'product', field: 'language', read: readLanguage, form: LANGUAGE_FORM },
];
