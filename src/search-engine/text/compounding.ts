import { commonWords } from './common-words';
import { functionWords } from './function-words';
import { withoutUmlauts } from './stemming';

/** How a language writes a compound as one word: `Hund`, `e` and `Leine` are `Hundeleine`. All texts are folded. */
interface CompoundRules {
  /** Letters between the parts of a compound. */
  readonly linkings: string;
  /** First parts of compounds that are not words by themselves, such as the stems of verbs. */
  readonly firstParts: string;
  /** Beginnings of words that are not parts of compounds: a `Durchmesser` is no `Messer`. */
  readonly particles: string;
  /** Words that end other words as suffixes: `waschbar` has nothing to do with a `Bar`. */
  readonly suffixes: string;
  /** Words with which many other words end: `automatisch`, `aromatisch`. They end compounds with common words only. */
  readonly ambiguous: string;
  /** Suffixes that make another word, without inflections. A `Messung` is no `Messer`, although both have one stem. */
  readonly derivations: string;
  /** Inflections that may follow a derivation. */
  readonly inflections: string;
}

const NORDIC_PARTICLES = 'ind inn efter etter fra for fore fram frem med mod mot ned ner over til till uden uten utan';

const RULES: Readonly<Record<string, CompoundRules>> = {
  da: {
    linkings: 'e er s',
    firstParts: 'bade brod bryllup fod have hygge jule lobe regn ski sove sports stege strygge svomme te termo vandre',
    particles: `${NORDIC_PARTICLES} be gen mis over under ude ved`,
    suffixes: 'bar fri fuld hed lig los skab som',
    ambiguous: 'art ter ing',
    derivations: 'ede ende hed ig ing isk lig',
    inflections: 'e en er erne ne s t',
  },
  de: {
    linkings: 'e en er es n ns s',
    firstParts:
      'abstell aussen back bade bastel beistell bio bohr brat brems buegel couch dampf doppel dreh druck duft einzel ess fahr falt frisch gelenk giess haenge haut heiz innen kapp klapp klebe klemm koch kombi kratz kuehl kuppel lade lauf lese liege luft mini misch multi mund naeh nass pflanz pflege polo putz rasier rauch regen ruehr schaum schiebe schlaf schmink schneid schnell schreib schutz schwimm seh sicherheit sitz ski solar spann speise spuel stand stapel stau steck steh stech stirn streich streu strick such tauch thermo trage trekking trenn trink trocken umstand universal wach wander warm wasch wechsel werk wickel wildleder winkel wohn woll zieh zimmer zusatz',
    particles: 'dis durch ein ent gegenueber her hin miss pro ueber ver vor wider zer',
    suffixes:
      'arm artig bar chen fach fest frei haft heit ion isch keit lich ling los mal reich sam schaft ung voll weise',
    ambiguous: 'bier fisch kette lade leine mode nier pier ring rose tier tisch ton tuer tur',
    derivations: 'bar end haft heit ig isch keit lich los sam ung',
    inflections: 'e em en er es s',
  },
  fi: {
    linkings: 'n',
    firstParts: 'kyl talo ulko',
    particles: 'ala ali esi jalki yli',
    suffixes: 'inen lainen lla ssa sta ton',
    ambiguous: '',
    derivations: '',
    inflections: '',
  },
  nl: {
    linkings: 'e en er s',
    firstParts:
      'berg brand bureau douche drink duw eet fiets gelei giet groei hang klap koel kook koord lees lig loop luister opberg plak reken rol ruit schrijf schuif ski slaap snij snoei spons sta stof strijk trek val vlieg vouw vries was werk zit zwem',
    particles: 'aan achter bij door her mee mis ont onder over toe uit ver voor',
    suffixes: 'arm baar heid ing isch lijk loos matig rijk schap vol vrij zaam',
    ambiguous: 'dier tis ring art',
    derivations: 'baar end heid ig ing isch lijk loos',
    inflections: 'e en s',
  },
  no: {
    linkings: 'e er s',
    firstParts: 'bade brod fot hage jule lope regn ski sove sports steke stryke svomme termo tur vandre',
    particles: `${NORDIC_PARTICLES} be mis over opp under ute ved`,
    suffixes: 'bar fri full het lig los skap som',
    ambiguous: 'art ter ing',
    derivations: 'ede ende het ig ing isk lig',
    inflections: 'e en er ene ne s t',
  },
  sv: {
    linkings: 'a e o s u',
    firstParts:
      'bad bak barn blom bok brod dun fick flick fot fall gat hang jul kvinn kyl las lop mat myg regn resa rull sim sitt ski skriv sov stek stryk termo tradgard tvatt vand',
    particles: `${NORDIC_PARTICLES} an bort forr genom hos mis ned under upp ute vid`,
    suffixes: 'art bar fri full het ing lig los sam skap vis',
    ambiguous: 'ter',
    derivations: 'ad ade ande ende het ig isk lig ning',
    inflections: 'a ar arna en er erna na s t',
  },
};

const GERMAN_ER = /er[ns]?$/;

/** Minimum length of a part of a compound, in letters. */
export const MIN_PART_LENGTH = 3;
/** Minimum length of the stem of a first part that is not a common word: many beginnings of three letters are words of some shop. */
const MIN_RARE_FIRST_PART_LENGTH = 4;
/** Minimum lengths of the second part, and of both parts, if the first part is unknown. */
const MIN_SECOND_PART_LENGTH = 4;
const MIN_UNKNOWN_LENGTH = 8;

/** Knows the compounds of a language. Beginnings and endings are parts of a stem. */
export class Compounding {
  private readonly linkings: readonly string[];
  private readonly commonStems: ReadonlySet<string>;
  private readonly commonForms: ReadonlySet<string>;
  private readonly derived: RegExp;
  private readonly particles: ReadonlySet<string>;
  private readonly suffixes: ReadonlySet<string>;
  private readonly ambiguous: ReadonlySet<string>;

  /** @param stem returns the stem of a folded word */
  constructor(
    private readonly language: string,
    rules: CompoundRules,
    private readonly stem: (word: string) => string,
  ) {
    const words = (list: string) => list.split(' ').filter((word) => word !== '');
    const common = [...commonWords(language), ...words(rules.firstParts)];
    const particles = [...functionWords(language), ...words(rules.particles)];
    this.linkings = words(rules.linkings);
    this.commonStems = new Set(common.map(stem));
    this.commonForms = new Set(common.map((word) => this.plain(word)));
    this.derived = new RegExp(`(${words(rules.derivations).join('|')})(${words(rules.inflections).join('|')})?$`);
    this.particles = new Set([...particles, ...particles.map((word) => this.plain(word))]);
    this.suffixes = new Set(words(rules.suffixes));
    this.ambiguous = new Set(words(rules.ambiguous).map(stem));
  }

  /** Returns whether compounds can end with a word. */
  canEnd(ending: string): boolean {
    return ending.length >= MIN_PART_LENGTH && !this.suffixes.has(ending);
  }

  /**
   * Returns whether a compound ends with a form of a word. Words of one stem can differ: `Feuerstelle` ends with the stem
   * of `Teller`, and `Haushalt` with that of `Halter`.
   * @param compound a form of the compound @param beginning the part of the compound's stem before the word's stem
   */
  endsWith(compound: string, beginning: string, word: string): boolean {
    const whole = this.plain(compound);
    return whole.startsWith(beginning) && this.isSameWord(whole.slice(beginning.length), this.plain(word));
  }

  private isSameWord(a: string, b: string): boolean {
    const [suffixA, suffixB] = [a, b].map((word) => this.suffixOf(word));
    if (suffixA === suffixB) return true;
    if (suffixA !== '' && suffixB !== '') return false;
    // In German, `er` ends plurals of common nouns (`Kinder`) and the singular of others (`Teller`).
    const [suffix, plural] = suffixA === '' ? [suffixB, b] : [suffixA, a];
    return suffix === 'er' && this.commonForms.has(plural.replace(GERMAN_ER, ''));
  }

  private suffixOf(word: string): string {
    const derivation = this.derived.exec(word)?.[1];
    if (derivation !== undefined) return derivation;
    return this.language === 'de' && GERMAN_ER.test(word) ? 'er' : '';
  }

  /** Returns a form as its stem is written: German stems have no umlauts. */
  private plain(word: string): string {
    return this.language === 'de' ? withoutUmlauts(word) : word;
  }

  /** Returns the possible first parts of a compound that begins with this: `Arbeits` may be `Arbeit` and `s`. */
  firstPartsOf(beginning: string): string[] {
    if (beginning.length < MIN_PART_LENGTH || this.particles.has(beginning)) return [];
    const shorter = this.linkings.filter((letters) => beginning.endsWith(letters));
    const parts = [beginning, ...shorter.map((letters) => beginning.slice(0, -letters.length))];
    return parts.filter((part) => part.length >= MIN_PART_LENGTH && !this.particles.has(part));
  }

  /**
   * Returns whether a word of this beginning and ending is a compound with a known first part.
   * @param isWord returns whether the shop has a word with this stem
   */
  isKnown(beginning: string, ending: string, isWord: (stem: string) => boolean): boolean {
    const parts = this.firstPartsOf(beginning);
    if (parts.some((part) => this.isCommon(part))) return true;
    const isRare = (stem: string) => stem.length >= MIN_RARE_FIRST_PART_LENGTH && isWord(stem);
    return (
      (!this.ambiguous.has(ending) && parts.map(this.stem).some(isRare)) ||
      parts.some((part) => this.isCommonCompound(part))
    );
  }

  /** Returns whether a word of this beginning and ending can be a compound although its first part is unknown. */
  isPossible(beginning: string, ending: string): boolean {
    return (
      this.firstPartsOf(beginning).length > 0 &&
      ending.length >= MIN_SECOND_PART_LENGTH &&
      beginning.length + ending.length >= MIN_UNKNOWN_LENGTH &&
      /[aeiouy]/.test(beginning) &&
      !this.ambiguous.has(ending)
    );
  }

  private isCommon(part: string): boolean {
    return this.commonStems.has(part) || this.commonStems.has(this.stem(part));
  }

  /** Returns whether a first part consists of two common words: `damenwinter` of `damenwinterjacke`. */
  private isCommonCompound(part: string): boolean {
    for (let at = MIN_PART_LENGTH; at <= part.length - MIN_PART_LENGTH; at++)
      if (this.isCommon(part.slice(at)) && this.firstPartsOf(part.slice(0, at)).some((first) => this.isCommon(first)))
        return true;
    return false;
  }
}

/** Returns the rules of a language that writes compounds as one word; undefined for another language. */
export function compounding(language: string, stem: (word: string) => string): Compounding | undefined {
  return Object.hasOwn(RULES, language) ? new Compounding(language, RULES[language], stem) : undefined;
}
