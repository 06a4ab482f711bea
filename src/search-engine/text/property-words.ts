import { hangulLetters } from './hangul';

/**
 * Folded words by ISO 639-1 code that describe products of all kinds: colours, sizes, common qualities, and how many
 * there are. They do not name what a product is. Words that are also things, such as `orange` and `rose`, are not here.
 */
const PROPERTY_WORDS: Readonly<Record<string, string>> = {
  da: 'par saet beige bla blaa brun graa gra gron groen gul hvid lilla lyserod morkebla pink rod roed sort turkis violet bred hoj kort lang lille smal stor storrelse str mini bedst billig bla blod elektrisk klassisk moderne ny rund tradlos vandtaet varm',
  de: 'paar packung set stueck beige blau braun bunt dunkelblau gelb grau gruen hellblau lila pink rosa rot schwarz tuerkis violett weiss breit dick duenn extra gross groesse hoch klein kurz lang mini mittel schmal alt billig echt einfach elektrisch faltbar flach guenstig klassisch leicht modern neu praktisch rund schoen schwer tragbar warm wasserdicht wasserfest weich kabellos',
  en: 'assortment bundle pack packs pair pairs pcs piece pieces set sets beige black blue brown burgundy cream crimson cyan gray green grey indigo lilac magenta maroon mauve navy pink purple red scarlet turquoise violet white yellow big extra huge large little long medium mini narrow petite short size sized slim small tall thick thin tiny wide xl xs xxl adjustable antique assorted authentic beautiful best cheap classic cold colourful colorful comfortable compact cordless cosy cozy cute decorative deluxe dry durable easy electric elegant eco fancy fine foldable folding fresh funny genuine handmade heavy hot lightweight luxury modern new nice old organic original outdoor personalised personalized plain portable premium pretty professional quality quick quiet rechargeable recycled reusable round rustic shiny silent simple soft solid square strong stylish sturdy unisex used vegan vintage warm washable waterproof wet windproof wireless wooden woollen young',
  es: 'lote pack par amarillo azul beige blanco gris marron morado negro rojo turquesa verde violeta alto ancho chico corto extra grande largo mediano mini pequeno talla tamano antiguo barato bonito clasico electrico impermeable inalambrico ligero moderno nuevo original plegable portatil redondo suave viejo',
  fi: 'pari setti beige harmaa keltainen musta oranssi punainen ruskea sininen turkoosi valkoinen vihrea violetti iso kapea koko leveä levea lyhyt mini pieni pitka suuri halpa kevyt langaton moderni pehmea pyorea sahkoinen uusi vanha vedenpitava',
  fr: 'lot pack paire beige blanc blanche bleu bordeaux brun gris jaune mauve noir rouge turquoise vert violet court extra grand haut large long mini moyen petit taille ancien beau blanche classique electrique etanche leger moderne neuf nouveau original pliable portable pratique rond solide vieux',
  it: 'confezione paio set azzurro beige bianco blu giallo grigio marrone nero rosso turchese verde viola alto corto extra grande largo lungo medio mini piccolo taglia antico bello classico economico elettrico impermeabile leggero moderno morbido nuovo originale pieghevole portatile rotondo vecchio',
  ja: 'セット 赤 青 白 黒 緑 黄色 茶色 紫 灰色 ピンク 大きい 小さい 長い 短い サイズ 新しい 防水',
  ko: '세트 빨간 파란 하얀 검은 노란 초록 분홍 보라 갈색 회색 큰 작은 긴 짧은 사이즈 새 방수 흰색 검정 빨강 파랑 노랑',
  nl: 'paar set stuks beige blauw bruin geel grijs groen paars rood roze turkoois wit zwart breed extra groot hoog klein kort lang maat mini smal dik dun draadloos draagbaar elektrisch goedkoop klassiek licht modern nieuw oud rond vouwbaar warm waterdicht zacht zwaar',
  no: 'par sett beige bla brun gra gronn gul hvit lilla rosa rod svart turkis bred hoy kort lang liten mini smal stor storrelse billig elektrisk klassisk lett moderne myk ny rund tradlos vanntett varm',
  pt: 'pack par amarelo azul bege branco castanho cinza cinzento marrom preto roxo turquesa verde vermelho alto comprido curto extra grande largo longo medio mini pequeno tamanho antigo barato bonito classico eletrico impermeavel leve macio moderno novo original portatil redondo velho',
  ru: 'комплект набор пара белый бежевый бордовый голубой желтый зеленый коричневый красный розовый серый синий фиолетовый черный большой высокий длинный короткий маленький мини размер средний узкий широкий водонепроницаемый дешевый классический круглый легкий мягкий новый портативный складной современный старый теплый электрический беспроводной',
  sv: 'par set beige bla brun gra gron gul lila rod rosa svart turkos vit bred extra hog kort lang liten mini smal stor storlek billig elektrisk fin klassisk latt modern mjuk ny rund tradlos varm vattentat',
  zh: '套装 红色 蓝色 白色 黑色 绿色 黄色 粉色 紫色 灰色 棕色 大 小 长 短 大号 小号 中号 尺码 新 防水',
};

/** Folded words by ISO 639-1 code for the persons that a product is for. They do not name a product either. */
const PERSONS: Readonly<Record<string, string>> = {
  da: 'baby boern born damer dame drenge herre herrer kvinder maend piger',
  de: 'baby damen erwachsene frauen herren jungen kinder maedchen maenner',
  en: 'adult adults baby boy boys child children childrens girl girls infant kid kids ladies men mens teen toddler women womens',
  es: 'bebe hombre infantil mujer mujeres nina ninas nino ninos',
  fi: 'lasten miesten naisten vauvan',
  fr: 'adulte bebe enfant enfants femme femmes fille garcon homme hommes',
  it: 'bambina bambini bambino donna neonato ragazza ragazzo uomo',
  ja: '子供 男性 女性 キッズ メンズ レディース',
  ko: '남성 여성 아동 유아',
  nl: 'baby dames heren jongens kinderen mannen meisjes vrouwen',
  no: 'baby barn dame gutter herre jenter kvinner menn',
  pt: 'bebe crianca criancas homem infantil menina menino mulher',
  ru: 'детский женский мужской',
  sv: 'baby barn dam flickor herr kvinnor man pojkar',
  zh: '儿童 男 男士 女 女士',
};

export const propertyWords = (language: string): readonly string[] => wordsOf(PROPERTY_WORDS, language);

export const personNouns = (language: string): readonly string[] => wordsOf(PERSONS, language);

function wordsOf(words: Readonly<Record<string, string>>, language: string): readonly string[] {
  return Object.hasOwn(words, language) ? hangulLetters(words[language]).split(' ') : [];
}

/** Sizes of clothes: `XL`, `3XL`. Single letters are none, as they have other meanings, too. */
const SIZE = /^(x{1,4}[sl]|\dx[sl]|\d{1,2}[a-h])$/;

export const isSizeCode = (surface: string): boolean => SIZE.test(surface);
