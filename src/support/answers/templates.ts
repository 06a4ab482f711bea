/** The languages of the built-in texts. */
export const ANSWER_LANGUAGES = ['en', 'zh'] as const;
export type AnswerLanguage = (typeof ANSWER_LANGUAGES)[number];

const ENGLISH = {
  greeting: 'Hello! I can find your orders and parcels, and answer questions about the shop.',
  thanks: 'You are welcome.',
  'order.summary': 'Order {order} of {placedAt}: {status}.',
  'order.not-shipped': 'It has not been shipped yet.',
  'order.unknown': 'I can’t find the order {number} among yours. Please check the number.',
  'orders.none': 'There is no order in this account yet.',
  'orders.which': 'Which order do you mean?',
  'orders.sign-in':
    'I talk about an order only with the person who placed it. Please sign in, or open the link in the confirmation of your order.',
  'parcel.status': 'Parcel {parcel} with {carrier}: {status}, since {statusAt}.',
  'parcel.announced': 'Parcel {parcel} with {carrier} is announced. The carrier has not scanned it yet.',
  'parcel.delivered': 'Parcel {parcel} with {carrier}: {status}, on {deliveredAt}.',
  'parcel.delivered-place': 'The carrier names the place: {place}.',
  'parcel.place': 'It was last scanned in {place}.',
  'parcel.estimate': 'It should arrive between {earliest} and {latest}.',
  'parcel.estimate-day': 'It should arrive on {latest}.',
  'parcel.late': 'It was promised for {promisedAt}. I am sorry that it is late.',
  'parcel.stuck': 'It has not moved for longer than usual. A person of our team can ask the carrier.',
  'parcel.not-found':
    'If you can’t find it, please ask your neighbours first. A person of our team can ask the carrier where it is.',
  'return.until': 'The last day to return it is {until}.',
  'return.ended': 'The time to return it ended on {until}. A person of our team can say what is still possible.',
  'return.not-delivered': 'Its delivery has not been recorded yet.',
  'return.not-delivered-days':
    'Its delivery has not been recorded yet. The time to return it, in days after the delivery: {days}.',
  'return.parcel': 'About your return:',
  'refund.paid': '{amount} was refunded on {refundedAt}.',
  'refund.total': 'In total, {refunded} of {charged} has been refunded.',
  'refund.none': 'No refund has been recorded for it yet.',
  'refund.no-payment': 'No payment has been recorded for it.',
  'cancel.offer':
    'The shop may still be able to cancel it. Press the button to request that. The order is cancelled only when the shop has confirmed it.',
  'cancel.too-late': 'It can’t be cancelled any more.',
  'cancel.pending': 'Its cancellation, of {requestedAt}: {state}.',
  'cancel.requested':
    'Cancellation of order {order}: {state}. I will write here as soon as the shop has confirmed or declined it.',
  'cancel.resolved': 'Cancellation of order {order}: {state}.',
  'change.offer':
    'Press the button to send this request to the shop: “{text}”. If something is missing, write again what is to be changed.',
  'change.too-late': 'It can’t be changed any more.',
  'change.pending': 'Your request to change it, of {requestedAt}: {state}.',
  'change.requested':
    'Change of order {order}: {state}. I will write here as soon as the shop has confirmed or declined it.',
  'change.resolved': 'Change of order {order}: {state}.',
  'request.note': 'The shop writes: {note}',
  'product.availability': '{product}: {availability}.',
  'product.price': 'It costs {price}.',
  'product.attribute': '{name}: {value}',
  'product.which': 'Which product do you mean? Please write its name.',
  'product.none': 'The shop does not have this product any more.',
  'product.unknown': 'I can’t find “{name}” in the shop.',
  'products.which': 'Which of these products do you mean?',
  'products.found': 'I have found these products.',
  'products.close': 'These come closest.',
  'products.similar': 'These products are similar, and available.',
  'products.similar-to': 'These products are similar to {product}.',
  'products.suggested': 'These products may suit you.',
  'quote.passage': '{passage}',
  'ask.intent': 'What do you want to know?',
  'ask.refused': 'All right, I will not do that. What can I do for you instead?',
  'not-understood': 'I am not sure that I understand you. A person of our team can help you.',
  'no-answer': 'I have no answer to this question. A person of our team can help you.',
  'hand-off': 'I am passing you on to a person of our team, who will answer you here.',
  'hand-off.complaint': 'I am sorry about that. A person of our team will look into it and answer you here.',
} as const;

export type TemplateId = keyof typeof ENGLISH;

const CHINESE: Readonly<Record<TemplateId, string>> = {
  greeting: '您好！我可以告诉您订单的进展，并回答关于本店的问题。',
  thanks: '不客气。',
  'order.summary': '订单 {order}（{placedAt}）：{status}。',
  'order.not-shipped': '该订单尚未发货。',
  'order.unknown': '在您的订单中找不到 {number}，请核对订单号。',
  'orders.none': '您的账户中还没有订单。',
  'orders.which': '您想问的是哪个订单？',
  'orders.sign-in': '只有下单的本人才能查询订单。请先登录，或打开订单确认邮件中的链接。',
  'parcel.status': '包裹 {parcel}（{carrier}）：{status}，时间为{statusAt}。',
  'parcel.announced': '包裹 {parcel}（{carrier}）已登记，承运商尚未扫描。',
  'parcel.delivered': '包裹 {parcel}（{carrier}）：{status}，时间：{deliveredAt}。',
  'parcel.delivered-place': '承运商注明的地点：{place}。',
  'parcel.place': '最近一次扫描地点：{place}。',
  'parcel.estimate': '预计在{earliest}至{latest}之间送达。',
  'parcel.estimate-day': '预计于{latest}送达。',
  'parcel.late': '承诺的送达时间是{promisedAt}。很抱歉，包裹延误了。',
  'parcel.stuck': '包裹停留的时间比平常长。我们的同事可以向承运商查询。',
  'parcel.not-found': '如果没有找到包裹，请先问问邻居。我们的同事可以向承运商查询包裹的下落。',
  'return.until': '最晚可于{until}当天退货。',
  'return.ended': '退货期限已于{until}结束。我们的同事可以告诉您还有哪些办法。',
  'return.not-delivered': '尚无该订单的送达记录。',
  'return.not-delivered-days': '尚无该订单的送达记录。退货期限为送达后 {days} 天。',
  'return.parcel': '关于您的退货：',
  'refund.paid': '已于{refundedAt}退款 {amount}。',
  'refund.total': '您共支付 {charged}，其中已退款 {refunded}。',
  'refund.none': '目前还没有该订单的退款记录。',
  'refund.no-payment': '没有该订单的付款记录。',
  'cancel.offer': '本店或许还能取消该订单。请点击按钮提出申请；本店确认后，订单才算取消。',
  'cancel.too-late': '该订单已无法取消。',
  'cancel.pending': '取消申请（{requestedAt}）：{state}。',
  'cancel.requested': '订单 {order} 的取消申请：{state}。本店确认或拒绝后，我会在这里告知您。',
  'cancel.resolved': '订单 {order} 的取消申请：{state}。',
  'change.offer': '请点击按钮，将以下请求发送给本店：“{text}”。如有遗漏，请重新写明要修改的内容。',
  'change.too-late': '该订单已无法修改。',
  'change.pending': '修改申请（{requestedAt}）：{state}。',
  'change.requested': '订单 {order} 的修改申请：{state}。本店确认或拒绝后，我会在这里告知您。',
  'change.resolved': '订单 {order} 的修改申请：{state}。',
  'request.note': '本店回复：{note}',
  'product.availability': '{product}：{availability}。',
  'product.price': '价格为 {price}。',
  'product.attribute': '{name}：{value}',
  'product.which': '您想了解哪款商品？请写出它的名称。',
  'product.none': '本店已没有这款商品。',
  'product.unknown': '在本店找不到“{name}”。',
  'products.which': '您指的是哪一款商品？',
  'products.found': '为您找到这些商品。',
  'products.close': '以下商品最为接近。',
  'products.similar': '以下类似商品有货。',
  'products.similar-to': '以下商品与 {product} 类似。',
  'products.suggested': '以下商品可能适合您。',
  'quote.passage': '{passage}',
  'ask.intent': '您想了解什么？',
  'ask.refused': '好的，我不会这样做。请问我可以为您做什么？',
  'not-understood': '我不确定是否理解了您的问题。我们的同事可以帮助您。',
  'no-answer': '我无法回答这个问题。我们的同事可以帮助您。',
  'hand-off': '我正在为您转接我们的同事，他们会在这里回复您。',
  'hand-off.complaint': '非常抱歉。我们的同事会跟进此事，并在这里回复您。',
};

export const TEMPLATES: Readonly<Record<AnswerLanguage, Readonly<Record<TemplateId, string>>>> = {
  en: ENGLISH,
  zh: CHINESE,
};

const SLOT = /\{(\w+)\}/g;

/** Returns the names of the slots of a template. */
export function slotsOf(template: TemplateId): string[] {
  return Array.from(ENGLISH[template].matchAll(SLOT), ([, name]) => name!);
}

/** Returns the text of a template with its values. Values are never read as templates. */
export function renderTemplate(
  language: AnswerLanguage,
  template: TemplateId,
  slots: Readonly<Record<string, { readonly text: string }>>,
): string {
  return TEMPLATES[language][template].replaceAll(SLOT, (_, name: string) => {
    if (!Object.hasOwn(slots, name)) throw new Error(`The template ${template} has no value for ${name}`);
    return slots[name]!.text;
  });
}
