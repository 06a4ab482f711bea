import { Analyzers, subtagOf } from '../../search-engine/text/analyzers';
import { isAnswerLanguage, type AnswerLanguage } from '../language/languages';
import { groupOf, lexiconOf, withoutInner, type Concept } from '../language/lexicon';
import { hasAskedKind, statedKinds, type AskedKind, type StatedKind } from '../understanding/asked-kind';
import { asksOrRequests, sentencesOf } from '../understanding/questions';
import { askedUnitsOf, type AskedUnit } from '../understanding/asked-units';
import { passagesOf, type ArticleRecord, type Passage } from './article';
import { conceptsOfIntent, STRICT_INTENTS } from './intent-concepts';

/** A passage that may answer a question. */
export interface AnsweringPassage {
  readonly article: ArticleRecord;
  readonly passage: Passage;
  /** How much of the question it has, 0 … 1: the share of the information of the question's words. */
  readonly score: number;
  /** Whether the shop has written the article for the intent of the question. */
  readonly isForIntent: boolean;
  /** Whether it names what the intent is about. */
  readonly isAboutIntent: boolean;
  /** First subtag of BCP 47. */
  readonly language: string;
}

export interface AskedPassage {
  readonly text: string;
  readonly language: AnswerLanguage;
  readonly intent: string | null;
  readonly kinds: ReadonlySet<AskedKind>;
  /** What the passage must name. */
  readonly needed?: readonly Concept[];
}

interface IndexedPassage {
  readonly article: ArticleRecord;
  readonly passage: Passage;
  readonly language: string;
  readonly keys: ReadonlySet<string>;
  /** Concepts that only parts of its phrases mean: of `purchase on invoice`, an invoice. */
  readonly innerKeys: ReadonlySet<string>;
  /** Those of the heading, or else of the title. */
  readonly titleKeys: ReadonlySet<string>;
  readonly kinds: ReadonlySet<StatedKind>;
  readonly namesSeveralCountries: boolean;
}

/** Words that the heading has count this much more. */
const TITLE_WEIGHT = 0.25;
/** What the intent is worth, in units of the question. */
const INTENT_WEIGHT = 0.5;
/** What a part of a phrase is worth, `return` for `return period`: less if other passages have the whole. */
const INNER_WEIGHT = 0.8;
const KNOWN_INNER_WEIGHT = 0.4;
/** What is said of orders and products, too. */
export const OF_ANYTHING: ReadonlySet<Concept> = new Set([
  ...(['order', 'cost', 'free', 'valid', 'minute', 'hour', 'day', 'week', 'month', 'year'] as const),
]);
/** A phrase whose parts a passage has, the second one as a value: the `return period`. */
const COMPOSED: Readonly<Record<string, readonly [Concept, StatedKind]>> = {
  'return-period': ['return', 'DURATION'],
  'delivery-time': ['delivery', 'DURATION'],
  'return-cost': ['return', 'AMOUNT'],
  'opening-hours': ['contact', 'DAY'],
};
/** A passage that has only what a question says of products answers only with so much more of the rest. */
const NO_SERVICE_FACTOR = 0.6;
/** What a concept is worth that only a part of a phrase of the passage means. */
const INSIDE_WEIGHT = 0.4;
/** What a passage with instructions is worth more to a question how something is done. */
const MANNER_FACTOR = 1.15;
/** What a word is worth that the lexicon does not have, as a share of one that it has. */
const TERM_WEIGHT = 0.5;
/** What a word is worth that neither the lexicon nor a passage has, as a share of a word of a single passage. */
const UNKNOWN_WEIGHT = 0.1;
/** A passage that does not name the country that the question names answers only with so much more of the rest. */
const OTHER_COUNTRY_FACTOR = 0.6;

/** What a sentence says that asks nothing is worth, if another sentence asks. */
const ASIDE_WEIGHT = 0.15;
/** What another word of the same language for the same is worth. */
const OTHER_WORD_SHARE = 0.9;
/** Number of questions whose passages are remembered. */
const MAX_FOUND = 32;
/** What a passage that names other countries is worth to a question for one. */
const OTHER_COUNTRIES_SHARE = 0.6;

/** A unit of a question with what it is looked up by. */
interface WeighedUnit {
  readonly concepts: readonly Concept[];
  /** In nats. */
  readonly information: number;
  readonly conceptKeys: readonly string[];
  readonly innerKeys: readonly string[];
  /** Those of {@link innerKeys} that are about the service of the shop. */
  readonly serviceKeys: readonly string[];
  /** The keys of its terms, by the language of the passage. */
  readonly termKeys: (language: string) => readonly string[];
  /** What a passage with a part of it has of it. */
  readonly innerWeight: number;
  readonly isCountry: boolean;
  readonly isOfService: boolean;
}

const isService = (concept: Concept) => groupOf(concept) === 'service' && !OF_ANYTHING.has(concept);
const ofConcept = (concept: Concept) => `#${concept}`;
const ofTerm = (language: string, term: string) => `${language} ${term}`;

/** Finds the passage of an article that answers a question, in any language, by what its words mean. */
export class PassageAnswers {
  private readonly analyzers: Analyzers;
  private readonly passages = new Map<string, IndexedPassage>();
  private readonly idsByArticle = new Map<string, readonly string[]>();
  /** By key of a term or concept. */
  private readonly idsByKey = new Map<string, Set<string>>();
  /** What was found for the last questions: one message is looked up several times. */
  private readonly found = new Map<string, readonly AnsweringPassage[]>();

  constructor(private readonly shopLanguage: string) {
    this.analyzers = new Analyzers(shopLanguage);
  }

  /** Adds an article, or replaces the one with the same id. */
  put(article: ArticleRecord): void {
    this.delete(article.id);
    this.found.clear();
    const language = subtagOf(article.language ?? this.shopLanguage);
    const analyzer = this.analyzers.of(article.language);
    const conceptsOf = (text: string) => (isAnswerLanguage(language) ? lexiconOf(language).conceptsIn(text) : []);
    const keysOf = (text: string) => [
      ...analyzer.analyze(text).map(({ term }) => ofTerm(language, term)),
      ...withoutInner(conceptsOf(text)).map(({ id }) => ofConcept(id)),
    ];
    const ids = passagesOf(article.body).map((passage) => {
      const id = `${article.id}\n${passage.number}`;
      const titleKeys = new Set(keysOf(passage.heading ?? article.title));
      const keys = new Set([...keysOf(article.title), ...titleKeys, ...keysOf(passage.text)]);
      const all = [article.title, passage.heading ?? '', passage.text].flatMap(conceptsOf);
      const innerKeys = new Set(all.map(({ id }) => ofConcept(id)).filter((key) => !keys.has(key)));
      for (const key of [...keys, ...innerKeys]) {
        const known = this.idsByKey.get(key);
        if (known === undefined) this.idsByKey.set(key, new Set([id]));
        else known.add(id);
      }
      const kinds = statedKinds(passage.text, isAnswerLanguage(language) ? language : 'en');
      const namesSeveralCountries = [...keys].filter(namesCountries).length > 1;
      this.passages.set(id, { article, passage, language, keys, innerKeys, titleKeys, kinds, namesSeveralCountries });
      return id;
    });
    this.idsByArticle.set(article.id, ids);
  }

  delete(articleId: string): void {
    this.found.clear();
    for (const id of this.idsByArticle.get(articleId) ?? []) {
      const { keys, innerKeys } = this.passages.get(id)!;
      for (const key of [...keys, ...innerKeys]) {
        const ids = this.idsByKey.get(key)!;
        ids.delete(id);
        if (ids.size === 0) this.idsByKey.delete(key);
      }
      this.passages.delete(id);
    }
    this.idsByArticle.delete(articleId);
  }

  /**
   * Returns the best passage of each language, the best first, each with its score.
   * A passage without a value of the kind that is asked for does not answer.
   */
  find(asked: AskedPassage): readonly AnsweringPassage[] {
    const { kinds, needed = [] } = asked;
    const key = [asked.language, asked.intent, [...kinds].join(), needed.join(), asked.text].join('\n');
    let found = this.found.get(key);
    if (found === undefined) {
      found = this.findBest(asked);
      if (this.found.size >= MAX_FOUND) this.found.delete(this.found.keys().next().value!);
      this.found.set(key, found);
    }
    return found;
  }

  private findBest(asked: AskedPassage): readonly AnsweringPassage[] {
    const units = this.unitsIn(asked.text, asked.language);
    const ofIntent = conceptsOfIntent(asked.intent);
    const isStrict = STRICT_INTENTS.has(asked.intent ?? '');
    const candidates = new Set<string>();
    const collect = (key: string) => this.idsByKey.get(key)?.forEach((id) => candidates.add(id));
    for (const { conceptKeys, innerKeys, termKeys } of units)
      for (const key of [...conceptKeys, ...innerKeys, ...termKeys(asked.language)]) collect(key);
    const intentKeys = ofIntent.map(ofConcept);
    const neededKeys = (asked.needed ?? []).map(ofConcept);
    for (const key of intentKeys) collect(key);
    const best = new Map<string, AnsweringPassage>();
    for (const id of candidates) {
      const one = this.passages.get(id)!;
      const isForIntent = asked.intent !== null && one.article.intents.includes(asked.intent);
      if (!hasAskedKind(asked.kinds, one.kinds)) continue;
      if (!neededKeys.every((key) => one.keys.has(key) || one.innerKeys.has(key))) continue;
      const isAboutIntent = intentKeys.some((key) => one.keys.has(key));
      if (isStrict && !isForIntent && !isAboutIntent) continue;
      const instructs = asked.kinds.has('MANNER') && one.kinds.has('MANNER') ? MANNER_FACTOR : 1;
      const score = Math.min(
        1,
        instructs * scoreOf(one, units, { hasIntent: ofIntent.length > 0, isForIntent, isAboutIntent }, asked.language),
      );
      const { article, passage, language } = one;
      const found = { article, passage, score, isForIntent, isAboutIntent, language };
      const known = best.get(language);
      if (score > 0 && (known === undefined || isBetter(found, known))) best.set(language, found);
    }
    return [...best.values()].sort((a, b) => (isBetter(a, b) ? -1 : 1));
  }

  /** Returns the units of the sentences that ask, then those of the others, which say less of the question. */
  private unitsIn(text: string, language: AnswerLanguage): readonly WeighedUnit[] {
    const unitsIn = (sentences: readonly string[]) =>
      askedUnitsOf(sentences.join('\n'), language, this.analyzers.of(language));
    const sentences = sentencesOf(text);
    const asking = sentences.filter((sentence) => asksOrRequests(sentence, language));
    const others = sentences.filter((sentence) => !asking.includes(sentence));
    const units = unitsIn(asking.length === 0 ? sentences : asking);
    // `Where do I type it in?` needs the sentence before.
    const isWhole =
      units.some(({ concepts }) => concepts.length > 0) && !lexiconOf(language).has('it', asking.join(' '));
    const asides = asking.length === 0 ? [] : unitsIn(others);
    const hasConcepts = [...units, ...asides].some(({ concepts }) => concepts.length > 0);
    const weighed = (unit: AskedUnit, weight: number) =>
      this.weighed(unit, weight * this.informationOf(unit, language, hasConcepts));
    const weightOf = (aside: AskedUnit) => (isWhole || !this.isKnown(aside, language) ? ASIDE_WEIGHT : 1);
    return [...units.map((unit) => weighed(unit, 1)), ...asides.map((unit) => weighed(unit, weightOf(unit)))];
  }

  private weighed({ concepts, innerConcepts, terms }: AskedUnit, information: number): WeighedUnit {
    const conceptKeys = concepts.map(ofConcept);
    const keysByLanguage = new Map<string, readonly string[]>();
    const termKeys = (language: string) => {
      let keys = keysByLanguage.get(language);
      if (keys === undefined) keysByLanguage.set(language, (keys = terms.map((term) => ofTerm(language, term))));
      return keys;
    };
    return {
      ...{ concepts, information, conceptKeys, termKeys },
      innerKeys: innerConcepts.map(ofConcept),
      serviceKeys: innerConcepts.filter(isService).map(ofConcept),
      innerWeight: conceptKeys.some((key) => this.idsByKey.has(key)) ? KNOWN_INNER_WEIGHT : INNER_WEIGHT,
      isCountry: concepts.some((concept) => concept.startsWith('country:')),
      isOfService: [...concepts, ...innerConcepts].some(isService),
    };
  }

  /** Returns whether a passage has something of a unit. */
  private isKnown({ concepts, innerConcepts, terms }: AskedUnit, language: AnswerLanguage): boolean {
    const keys = [...concepts, ...innerConcepts].map(ofConcept).concat(terms.map((term) => ofTerm(language, term)));
    return keys.some((key) => this.idsByKey.has(key));
  }

  /** ln(1 + N ÷ n), in nats, for n passages with the unit; less if none has it and others of the question mean something. */
  private informationOf(
    { concepts, innerConcepts, terms }: AskedUnit,
    language: AnswerLanguage,
    hasConcepts: boolean,
  ): number {
    const count = (keys: readonly string[]) => Math.max(0, ...keys.map((key) => this.idsByKey.get(key)?.size ?? 0));
    const outer = count([...concepts.map(ofConcept), ...terms.map((term) => ofTerm(language, term))]);
    const known = outer || count(innerConcepts.map(ofConcept));
    const all = this.passages.size;
    const weight = concepts.length > 0 ? 1 : known > 0 || !hasConcepts ? TERM_WEIGHT : UNKNOWN_WEIGHT;
    return weight * Math.log(1 + all / (known || 1));
  }
}

/** Returns how much of the units of a question a passage has, 0 … 1. */
function scoreOf(
  { keys, innerKeys, titleKeys, language, kinds, namesSeveralCountries }: IndexedPassage,
  units: readonly WeighedUnit[],
  intent: { readonly hasIntent: boolean; readonly isForIntent: boolean; readonly isAboutIntent: boolean },
  asked: AnswerLanguage,
): number {
  const { isForIntent } = intent;
  let [total, covered, inTitle, factor] = [0, 0, 0, 1];
  let isOfService = isForIntent || units.every(({ concepts }) => concepts.length === 0);
  for (const unit of units) {
    const { information, isCountry, conceptKeys } = unit;
    const isInside = conceptKeys.some((key) => innerKeys.has(key)) && !conceptKeys.some((key) => keys.has(key));
    const isComposed = unit.concepts.some((concept) => {
      const [base, kind] = COMPOSED[concept] ?? [];
      return base !== undefined && keys.has(ofConcept(base)) && kinds.has(kind!);
    });
    const ofOthers = isCountry && namesSeveralCountries ? OTHER_COUNTRIES_SHARE : 0;
    const inAll = () => Math.max(shareOf(unit, keys, asked, language), ofOthers);
    const share = isComposed ? 1 : isInside ? INSIDE_WEIGHT : inAll();
    if (share === 0 && isCountry) factor = OTHER_COUNTRY_FACTOR;
    if (share > 0 && unit.isOfService) isOfService = true;
    total += information;
    covered += information * share;
    if (share > 0) inTitle += information * Math.min(share, shareOf(unit, titleKeys, asked, language));
  }
  if (total === 0 && !isForIntent) return 0;
  if (!isOfService) factor *= NO_SERVICE_FACTOR;
  const average = units.length === 0 ? 1 : total / units.length;
  if (intent.hasIntent || isForIntent) {
    total += INTENT_WEIGHT * average;
    if (isForIntent || intent.isAboutIntent) covered += INTENT_WEIGHT * average;
  }
  return (factor * (covered + TITLE_WEIGHT * inTitle)) / (total * (1 + TITLE_WEIGHT));
}

/** Of passages with one score, the one for the intent is better, then the one with the first id. */
function isBetter(one: AnsweringPassage, other: AnsweringPassage): boolean {
  if (one.score !== other.score) return one.score > other.score;
  if (one.isForIntent !== other.isForIntent) return one.isForIntent;
  if (one.article.id !== other.article.id) return one.article.id < other.article.id;
  return one.passage.number < other.passage.number;
}

function namesCountries(key: string): boolean {
  return key.startsWith('#country:') || key === '#european-union' || key === '#latin-america' || key === '#abroad';
}

/** Returns how much of a unit a passage has, 0 … 1. */
function shareOf(unit: WeighedUnit, keys: ReadonlySet<string>, asked: AnswerLanguage, language: string): number {
  const termKeys = unit.termKeys(language);
  let present = 0;
  for (const key of termKeys) if (keys.has(key)) present++;
  if (unit.conceptKeys.some((key) => keys.has(key)))
    return language === asked && termKeys.length > 0 && present === 0 ? OTHER_WORD_SHARE : 1;
  const isOfTerms = termKeys.length > 0 && (language === asked || unit.concepts.length === 0);
  // A blade length is no length of time.
  const isPart = unit.serviceKeys.some((key) => keys.has(key));
  return Math.max(isOfTerms ? present / termKeys.length : 0, isPart ? unit.innerWeight : 0);
}
