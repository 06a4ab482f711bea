import { answerLanguageOf } from '../../../src/support/answers/answer-language';

describe('the language of an answer', () => {
  it.each([
    '注文をキャンセルしたいです',
    '返品できますか',
    'ご注文番号は1001です、王小明',
    'ｷｬﾝｾﾙ 注文',
    '주문 취소해 주세요',
    '注文 주문 취소',
    '제 이름은 金喜善 입니다',
    'Where is my order? My name is 王小明',
    'cancel order 1001 for 李雷',
    'Please send it to 北京市朝阳区建国路88号',
    'Do you have 红茶?',
    'WHERE IS MY 包裹',
    'Ｗｈｅｒｅ ｉｓ ｍｙ ｏｒｄｅｒ 王有为',
    'Wo ist meine Bestellung? Ich bin 王小明',
    'Где мой заказ? 王小明',
    'أين طلبي 王小明',
    'refund 王小明',
    'Hello 王小明',
    '王小明 order 1001?',
    'track 京东快递',
  ])('is not Chinese for %j', (text) =>
    expect([null, 'zh', 'zh-TW', 'en', 'ja'].map((language) => answerLanguageOf(text, language))).toEqual(
      Array.from({ length: 5 }, () => 'en'),
    ),
  );

  it.each([
    '我的订单到哪里了？',
    '訂單狀態',
    '注文番号',
    '我的order 1001到哪了',
    'iPhone 手机壳',
    'The North Face 外套有货吗',
    'Lord of the Rings 有货吗',
    'size M 还有吗？',
    '5V 2A Ω 电源',
    '你好',
    'cancel 取消',
    'order 1001 退款',
  ])('is that of the conversation for %j, or else Chinese', (text) =>
    expect([null, 'zh', 'zh-Hant', 'cmn-Hans', 'en', 'ja', 'ko-KR'].map((tag) => answerLanguageOf(text, tag))).toEqual([
      ...['zh', 'zh', 'zh', 'zh', 'en', 'en', 'en'],
    ]),
  );

  it('is that of the conversation for a text without letters, or else English', () => {
    expect([null, 'zh-CN', 'en', 'de'].map((language) => answerLanguageOf('1001?', language))).toEqual([
      ...['en', 'zh', 'en', 'en'],
    ]);
    expect([null, 'zh'].map((language) => answerLanguageOf('where is it', language))).toEqual(['en', 'en']);
  });
});
