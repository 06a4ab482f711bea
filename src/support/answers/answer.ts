import type { OfferedRequest } from '../requests/order-request';
import type { AnswerLanguage } from '../language/languages';
import type { TemplateId } from './templates';

export const ANSWER_OUTCOMES = [
  'ANSWERED',
  'ASKED_BACK',
  'NOT_FOUND',
  'SIGN_IN_NEEDED',
  'NOT_UNDERSTOOD',
  'HANDED_OFF',
] as const;
export type AnswerOutcome = (typeof ANSWER_OUTCOMES)[number];

export const SOURCE_KINDS = [
  'ORDER',
  'SHIPMENT',
  'ESTIMATE',
  'ORDER_REQUEST',
  'PRODUCT',
  'ARTICLE',
  'SETTING',
  'CUSTOMER_TEXT',
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Where a value of an answer comes from. */
export interface ValueSource {
  readonly kind: SourceKind;
  /**
   * The id of the order, the shipment, the request, the product or the article; of CUSTOMER_TEXT and ESTIMATE, of what it is about; of
   * SETTING, the name of the setting.
   */
  readonly id: string;
  /** The field, such as `status`. */
  readonly field: string;
}

/** The value of a slot of a template. */
export interface SlotValue {
  /** The value of the field: a time in ISO 8601, a status, a name, an amount as `12.50 EUR`. */
  readonly value: string;
  /** The value as the customer reads it. */
  readonly text: string;
  readonly source: ValueSource;
}

/** One paragraph of an answer: a template with its values. */
export interface AnswerPart {
  readonly template: TemplateId;
  readonly slots: Readonly<Record<string, SlotValue>>;
}

/** What a choice means if the customer makes it. */
export type ChoiceMeaning =
  | { readonly kind: 'INTENT'; readonly intent: string }
  | { readonly kind: 'ORDER'; readonly orderId: string; readonly intent: string }
  | { readonly kind: 'PRODUCT'; readonly productId: string; readonly intent: string }
  | { readonly kind: 'PERSON' };

export interface AnswerChoice {
  readonly text: string;
  readonly meaning: ChoiceMeaning;
}

export const CARD_KINDS = ['ORDER', 'SHIPMENT', 'PRODUCT'] as const;

/** An object that is shown with an answer, as it is when it is read. */
export interface AnswerCard {
  readonly kind: (typeof CARD_KINDS)[number];
  readonly id: string;
}

/** A passage of an article, as it is quoted. */
export interface QuotedPassage {
  readonly articleId: string;
  readonly title: string;
  readonly url: string | null;
}

/** An automatic answer, as it is stored. Its text is rendered from the parts. */
export interface AnswerContent {
  readonly language: AnswerLanguage;
  readonly outcome: AnswerOutcome;
  readonly parts: readonly AnswerPart[];
  readonly choices: readonly AnswerChoice[];
  readonly cards: readonly AnswerCard[];
  readonly quotes: readonly QuotedPassage[];
  /** The buttons that request something from the shop. */
  readonly actions?: readonly OfferedRequest[];
}
