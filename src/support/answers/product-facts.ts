import type { Product } from '../../catalog/product.type';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import { isAnswerLanguage, type AnswerLanguage } from '../language/languages';
import { groupOf, lexiconOf, withoutInner, type Concept } from '../language/lexicon';
import type { AskedKind } from '../understanding/asked-kind';
import { askedUnitsOf, type AskedUnit } from '../understanding/asked-units';

/** What a question asks of a product. */
export interface AskedFacts {
  /** Whether it can be bought. */
  readonly availability: boolean;
  readonly price: boolean;
  readonly kinds: ReadonlySet<AskedKind>;
  /** Whether it names nothing else of the service of the shop, such as the delivery. */
  readonly isOnlyProduct: boolean;
  /** What else it asks, without the words that name the product. */
  readonly units: readonly AskedUnit[];
}

/** An attribute that answers a question. */
export interface AnsweringAttribute {
  readonly name: string;
  readonly value: unknown;
  /** Whether the question names one of its values: `is it green?`. */
  readonly isValueNamed: boolean;
  /** Whether it lists what the question names among what the product has: `allergens: milk, soy`. */
  readonly isListed: boolean;
  /** Whether it is true if what the question names is not there: `gluten free` for `does it contain gluten?`. */
  readonly isAbsence: boolean;
}

const PRICE: ReadonlySet<Concept> = new Set(['cost', 'price-match', 'discount']);
const AVAILABILITY: ReadonlySet<Concept> = new Set(['in-stock', 'pre-order', 'back-in-stock']);
/** What is answered by an attribute or not at all: a wrong answer may harm. */
const SAFETY: ReadonlySet<Concept> = new Set([
  ...([
    'allergens',
    'nuts',
    'gluten-free',
    'lactose-free',
    'ingredients',
    'additives',
    'age',
    'toxic',
    'safe',
  ] as const),
  ...(['choking-hazard', 'medicine', 'pregnancy', 'skin-irritation', 'milk', 'lactose', 'nut', 'hazelnut'] as const),
  ...(['almond', 'peanut', 'walnut', 'soy', 'egg', 'wheat', 'gluten', 'fish', 'sesame', 'mustard', 'celery'] as const),
  ...(['bpa-free', 'hypoallergenic', 'reading-age', 'age-check', 'certificate', 'alcohol'] as const),
]);

/** `May contain traces of nuts` is no item of a list. */
const MAX_ITEM_WORDS = 2;
const DENYING =
  /\b(?:not|no|non|free|without|except|absent|imitation|faux|nicht|kein\p{L}*|ohne|frei|sans|pas|sin)\b|无|不|なし|ない/iu;

/** Returns whether a value, or the name of an attribute, denies something. */
export function denies(value: unknown): boolean {
  return DENYING.test(JSON.stringify(value).replaceAll('_', ' '));
}

/** Names of attributes that stand for several concepts: a nut is an allergen. */
const ALLERGENS: ReadonlySet<Concept> = new Set([
  ...(['nuts', 'milk', 'lactose', 'nut', 'hazelnut', 'almond', 'peanut', 'walnut', 'soy', 'egg', 'wheat'] as const),
  ...(['gluten', 'fish', 'sesame', 'mustard', 'celery', 'allergens'] as const),
]);
/** Or says the same in other words: what is decaffeinated has no caffeine. */
const BROADER: Readonly<Record<string, Concept>> = {
  caffeine: 'decaffeinated',
  sugar: 'sugar-free',
  ...Object.fromEntries([...ALLERGENS].map((concept) => [concept, 'allergens' as const])),
  nuts: 'nut',
};

/** Attributes that say that something is not there. */
const WITHOUT: Readonly<Record<string, Concept>> = {
  gluten: 'gluten-free',
  wheat: 'gluten-free',
  milk: 'lactose-free',
  lactose: 'lactose-free',
  sugar: 'sugar-free',
  caffeine: 'decaffeinated',
};

export function asksOf(units: readonly AskedUnit[], kinds: ReadonlySet<AskedKind>): AskedFacts {
  const has = (set: ReadonlySet<Concept>) => units.some(({ concepts }) => concepts.some((concept) => set.has(concept)));
  const isSold = (concept: Concept) => PRICE.has(concept) || AVAILABILITY.has(concept);
  const isService = ({ concepts }: AskedUnit) =>
    concepts.length > 0 && concepts.every((concept) => isSold(concept) || groupOf(concept) === 'service');
  return {
    availability: has(AVAILABILITY),
    kinds,
    isOnlyProduct: units.every((unit) => !isService(unit) || unit.concepts.some(isSold)),
    price: kinds.has('AMOUNT') || has(PRICE),
    units: units.filter((unit) => !isService(unit)),
  };
}

/** Whether only an attribute may answer. */
export function isAboutSafety(units: readonly AskedUnit[]): boolean {
  return units.some(({ concepts, innerConcepts }) =>
    [...concepts, ...innerConcepts].some((concept) => SAFETY.has(concept)),
  );
}

interface ReadText {
  readonly concepts: ReadonlySet<string>;
  readonly terms: ReadonlySet<string>;
}

/** Reads texts of the catalogue, which may be in another language than a question. */
export class CatalogueFacts {
  /** @param analyzerOf by BCP 47 */
  constructor(
    private readonly analyzerOf: (language: string | null) => LanguageAnalyzer,
    private readonly shopLanguage: string,
  ) {}

  /** Returns the attributes that a question names, by name or value: for each of its units those that fit best. */
  attributesFor({ attributes, language }: Product, units: readonly AskedUnit[]): AnsweringAttribute[] {
    const all = Object.entries(attributes).map(([name, value]) => {
      const texts = valuesOf(value).filter((each) => typeof each === 'string');
      return {
        name,
        value,
        ofName: this.read(wordsOfName(name), language, true),
        ofValue: this.read(texts.join('\n'), language),
      };
    });
    const found = new Map<string, AnsweringAttribute>();
    for (const unit of units) {
      const weights = all.map(({ ofName, ofValue }) => (matches(unit, ofValue) ? 1.5 : nameMatch(unit, ofName)));
      const best = Math.max(0, ...weights);
      all.forEach(({ name, value }, at) => {
        if (best === 0 || weights[at] !== best) return;
        const before = found.get(name);
        const { concepts } = all[at]!.ofName;
        const outer = this.outerConcepts(name, language);
        // What a value has is not absent.
        const isAbsence =
          best <= 1 && unit.concepts.some((concept) => outer.has(WITHOUT[concept] ?? '') && !outer.has(concept));
        const isListed = concepts.has('allergens') && !denies(name) && this.lists(value, unit, language);
        found.set(name, {
          ...{ name, value },
          isListed: isListed || (before?.isListed ?? false),
          isValueNamed: best > 1 || (before?.isValueNamed ?? false),
          isAbsence: isAbsence || (before?.isAbsence ?? false),
        });
      });
    }
    return [...found.values()];
  }

  /** Returns whether an item of a list is what a unit means, and says nothing else. */
  private lists(value: unknown, unit: AskedUnit, language: string | null): boolean {
    const items = valuesOf(value).flatMap((each) => (typeof each === 'string' ? each.split(/[,;、，；]/) : []));
    return items
      .filter((item) => item.trim().split(/\s+/).length <= MAX_ITEM_WORDS && !denies(item))
      .some((item) => matches({ ...unit, innerConcepts: [] }, this.read(item, language)));
  }

  /** Returns the first sentence of the description that has all units; undefined if there is none. */
  sentenceFor({ description, language }: Product, units: readonly AskedUnit[]): string | undefined {
    const sentences = (description ?? '').split(/(?<=[.!?])\s+|(?<=[。！？])/u);
    return sentences.find((sentence) => {
      const read = this.read(sentence, language);
      return units.length > 0 && units.every((unit) => matches(unit, read));
    });
  }

  /** Returns the units that do not name the product. `How tall is it` asks for the height also of a `Lumo Tall`. */
  withoutTitle(units: readonly AskedUnit[], { title, brand, categories, language }: Product): AskedUnit[] {
    const read = this.read(`${title}\n${brand ?? ''}\n${categories.join('\n')}`, language);
    const isNaming = (unit: AskedUnit) =>
      unit.concepts.some((concept) => groupOf(concept) === 'quality')
        ? unit.terms.length > 0 && unit.terms.every((term) => read.terms.has(term))
        : matches(unit, read);
    return units.filter((unit) => !isNaming(unit));
  }

  /** Returns how many units name the product by its title, brand or categories. */
  namingUnits(units: readonly AskedUnit[], { title, brand, categories, language }: Product): number {
    const read = this.read([title, brand ?? '', ...categories].join('\n'), language);
    const isService = ({ concepts }: AskedUnit) =>
      concepts.length > 0 && concepts.every((concept) => groupOf(concept) === 'service');
    return units.filter((unit) => !isService(unit) && matches(unit, read)).length;
  }

  /** Returns whether a text has a name of the product that is no word of the lexicon, and names no other kind of product. */
  hasProperName(text: string, written: AnswerLanguage, { title, brand, categories, language }: Product): boolean {
    const units = askedUnitsOf(text, written, this.analyzerOf(written));
    const name = this.read(`${title}\n${brand ?? ''}`, language);
    const all = this.read(`${title}\n${categories.join('\n')}`, language);
    const isThing = ({ concepts }: AskedUnit) => concepts.some((concept) => groupOf(concept) === 'thing');
    return (
      units.some((unit) => unit.concepts.length === 0 && matches(unit, name)) &&
      units.every((unit) => !isThing(unit) || matches(unit, all))
    );
  }

  /** The first subtags of the languages that a text of a product may be in. */
  private languagesOf(language: string | null, isName: boolean): ReadonlySet<string> {
    const own = (language ?? this.shopLanguage).toLowerCase().split('-')[0]!;
    return new Set([own, this.shopLanguage.split('-')[0]!, ...(isName ? ['en'] : [])]);
  }

  /** Returns what the name of an attribute means as a whole: `gluten free`, and not gluten. */
  private outerConcepts(name: string, language: string | null): ReadonlySet<string> {
    const languages = [...this.languagesOf(language, true)].filter(isAnswerLanguage);
    return new Set(
      languages.flatMap((each) => withoutInner(lexiconOf(each).conceptsIn(wordsOfName(name))).map(({ id }) => id)),
    );
  }

  private read(text: string, language: string | null, isName = false): ReadText {
    const languages = this.languagesOf(language, isName);
    const concepts = new Set<string>();
    const terms = new Set<string>();
    for (const each of languages) {
      if (isAnswerLanguage(each))
        for (const { id } of lexiconOf(each).conceptsIn(text)) {
          concepts.add(id);
          if (BROADER[id] !== undefined) concepts.add(BROADER[id]);
        }
      for (const { term, surface } of this.analyzerOf(each).analyze(text)) terms.add(term).add(surface);
    }
    return { concepts, terms };
  }
}

/** `batteryIncluded` and `battery_included` are two words. */
function wordsOfName(name: string): string {
  return name.replaceAll(/[_-]/g, ' ').replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2');
}

export function shownName(name: string): string {
  return wordsOfName(name).toLowerCase();
}

function valuesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

function matches({ concepts, innerConcepts, terms }: AskedUnit, text: ReadText): boolean {
  if (
    concepts.some((concept) => text.concepts.has(concept) || (BROADER[concept] === 'nut' && text.concepts.has('nut')))
  )
    return true;
  if (concepts.length === 0) return terms.length > 0 && terms.every((term) => text.terms.has(term));
  return (
    (terms.length > 0 && terms.every((term) => text.terms.has(term))) ||
    innerConcepts.some((concept) => groupOf(concept) !== 'service' && text.concepts.has(concept))
  );
}

/** How well a unit names an attribute: one of several meanings counts less than the only one. */
function nameMatch(unit: AskedUnit, name: ReadText): number {
  const all = unit.concepts.flatMap((concept) => [concept, BROADER[concept] ?? concept]);
  if (all.some((concept) => name.concepts.has(concept))) return 1;
  if (unit.terms.length > 0 && unit.terms.every((term) => name.terms.has(term))) return 0.9;
  return unit.innerConcepts.some((concept) => name.concepts.has(concept)) ? 0.5 : 0;
}

/** Returns the values that are stated: texts that are not empty, numbers, true and false. */
export function shownValues(value: unknown): readonly (string | number | boolean)[] {
  return valuesOf(value).filter((each): each is string | number | boolean =>
    typeof each === 'string' ? each.trim() !== '' : typeof each === 'number' || typeof each === 'boolean',
  );
}
