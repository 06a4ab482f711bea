import type { AnswerLanguage } from '../language/languages';
import { TEXTS, type LanguageTexts } from '../language/texts';

export type TemplateId = keyof LanguageTexts['templates'];

const SLOT = /\{(\w+)\}/g;

/** Returns the names of the slots of a template. */
export function slotsOf(template: TemplateId, language: AnswerLanguage = 'en'): string[] {
  return Array.from(TEXTS[language].templates[template].matchAll(SLOT), ([, name]) => name!);
}

/** Returns the text of a template with its values. Values are never read as templates. */
export function renderTemplate(
  language: AnswerLanguage,
  template: TemplateId,
  slots: Readonly<Record<string, { readonly text: string }>>,
): string {
  return TEXTS[language].templates[template].replaceAll(SLOT, (_, name: string) => {
    if (!Object.hasOwn(slots, name)) throw new Error(`The template ${template} has no value for ${name}`);
    return slots[name]!.text;
  });
}
