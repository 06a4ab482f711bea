import { stopWords } from './stop-words';

/**
 * Folded words that belong to a sentence rather than a product, by ISO 639-1 code. A product name can contain them, so
 * they are not optional in a query, unlike stop words. If no product has all words of a query, the search drops these
 * words first.
 */
const FUNCTION_WORDS: Readonly<Record<string, string>> = {
  da: 'alle bedste billig billige bedst efter eur euro fra hos hvor imod inden jeg kan kroner kr lidt med mellem mig min mine mod over skal uden under vil',
  de: 'ab alle alles ca dein deine deiner dich dir dollar durch etwa etwas eur euro euros gegen guenstig guenstige hat hinter ich ihr ihre jede jeden jeder kann kein keine kleiner als mehr mein meine meinen meiner mich mir neben pro sehr sein seine sie sind sowie ueber unser unsere unter viel wenig weniger wie will wir zwischen',
  en: 'about above across after against all also around around any around because before behind below beneath between beyond but buy can cheap cheaper cheapest could dollar dollars during each either eur euro euros every few gbp get good great has have her his how i if inside into just less like looking made many me more most much my near need no not off only onto other our out over per please she some something than their them then these they those through to too toward under until up usd using very want was we what when where which while who will within without would you',
  es: 'barato barata baratos baratas como cuando debajo desde dolares donde durante encima entre eran eres esta estas este estos eur euro euros hacia hasta mas me menos mi mis muy nos otro pero quiero segun ser si sobre soy su te tu tus yo',
  fi: 'alle edullinen euro euroa halpa ilman jotain kanssa mita mina noin sinun yli',
  fr: 'aussi avant bon bonne cette chez comme contre depuis dessous dessus dollars donc entre euro euros eur hors ici jusqu jusque leur leurs ma mais mes mien mieux moi moins mon notre nos nous peu pas cher plus quel quelle quoi sa selon ses sous ta tes toi ton tout tous toute toutes tres tu vers veux votre vos vous',
  it: 'anche contro cosa dopo dove entro euro fino fra ha ho io mi mia mie miei mio molto no non oltre piu poco prima quale quando questa questo sono sopra sotto sua sue suo tra tua tuo vicino vorrei',
  nl: 'alle boven dan deze die dit door euro goedkoop goedkope hoe ik iets jouw kan maar mag meer mij mijn minder na naast niets onder onze rond tegen tot tussen uw veel wil wat',
  no: 'alle beste billig billige etter euro hos hvor jeg kan kr kroner med mellom meg min mine mot over skal uten under vil',
  pt: 'abaixo acima alguma algum ate baixo barato barata contra desde durante entre esse essa este esta eu euro euros ha mais mas me menos meu meus minha minhas muito nao nos onde quero reais sobre sob sua suas te tem teu tua voce',
  ru: 'более больше вы где дешево дешевый его ее если есть евро еще каждый когда купить между мне мой моя мы над него нет ниже около она они перед про рублей рубля свой себя так там твой только ты уже хочу чем через это я',
  sv: 'alla basta billig billiga efter euro hos hur jag kan kr kronor mellan mig min mina mot over under utan vill',
  zh: '我 你 他 她 它 我们 你们 他们 这 那 个 以下 以上 之间 左右 元 块 便宜',
};

/** Returns the function words of a language, including its stop words. */
export function functionWords(language: string): ReadonlySet<string> {
  const more = Object.hasOwn(FUNCTION_WORDS, language) ? FUNCTION_WORDS[language].split(' ') : [];
  return new Set([...stopWords(language), ...more]);
}
