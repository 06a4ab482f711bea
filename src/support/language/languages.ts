/** The languages in which customers are understood and answered: first subtags of BCP 47. */
export const ANSWER_LANGUAGES = ['en', 'de', 'fr', 'es', 'zh', 'ja'] as const;
export type AnswerLanguage = (typeof ANSWER_LANGUAGES)[number];

export function isAnswerLanguage(language: string): language is AnswerLanguage {
  return (ANSWER_LANGUAGES as readonly string[]).includes(language);
}

/** How days and amounts are written. */
export const LOCALES: Readonly<Record<AnswerLanguage, string>> = {
  en: 'en-GB',
  de: 'de-DE',
  fr: 'fr-FR',
  es: 'es-ES',
  zh: 'zh-CN',
  ja: 'ja-JP',
};
