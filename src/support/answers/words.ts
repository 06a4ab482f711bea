import type { Availability } from '../../catalog/product-record';
import type { OrderStatus } from '../../orders/life-cycle';
import type { ShipmentStatus } from '../../logistics/shipment-state';
import { ANSWER_LANGUAGES, type AnswerLanguage } from '../language/languages';
import { TEXTS, type LanguageTexts } from '../language/texts';
import type { OrderRequestKind, OrderRequestState } from '../requests/order-request';
import type { StarterIntent } from '../understanding/intents';

/** Words for values of fields, as customers read them. */
type Words<Value extends string> = Readonly<Record<AnswerLanguage, Readonly<Record<Value, string>>>>;

function wordsBy<Name extends keyof LanguageTexts['words']>(name: Name) {
  return Object.fromEntries(ANSWER_LANGUAGES.map((language) => [language, TEXTS[language].words[name]])) as Readonly<
    Record<AnswerLanguage, LanguageTexts['words'][Name]>
  >;
}

export const ORDER_STATUS_WORDS: Words<OrderStatus> = wordsBy('orderStatus');
export const SHIPMENT_STATUS_WORDS: Words<ShipmentStatus> = wordsBy('shipmentStatus');
/** Words for statuses of parcels from customers to the shop that differ from those of other parcels. */
export const RETURN_STATUS_WORDS: Words<'RETURNING' | 'RETURNED'> = wordsBy('returnStatus');
export const REQUEST_STATE_WORDS: Words<OrderRequestState> = wordsBy('requestState');
/** The texts of the buttons. */
export const REQUEST_WORDS: Words<OrderRequestKind> = wordsBy('request');
export const AVAILABILITY_WORDS: Words<Availability> = wordsBy('availability');
/** How a choice between intents is worded. */
export const INTENT_WORDS: Words<StarterIntent> = wordsBy('intents');

/** Returns how a choice of an intent is worded. An intent of the shop is named by its id. */
export function intentWords(language: AnswerLanguage, intent: string): string {
  const words: Readonly<Record<string, string>> = INTENT_WORDS[language];
  return Object.hasOwn(words, intent) ? words[intent]! : intent.replaceAll(/[-_]/g, ' ');
}

export function personWords(language: AnswerLanguage): string {
  return INTENT_WORDS[language]['speak-to-person'];
}

/** Words for the values of attributes that are true or false. */
export function yesOrNo(language: AnswerLanguage, flag: boolean): string {
  return TEXTS[language].words.yesNo[flag ? 'true' : 'false'];
}
