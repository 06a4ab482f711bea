/** Folded words around the name of something that is not in a product. By ISO 639-1 code. */
interface WithoutWords {
  /** Such as _without_: in a query, what follows is not meant. */
  readonly without: string;
  /** Such as _zero_: in a product only, because a query may mean the number. */
  readonly otherBefore?: string;
  /** Such as _free_, as a word of its own or the end of a compound. */
  readonly after?: string;
  /** What follows a word of `after` that means something else: _free range_. */
  readonly unless?: string;
  /** What can stand next to the name without changing its meaning: _any_, _added_. */
  readonly skipped: string;
  readonly conjunctions: string;
}

const WORDS: Readonly<Record<string, WithoutWords>> = {
  cs: { without: 'bez', skipped: 'pridaneho pridanych jakehokoliv', conjunctions: 'a i nebo ani' },
  da: { without: 'uden', otherBefore: 'ingen', after: 'fri', skipped: 'en et tilsat', conjunctions: 'og eller' },
  de: {
    without: 'ohne',
    otherBefore: 'kein keine null',
    after: 'frei',
    skipped: 'den die das dem der ein eine einen jegliche jeglichen zugesetzte zugesetzten zusatz von',
    conjunctions: 'und oder noch',
  },
  en: {
    without: 'without',
    otherBefore: 'no zero',
    after: 'free less',
    unless: 'range roaming shipping delivery returns gift standing trial from',
    skipped: 'a an the any added extra artificial',
    conjunctions: 'and or nor',
  },
  es: {
    without: 'sin',
    after: 'libre',
    skipped: 'el la los las un una ningun anadido anadidos anadida anadidas',
    conjunctions: 'y e o u ni',
  },
  fr: {
    without: 'sans',
    otherBefore: 'zero',
    skipped: 'l le la les un une de d aucun ajoute ajoutes ajoutee ajoutees',
    conjunctions: 'et ou ni',
  },
  it: {
    without: 'senza',
    otherBefore: 'zero',
    skipped: 'l il lo la i gli le un una alcun aggiunto aggiunti aggiunta',
    conjunctions: 'e ed o ne',
  },
  nl: {
    without: 'zonder',
    otherBefore: 'geen',
    after: 'vrij',
    skipped: 'de het een enige toegevoegde toegevoegd',
    conjunctions: 'en of noch',
  },
  no: { without: 'uten', otherBefore: 'ingen', after: 'fri', skipped: 'en et ei tilsatt', conjunctions: 'og eller' },
  pl: { without: 'bez', skipped: 'dodatku dodanego zadnego', conjunctions: 'i lub oraz ani' },
  pt: {
    without: 'sem',
    otherBefore: 'zero',
    after: 'livre',
    skipped: 'o a os as um uma adicao de adicionado adicionados',
    conjunctions: 'e ou nem',
  },
  ru: { without: 'без', skipped: 'добавления добавленного', conjunctions: 'и или' },
  sv: { without: 'utan', otherBefore: 'ingen', after: 'fri', skipped: 'en ett tillsatt', conjunctions: 'och eller' },
};

/** Words for `without` that are no word of another language, so that they are read in a query of any. */
const UNAMBIGUOUS = new Set(['ohne', 'senza', 'zonder', 'uden', 'uten', 'utan', 'without', 'без']);

export type WithoutKind = keyof WithoutWords;

const LISTS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(WORDS).flatMap(([language, words]) =>
    Object.entries(words).map(([kind, list]: [string, string]): [string, ReadonlySet<string>] => [
      `${language} ${kind}`,
      new Set(list.split(' ')),
    ]),
  ),
);

const NONE: ReadonlySet<string> = new Set();

/** Returns the words of a kind in a language. */
export const withoutWords = (language: string, kind: WithoutKind): ReadonlySet<string> =>
  LISTS.get(`${language} ${kind}`) ?? NONE;

/** Returns whether a word of a query says `without`: products that have what the next word names are not meant. */
export const isWithoutWord = (language: string, surface: string): boolean =>
  UNAMBIGUOUS.has(surface) || withoutWords(language, 'without').has(surface);
