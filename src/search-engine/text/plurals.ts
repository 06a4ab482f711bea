/** The plurals of one language that its stemmer does not bring to the stem of the singular. Words are folded. */
interface Plurals {
  /** Pairs of plural and singular. */
  readonly words: string;
  /** Applied in order to other words, each to the result of those before it. */
  readonly rules: readonly (readonly [pattern: RegExp, replacement: string])[];
}

/**
 * Plurals of nouns that shops sell, by ISO 639-1 code. A rule may also change other words, if it changes all of their
 * forms alike. `dice` is not here: a die also cuts.
 */
const PLURALS: Readonly<Record<string, Plurals>> = {
  de: {
    words:
      'sofas sofa kameras kamera pizzas pizza pyjamas pyjama pandas panda bikinis bikini kanus kanu taxis taxi muslis musli skis ski ' +
      'museen museum alben album globen globus kakteen kaktus stadien stadion materialien material firmen firma themen thema ' +
      'atlanten atlas eier ei gaense gans haelse hals kurse kurs',
    rules: [
      [/(?<=[a-z]{2}[^lo]o|[a-z]{2}y)s$/, ''], // Autos, Handys, but not herzlos
      [/(?<=[a-z]{2}[b-df-hj-np-tv-z]el)n$/, ''], // Gabeln
      [/(?<=[a-z]{4}in)nen$/, ''], // Freundinnen
    ],
  },
  en: {
    words:
      'lives life elves elf mice mouse dormice dormouse lice louse geese goose oxen ox lenses lens buses bus gases gas irises iris ' +
      'canvases canvas quizzes quiz cacti cactus fungi fungus radii radius syllabi syllabus stimuli stimulus matrices matrix ' +
      'indices index vertices vertex appendices appendix oases oasis theses thesis bacteria bacterium men man mens man ' +
      'snowmen snowman gentlemen gentleman firemen fireman policemen policeman salesmen salesman fishermen fisherman ' +
      'craftsmen craftsman sportsmen sportsman workmen workman businessmen businessman postmen postman',
    rules: [
      [/(kni|wi)ves$/, '$1fe'],
      [/(shel|lea|loa|scar|wol|cal|hal|thie|hoo|dwar|whar)ves$/, '$1f'],
      [/womens?$/, 'woman'],
      [/childrens?$/, 'child'],
      [/feet$/, 'foot'],
      [/teeth$/, 'tooth'],
    ],
  },
  es: {
    words: 'jerseis jersey tes te champus champu menus menu bambus bambu',
    rules: [
      [/z$/, 'c'], // lapiz, lapices
      [/(?<=[a-z]{2}[aei]r|[a-z]{2}[^aeiou]en)es$/, ''], // mujeres, sartenes: the stemmer reads mujer and sarten as verbs
    ],
  },
  fr: {
    words:
      'yeux oeil tuyaux tuyau noyaux noyau joyaux joyau boyaux boyau bijoux bijou choux chou genoux genou cailloux caillou ' +
      'hiboux hibou joujoux joujou jeux jeu feux feu cheveux cheveu lieux lieu neveux neveu travaux travail vitraux vitrail ' +
      'emaux email coraux corail soupiraux soupirail baux bail',
    rules: [[/(?<=^(?!dess|cousc)[a-z]{2,}[eo]u)s$/, '']], // clous, pneus
  },
  nl: {
    words:
      'ogen oog oren oor kinderen kind eieren ei bladeren blad steden stad schepen schip kalveren kalf lammeren lam ' +
      'haven haven oven oven boven boven zeven zeven leven leven raven raven',
    rules: [
      [/(?<=[a-z]{2}en|[a-z]{2}(?:el|er))s$/, ''], // dekens
      [/(?<!^(?:ha|o))ven?$/, 'f'], // brieven, opgave
      [/zen?$/, 's'], // huizen, grijze
      [/([bdfgklmnprst])\1en?$/, '$1'], // koppen, witte
      [/(?<=[rtnkpl]s)en$/, ''], // fietsen
    ],
  },
  sv: {
    words: 'bocker bok moss mus gass gas fotter fot notter not dottrar dotter skor sko',
    rules: [[/(?<=[bdfgkpt])lar$/, 'el']], // nycklar
  },
};

type Singular = (surface: string) => string;

const singularsOf = new Map<string, Singular>(
  Object.entries(PLURALS).map(([language, { words, rules }]) => {
    const listed = words.split(' ');
    const singulars = new Map<string, string>();
    for (let at = 0; at < listed.length; at += 2) singulars.set(listed[at], listed[at + 1]);
    const singular = (surface: string) =>
      singulars.get(surface) ??
      rules.reduce((word, [pattern, replacement]) => word.replace(pattern, replacement), surface);
    return [language, singular];
  }),
);

/** Returns a function from a folded plural to its singular. Other words stay as they are. @param language ISO 639-1 */
export const singularFor = (language: string): Singular => singularsOf.get(language) ?? ((surface) => surface);
