/** Returns a text in lower case without accents. */
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Words with which questions begin in the languages of shops. */
const QUESTION_WORDS = new Set(
  fold(`how what when where which who whom whose why
  wie was wann wo woher wohin welche welcher welches wer wen wem warum wieso weshalb
  comment quoi quand ou quel quelle quels quelles qui pourquoi combien
  como que cuando donde cual cuales quien cuanto cuanta cuantos puedo tienen hacen
  come cosa quando dove quale quali chi perche quanto quanta posso avete
  hoe wat wanneer waar welke waarom
  hvordan hvad hvornar hvor hvilken hvem hvorfor hva hur vad nar vilken vem varfor
  jak kdy kde kdo proc kiedy gdzie czy ile как что когда где какой какая кто почему сколько можно могу`).split(/\s+/),
);
/** Verbs with which questions begin, if a pronoun or an article follows: `can i`, but not `can opener`. */
const VERBS = new Set(
  `can could do does did is are will would may must should have has
  kann kannst konnen darf durfen muss ist sind gibt habt hat liefert macht haben
  est puis peut pouvez faites livrez avez kan kunnen mag moet zijn hebben`.split(/\s+/),
);
const SUBJECTS = new Set(
  `i you we the it there my this that these a an your ich ihr sie man es der die das mein meine wir je vous ce on il
  ik jullie u het er jeg du ni`.split(/\s+/),
);
const MIN_QUESTION_WORDS = 3;
const QUESTION_MARK = /[?？؟]/u;
/** Chinese and Japanese questions have these words anywhere. */
const UNSPACED_QUESTION =
  /[吗嗎呢]|怎么|怎麼|怎样|怎樣|如何|什么|什麼|多久|多少|哪里|哪裡|几点|能不能|可以|ですか|ますか/u;

/** Returns whether a text has the form of a question. */
export function isQuestion(text: string): boolean {
  if (QUESTION_MARK.test(text) || UNSPACED_QUESTION.test(text)) return true;
  const words =
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  const [first = '', second = ''] = words;
  if (words.length < MIN_QUESTION_WORDS) return false;
  return QUESTION_WORDS.has(first) || (VERBS.has(first) && SUBJECTS.has(second));
}

/** Words that name a kind of text, such as `policy` in `return policy`: no article needs to have them. Folded. */
export const TEXT_WORDS = new Set(
  `policy policies info information terms conditions faq help guide rules details question questions page
  richtlinie richtlinien bedingung bedingungen infos informationen hilfe regeln fragen
  politique politiques aide regles politica politicas condiciones informacion ayuda condizioni informazioni aiuto
  beleid voorwaarden informatie hulp villkor vilkar`.split(/\s+/),
);

/**
 * Words that end a compound about a service of the shop, such as `kosten` in `Versandkosten`. They are in lower case.
 * None of them ends the names of many products, as `tasche` and `wagen` do.
 */
export const SERVICE_WORDS: readonly string[] =
  `kosten gebühr gebühren preis preise zeit zeiten dauer frist fristen bedingung bedingungen bestimmungen richtlinie
  richtlinien regeln adresse adressen formular formulare recht option optionen art arten methode methoden möglichkeit
  möglichkeiten weise information informationen info infos hinweise service gebiet gebiete länder status verfolgung
  nummer daten abwicklung vorgang anfrage antrag
  kosten tijd tijden duur termijn voorwaarden beleid regels adres formulier recht opties methode methoden methodes
  mogelijkheden wijze informatie service gebied landen status nummer gegevens
  kostnad kostnader avgift avgifter tid tider villkor policy regler adress formulär blankett rätt alternativ metod
  metoder sätt information service länder
  omkostninger gebyr gebyrer pris priser frist frister betingelser vilkår politik adresse formular ret muligheder
  metode metoder måder oplysninger information lande
  kostnader rett skjema alternativer måter opplysninger informasjon`.split(/\s+/);
