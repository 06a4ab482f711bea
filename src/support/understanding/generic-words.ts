/**
 * Words of questions about products that name no product, besides function words: `is the red mug in stock` asks for a
 * red mug. Folded, as in search.
 */
export const GENERIC_WORDS = new Set(
  `advice again alternative alternatives am another anymore anyone anything article articles available availability back
  best can cant carry come compare cost costs currently description details detail difference dimension dimensions
  do does doesnt dont exactly expensive favorite feature features find fine got gift give had has hello help
  hey hi hm information instead isnt item items know like long looking lot love material measure
  measurements measures morning much nice now offer ok okay one ones online order other out perhaps pity please pls
  possible present price prices pricing product products question recommend recommendation recommendations restock
  restocked right same sell sells shop should show similar size sizes sold something soon sort sorry spec
  specifications specs still stock stocked store suggest suggestion suggestions suit suits suitable sure tall tell thank
  thanks theres thing thx today u ur wanna want wats way weigh weighs weight whats wheres hows whos when im ive id ill youre thats there arent wont didnt dont isnt wide wondering would wouldnt`.split(
    /\s+/,
  ),
);

/** The same in Chinese, where words stand without spaces; the longest first. */
export const GENERIC_CHINESE =
  `有没有货 还有没有 还有货吗 什么时候 请问一下 是什么材质 有货吗 多少钱 怎么样 哪一款 有没有 是什么 是多少 什么价格
  请问 你们 您们 我想 想要 想买 库存 价格 现货 补货 缺货 材质 尺寸 重量 颜色 推荐 介绍 类似 替代 适合 商品 产品 这款 那款 这个 那个
  现在 一下 有货 还有 多大 多重`
    .split(/\s+/)
    .sort((a, b) => b.length - a.length);
