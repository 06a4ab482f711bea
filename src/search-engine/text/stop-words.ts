/**
 * Folded stop words by ISO 639-1 code. They are indexed, so that phrases and names with them are found. In a query with
 * other words they are optional. The lists have only words that name nothing in a shop, so `can` is not in them.
 */
const STOP_WORDS: Readonly<Record<string, string>> = {
  da: 'af at de den der det du eller en er et for fra har i ikke med og om paa pa som til ved',
  de: 'als am an auf aus bei das dem den der des die ein eine einem einen einer eines es fuer im in ist mit nach oder ohne um und vom von vor zu zum zur',
  en: 'a an and are as at be by for from in is it its of on or s t that the this to with your',
  es: 'a al con de del e el en es la las lo los no o para por que se sin su un una unas unos y',
  fi: 'ei ja jos kuin kun mutta myos on se sen tai ta',
  fr: 'a au aux avec ce ces d dans de des du elle en est et il j l la le les m n ne ou par pas pour qu que qui s sans se son sur un une',
  it: 'a ad al alla alle anche che chi con d da dal dalla dei del dell della delle di e ed gli i il in l la le lo ma nel nella o per si su sul sulla un una uno',
  nl: 'aan als bij de den der dit een en er het ik in is met naar niet of om op over te tot uit van voor zonder',
  no: 'av de den det du eller en er et for fra har i ikke med og om pa som til ved',
  pt: 'a ao aos as com como da das de do dos e em na nas no nos o os ou para pela pelo por que se sem um uma',
  ru: 'а без в во для до за и из или как к ко на не но о об от по под при с со у что',
  sv: 'att av de den det du eller en ett for fran har i inte med och om pa som till vid',
  zh: '的 了 和 与 及 或 在 是 也 于 对 为 用',
};

const NONE: ReadonlySet<string> = new Set();

export function stopWords(language: string): ReadonlySet<string> {
  return Object.hasOwn(STOP_WORDS, language) ? new Set(STOP_WORDS[language].split(' ')) : NONE;
}
