import type { Availability } from '../../catalog/product-record';
import type { OrderStatus } from '../../orders/life-cycle';
import type { ShipmentStatus } from '../../logistics/shipment-state';
import type { OrderRequestKind, OrderRequestState } from '../requests/order-request';
import type { StarterIntent } from '../understanding/intents';
import type { AnswerLanguage } from './templates';

/** Words for values of fields, as customers read them. */
type Words<Value extends string> = Readonly<Record<AnswerLanguage, Readonly<Record<Value, string>>>>;

export const ORDER_STATUS_WORDS: Words<OrderStatus> = {
  en: {
    PLACED: 'received',
    PAID: 'paid',
    PACKED: 'packed',
    SHIPPED: 'shipped',
    DELIVERED: 'delivered',
    CANCELLED: 'cancelled',
    RETURNED: 'returned',
    REFUNDED: 'refunded',
  },
  zh: {
    PLACED: '已下单',
    PAID: '已付款',
    PACKED: '已打包',
    SHIPPED: '已发货',
    DELIVERED: '已送达',
    CANCELLED: '已取消',
    RETURNED: '已退货',
    REFUNDED: '已退款',
  },
};

export const SHIPMENT_STATUS_WORDS: Words<ShipmentStatus> = {
  en: {
    PENDING: 'announced',
    LABEL_CREATED: 'announced to the carrier',
    PICKED_UP: 'handed over to the carrier',
    HUB_IN: 'arrived at a hub',
    HUB_OUT: 'left a hub',
    CUSTOMS: 'in customs',
    OUT_FOR_DELIVERY: 'out for delivery',
    DELIVERY_ATTEMPTED: 'delivery attempted',
    AVAILABLE_FOR_PICKUP: 'ready for collection',
    DELIVERED: 'delivered',
    EXCEPTION: 'delayed by a problem',
    RETURNING: 'on its way back to the shop',
    RETURNED: 'back at the shop',
    LOST: 'lost',
    EXPIRED: 'no longer tracked',
    VOIDED: 'recorded by mistake',
  },
  zh: {
    PENDING: '已登记',
    LABEL_CREATED: '已通知承运商',
    PICKED_UP: '已交给承运商',
    HUB_IN: '已到达分拨中心',
    HUB_OUT: '已离开分拨中心',
    CUSTOMS: '清关中',
    OUT_FOR_DELIVERY: '派送中',
    DELIVERY_ATTEMPTED: '已尝试派送',
    AVAILABLE_FOR_PICKUP: '可以自取',
    DELIVERED: '已送达',
    EXCEPTION: '因异常延误',
    RETURNING: '正在退回本店',
    RETURNED: '已退回本店',
    LOST: '已丢失',
    EXPIRED: '不再跟踪',
    VOIDED: '误录',
  },
};

/** Words for statuses of parcels from customers to the shop that differ from those of other parcels. */
export const RETURN_STATUS_WORDS: Words<'RETURNING' | 'RETURNED'> = {
  en: { RETURNING: 'on its way back to you', RETURNED: 'back at its sender' },
  zh: { RETURNING: '正在退回给您', RETURNED: '已退回寄件人' },
};

export const REQUEST_STATE_WORDS: Words<OrderRequestState> = {
  en: {
    REQUESTED: 'requested, not yet confirmed',
    CONFIRMED: 'confirmed by the shop',
    DECLINED: 'declined by the shop',
  },
  zh: { REQUESTED: '已提出申请，尚待确认', CONFIRMED: '本店已确认', DECLINED: '本店已拒绝' },
};

/** The texts of the buttons. */
export const REQUEST_WORDS: Words<OrderRequestKind> = {
  en: { CANCEL: 'Request the cancellation', CHANGE: 'Send the request' },
  zh: { CANCEL: '申请取消', CHANGE: '发送请求' },
};

export const AVAILABILITY_WORDS: Words<Availability> = {
  en: {
    IN_STOCK: 'in stock',
    OUT_OF_STOCK: 'out of stock at the moment',
    PREORDER: 'can be ordered before it appears',
    DISCONTINUED: 'no longer sold',
  },
  zh: { IN_STOCK: '有货', OUT_OF_STOCK: '暂时缺货', PREORDER: '可以预订', DISCONTINUED: '已停售' },
};

/** How a choice between intents is worded. */
export const INTENT_WORDS: Words<StarterIntent> = {
  en: {
    'order-status': 'Where is my order?',
    'late-delivery': 'My parcel is late',
    'delivered-not-received': 'My parcel has not reached me',
    'delivery-options': 'Delivery costs and times',
    'international-delivery': 'Delivery to other countries',
    'cancel-order': 'Cancel an order',
    'change-order': 'Change an order',
    'return-item': 'Return something',
    'exchange-item': 'Exchange something',
    'refund-status': 'Where is my refund?',
    'damaged-item': 'Something is broken',
    'wrong-or-missing-item': 'Something is wrong or missing',
    'payment-methods': 'Ways to pay',
    'payment-problem': 'A problem with a payment',
    invoice: 'An invoice',
    'discount-code': 'A discount code',
    'gift-card': 'Gift cards',
    'product-availability': 'Is it in stock?',
    'product-details': 'Details of a product',
    'product-recommendation': 'Which product suits me?',
    'size-advice': 'Which size?',
    'warranty-repair': 'Warranty or repair',
    'account-access': 'My account',
    'privacy-request': 'My personal data',
    unsubscribe: 'End the newsletter',
    'contact-details': 'Opening hours and contact',
    complaint: 'A complaint',
    'speak-to-person': 'Talk to a person',
    greeting: 'Just saying hello',
    thanks: 'Just saying thanks',
  },
  zh: {
    'order-status': '我的订单在哪里？',
    'late-delivery': '包裹延误',
    'delivered-not-received': '没有收到包裹',
    'delivery-options': '配送费用和时间',
    'international-delivery': '配送到其他国家',
    'cancel-order': '取消订单',
    'change-order': '修改订单',
    'return-item': '退货',
    'exchange-item': '换货',
    'refund-status': '我的退款在哪里？',
    'damaged-item': '商品损坏',
    'wrong-or-missing-item': '发错或漏发',
    'payment-methods': '付款方式',
    'payment-problem': '付款问题',
    invoice: '发票',
    'discount-code': '优惠码',
    'gift-card': '礼品卡',
    'product-availability': '有货吗？',
    'product-details': '商品详情',
    'product-recommendation': '哪款商品适合我？',
    'size-advice': '选哪个尺码？',
    'warranty-repair': '保修或维修',
    'account-access': '我的账户',
    'privacy-request': '我的个人数据',
    unsubscribe: '退订',
    'contact-details': '营业时间和联系方式',
    complaint: '投诉',
    'speak-to-person': '联系人工客服',
    greeting: '只是打个招呼',
    thanks: '只是说声谢谢',
  },
};

/** Returns how a choice of an intent is worded. An intent of the shop is named by its id. */
export function intentWords(language: AnswerLanguage, intent: string): string {
  const words: Readonly<Record<string, string>> = INTENT_WORDS[language];
  return Object.hasOwn(words, intent) ? words[intent]! : intent.replaceAll(/[-_]/g, ' ');
}

export function personWords(language: AnswerLanguage): string {
  return INTENT_WORDS[language]['speak-to-person'];
}

/** Words for the values of attributes that are true or false. */
const FLAG_WORDS: Words<'true' | 'false'> = { en: { true: 'yes', false: 'no' }, zh: { true: '是', false: '否' } };

export function yesOrNo(language: AnswerLanguage, flag: boolean): string {
  return FLAG_WORDS[language][flag ? 'true' : 'false'];
}
