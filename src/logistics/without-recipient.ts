/**
 * The rest of a sentence. A point does not end it within a word, or in an abbreviation such as `J.` or `Mrs.`. Each step
 * consumes one character in one way, so that matching can't take exponential time.
 */
const STEP = String.raw`(?:[^.!?;。！？；]|\.(?=\S|(?<=(?<!\p{L})\p{L}{1,3}\.)))`;
const REST = `${STEP}*`;
/** What may stand between two words of a sentence. It is bounded, so that matching takes linear time. */
const BETWEEN = `${STEP}{0,100}?`;
/** Matches a whole run of such characters: matching from each character of a run would take quadratic time. */
function run(characters: string): string {
  return `(?<![${characters}])[${characters}]*`;
}

const DONE = 'unterschrieben|empfangen|angenommen|entgegengenommen|quittiert';

/** Labels of a person, which may also be those of a company. */
const LABELS_OF_ANY = [
  'name|full name|last name|surname|contact|nachname|nom|firma|nombre|nome|naam|navn|namn|nimi|nume|név',
];
/** Labels of a person in the languages of carriers. The name follows a colon. */
const LABELS = [
  // English: a label may be qualified, as in `Signed for as:`, `Receiver name:` and `POD signature:`.
  String.raw`sign(?:ed|ature|atory|ee)?(?:\s+(?:for|by|as|name|of))*`,
  String.raw`(?:recipient|receiver|consignee|signatory|signer|received|rec['’]?d|recvd|rcvd|sgd|sig|accepted|collected|pod|proof\s+of\s+delivery)(?:['’]?s)?(?:\s+(?:by|as|name|for|signature))*`,
  // German
  String.raw`unterschrift|unterschrieben|unterzeichner(?:in)?|unterzeichnet|empfänger(?:in)?|empfangen|annehmer|abholer(?:in)?|angenommen|quittiert|nachbar(?:in)?`,
  // French
  String.raw`signature|signataire|signée?|destinataire|réceptionnaire|reçue?|réceptionnée?|remise?\s+à`,
  // Spanish, Portuguese and Italian
  String.raw`firmante|firmad[oa]|destinatari[oa]|receptor(?:a)?|recibid[oa]|recibió|entregad[oa]\s+a`,
  String.raw`assinatura|assinad[oa]|assinante|destinatári[oa]|recebedor(?:a)?|recebid[oa]|entregue\s+a`,
  String.raw`firmatari[oa]|firmat[oa]|ricevente|ricevut[oa]|consegnat[oa]\s+a`,
  // Dutch
  String.raw`handtekening|getekend|ondertekend|ontvanger|ontvangen|geadresseerde`,
  // Polish and Czech
  String.raw`podpis(?:ał[ao]?|ane)?|odbiorc[aąy]|odebrał[ao]?|odebrane|imię(?:\s+i\s+nazwisko)?|nazwisko|podepsal[ao]?|příjemce|převzal[ao]?|jméno`,
  // Swedish, Danish, Norwegian and Finnish
  String.raw`underskrift|undertecknad|mottagare|mottaget|kvitterad|signerad|modtager|modtaget|mottaker|mottatt|allekirjoitus|vastaanottaja`,
  // Turkish, Hungarian and Romanian
  String.raw`imza|teslim\s+alan|alıcı|aláírás|aláíró|átvevő|címzett|semnătur[aă]|destinatar`,
  // Russian and Ukrainian
  String.raw`подпись|получатель|получил[аи]?|вручено|подписал[аи]?|имя|підпис|отримувач|отримав|отримала`,
  // Greek and Arabic
  String.raw`υπογραφή|παραλήπτης|παρελήφθη|التوقيع|المستلم|اسم المستلم`,
];

/** Labels in scripts without spaces between words. The name follows a colon or a space. */
const UNSPACED_LABELS = [
  ...['签收人', '签收者', '签收', '代签人', '代签', '收件人', '收货人', '代收人', '代收', '取件人', '领取人', '签名'],
  ...['簽收人', '簽收', '代簽人', '收件人姓名', '收貨人', '代收人', '簽名', '姓名'],
  ...[
    '受取人',
    '受領者',
    '受領人',
    '受領サイン',
    '受取サイン',
    'サイン',
    '署名',
    'お受取人',
    '受取者',
    'お名前',
    '氏名',
  ],
  ...['수령인', '수령자', '인수자', '인수인', '받는분', '받는사람', '받는 분', '서명', '수취인'],
];

/** Verbs and prepositions that precede the name of a person who has signed for the parcel or has received it. */
const BY = [
  // English
  String.raw`sign(?:ed|ature)?(?:\s+for)?(?:\s+(?:in\s+the\s+name\s+of|by|as|on\s+behalf\s+of))(?!\p{L})`,
  String.raw`(?:received|rec['’]?d|rec\.|recvd|rcvd|accepted|collected|taken|picked\s+up)\s+by(?!\p{L})(?!\s+(?:(?:the|our|a)\s+)?(?:local\s+|delivery\s+)*(?:carrier|courier|depot|hub|customs|driver|airline|company|dhl|dpd|fedex|gls|hermes|ups|usps|postnord|postnl)(?!\p{L}))`,
  // German
  String.raw`(?:${DONE}|abgeholt)\s+(?:von|durch)(?!\p{L})`,
  String.raw`(?:von|durch)\s+${BETWEEN}(?:${DONE})`,
  // French
  String.raw`(?:signée?|reçue?|réceptionnée?|acceptée?|retirée?)\s+par(?!\p{L})`,
  // Spanish, Portuguese, Italian and Romanian
  String.raw`(?:firmad[oa]|recibid[oa]|aceptad[oa]|recogid[oa])\s+por(?!\p{L})`,
  String.raw`(?:assinad[oa]|recebid[oa]|aceite|retirad[oa])\s+por(?!\p{L})`,
  String.raw`(?:firmat[oa]|ricevut[oa]|ritirat[oa]|accettat[oa])\s+da(?!\p{L})`,
  String.raw`(?:semnat|primit)\s+de(?!\p{L})`,
  // Dutch
  String.raw`(?:getekend|ondertekend|ontvangen|aangenomen|opgehaald)\s+(?:door|voor)(?!\p{L})`,
  // Polish and Czech
  String.raw`(?:odebran[aey]|podpisan[aey]|przyjęt[aey]|pokwitowan[aey])\s+przez(?!\p{L})(?!\s+(?:kurier|klient|adresat|odbiorc)\p{L}*)`,
  String.raw`(?:odebrał[ao]?|podpisał[ao]?|pokwitował[ao]?)(?!\p{L})`,
  String.raw`(?:podepsal[ao]?|převzal[ao]?)(?!\p{L})`,
  // Swedish, Danish, Norwegian and Finnish
  String.raw`(?:mottage[nt]|kvittera[dt]|signera[dt]|undertecknad|utlämna[dt]|modtaget|kvitteret|underskrevet|mottatt|signert|kvittert)\s+(?:av|af|till|til)(?!\p{L})`,
  String.raw`(?:vastaanottanut|kuitannut)(?!\p{L})`,
  // Russian and Ukrainian
  String.raw`(?:получен[оа]?|подписан[оа]?|принят[оа]?)\s*:`,
  String.raw`(?:получил|подписал|принял|отримав)(?:[аи])?(?!\p{L})`,
  // Arabic
  String.raw`(?:المستلم|استلمها|استلمه)(?=\s+\p{L})`,
  String.raw`(?:الاستلام|استلام\S*|التوقيع|استلمت?|استلمها|استلمه)\s+(?:بواسطة|من\s+قبل|من)(?!\p{L})`,
];

/** Sites of carriers and public places, whose name or city may follow. */
const SITES = [
  'dhl|dpd|fedex|gls|hermes|ups|usps|evri|postnord|postnl|swiss\\s+post|airline|hub|depot|facility|airport|customs|cent(?:er|re)|warehouse|terminal|station|city|country',
  String.raw`(?:paket|pack|post|filiale|abhol|spedition|zustell|zoll|verteil|depot)\p{L}*`,
  String.raw`poste|agence|bureau|oficina|agência|transportadora|servicepunt|pakketpunt|postombud|ombud|postkontor|oficiul?`,
];
/** Other places, and people without a name. What follows may be the name of a person. */
const ROLES = [
  String.raw`locker|box|mailbox|letter-?box|shop|store|point|office|carrier|courier|driver|agent|door|porch|garage|address|reception(?:ist)?|location|destination|desk|safe\s+place`,
  String.raw`neighbou?rs?|residents?|occupants?|(?:mail\s*)?room|recipient|receiver|addressee|consignee|customer|individual|(?:family|household)(?:\s+member)?|household|concierge|porter|doorman|security|guard|colleague|someone|landlord|caretaker`,
  String.raw`(?:wunsch)?nachbar(?:n|in)?|hausbewohner|mitbewohner|empfänger(?:in)?|kunde[n]?|adresse|pförtner|empfang|rezeption|wunschort|ablageort|briefkasten|haustür|zusteller`,
  String.raw`voisine?|gardienn?e?|destinataire|client|transporteur|livreur|facteur|domicile|adresse|porte|accueil|relais|boîte`,
  String.raw`vecin[oa]|portero|destinatari[oa]|cliente|domicilio|buzón|dirección|transportista|corriere|portiere|vizinh[oa]|porteiro|morada`,
  String.raw`buren|buur(?:man|vrouw)?|geadresseerde|ontvanger|klant|brievenbus|adres|receptie`,
  String.raw`granne|nabo|naboen|mottagare?n?|modtager(?:en)?|mottaker(?:en)?|kunden?|brevlåda|postkasse[n]?|pakkeboks|paketbox|adresse?n?|dörr|dør(?:en)?|butik`,
  'destinatar(?:ul)?|client(?:ul)?|vecin(?:ul)?|curier|easybox',
];
const ARTICLES = [
  String.raw`an?|the|your|our|its|their|parcel|post|pick-?up|collection|access|service|local|front|back|mail|delivery|destination|next|next\s+door|recipient['’]s|customer['’]s|reception|front\s+desk|partner|wrong|sortation|po|ups|dhl|dpd|gls|hermes|fedex|amazon|evri|inpost`,
  String.raw`die|der|den|dem|das|eine[nmr]?|ihre[nmr]?|le|la|les|l['’]|un|une|votre|son|sa|point|el|su|a|o|ao|à|il|de|het|een|uw|din|ditt|dit|en|et|min|lor`,
];
const PLACE = String.raw`(?:\s+(?:(?:${ARTICLES.join('|')})\s+|l['’]\s*)*(?:(?<site>${SITES.join('|')})|(?:${ROLES.join('|')}))(?!\p{L})(?:\s+(?:${ROLES.join('|')})(?!\p{L}))*)?`;
/** Verbs and prepositions that precede the name of a person whom the parcel was handed to, or a place. */
const HANDED_TO = new RegExp(
  String.raw`${run(String.raw`\s,:(–-`)}(?<!\p{L})(?:${[
    // English
    String.raw`(?:left|deposited)\s+with`,
    String.raw`(?:handed(?:\s+over)?|given|released)\s+to`,
    String.raw`delivered(?:\s+(?:by|via)\s+(?:\p{L}+\s+){0,2}\p{L}+|\s+(?:safely|successfully|directly|personally|in\s+person|today))?\s+to`,
    // German
    String.raw`(?:zugestellt|übergeben|ausgehändigt|ausgeliefert|abgegeben)\s+an`,
    String.raw`(?<=(?:zugestellt|ausgeliefert|abgegeben|abgestellt|hinterlegt)\s{1,3})(?:bei|beim)`,
    String.raw`(?:an|bei|beim)(?=\s+(?:\p{L}+\s+)?(?:wunsch)?nachbar(?:n|in)?(?!\p{L}))`,
    // French
    String.raw`(?:remise?|livrée?|déposée?|distribuée?|confiée?)(?:\s+(?:contre|avec|en)\s+(?:signature|mains?\s+propres?))?\s+(?:à|au|aux|chez)`,
    // Spanish, Portuguese, Italian and Romanian
    String.raw`entregad[oa]\s+(?:a|al)`,
    String.raw`entregue\s+(?:a|ao|à)`,
    String.raw`consegnat[oa]\s+(?:a|al|alla)`,
    String.raw`(?:livrat|predat)[ăe]?\s+(?:către|la|lui)`,
    // Dutch
    String.raw`(?:afgegeven|afgeleverd|geleverd|bezorgd|overhandigd)\s+(?:aan|bij)`,
    // Swedish, Danish and Norwegian
    String.raw`(?:levere?ra[dt]|leveret|levert|utlevert|udleveret|utlämna[dt]|overlevert|overleveret|överlämna[dt])\s+(?:till|til|hos)`,
    // Arabic
    String.raw`(?:التسليم|تسليم\S*)\s+(?:إلى|الى)`,
  ].join('|')})(?!\p{L})${PLACE}`,
  'giu',
);
/** What follows a place if it is a name. */
const LABELLED = /^\s*[:：=]|^\s+[-–—]\s/u;
const CAPITALISED = /^\s*[,(（]?\s*(\p{Lu}[\p{L}\p{M}.'’-]*)/u;

/** Words that say that a parcel was delivered. Only a name follows them in brackets, or after a colon. */
const DELIVERED_AND_TEXT =
  /(?<!\p{L})(?:delivered|zugestellt|ausgeliefert|ausgehändigt|übergeben|abgegeben|abgeholt|wydan[aoy]|livrée?|distribuée?|entregad[oa]|entregue|consegnat[oa]|bezorgd|afgeleverd|geleverd|doręczon[aoy]|dostarczon[aoy]|doručen[oa]?|levere?ra[dt]|leveret|levert|toimitettu|luovutettu|teslim edildi|kézbesítve|livrat[ăe]?|вручен[оа]?|доставлен[оа]?|παραδόθηκε|تم التسليم|妥投|签收|簽收|配達完了|お届け済み?|배달완료|배송완료)(?:(?:\s*[:：]|\s+[-–—](?=\s))\s*([^!?;。！？；:：()（）,，]{1,60})|\s*[(（\[]([^()（）\[\]]{1,60})[)）\]]?)/giu;
const PLACE_AT_END = new RegExp(String.raw`(?:${[...SITES, ...ROLES].join('|')})$`, 'iu');
const SITE_OR_ROLE = new RegExp(String.raw`^(?:${[...SITES, ...ROLES].join('|')})$`, 'iu');
/** Who or what is no name, in brackets or after a colon. */
const NO_NAME = new Set(
  'complete completed successful successfully residence resident residential hand business commercial outside private left at in safe secure place individual picked up mail po locker parcel packstation briefkasten hausflur garage terrasse porch front side rear back door inside behind contactless damaged safely today partially yes no ok ja nein oui non si'.split(
    ' ',
  ),
);
/** A title and the name after it. The preposition before goes with it. */
const TITLED =
  /(?<!\p{L})(?:(?:an|bei|to|with|by|von|vom|durch|für|for|à|a|au|por|par|da|till|til|aan|bij|door)[ \t]+)?(?:Mr|MR|Mrs|MRS|Ms|Herrn?|HERRN?|Frau|FRAU|Mme|MME|Mlle|Madame|Monsieur|Señora?|Sra|Signora?|Sig|Dhr|Mevr|Mevrouw|Meneer)\.?[ \t]+(?:Dr\.?[ \t]+)?(?=\p{Lu})/gu;
/** German: `an Müller übergeben`. */
const HANDED_GERMAN = new RegExp(
  String.raw`(?<!\p{L})(?:an|bei)[ \t]+(\p{L}[\p{L}\p{M}.'’-]*)${STEP}{0,60}?[ \t](?:übergeben|ausgehändigt|zugestellt|ausgeliefert|abgegeben|hinterlegt)(?!\p{L})`,
  'giu',
);

/** The name may follow a semicolon. */
const BY_PERSON = String.raw`(?:${BY.join('|')})\s*;?`;
const LABEL = String.raw`(?:${[...LABELS, ...LABELS_OF_ANY].join('|')})\s*(?:[:：=]|(?<=\s)[-–—]\s)`;
const SPACED = String.raw`${run(String.raw`\s,:(–-`)}(?<!\p{L})(?:${LABEL}|${BY_PERSON})${REST}`;
/** Of those, persons: the name may follow directly. */
const UNSPACED_PERSONS = [
  String.raw`(?:签收|代签|收件|收货|代收|取件|领取|簽收|代簽|收貨|受取|受領)[人者]\s*(?:本人\s*)?(?!不|已|未|拒|要|请|請|联|聯|电|電|地|信|名|姓|本人|家|在|是|的|无|沒|没|和|及|可|需|将|變|变|自|代|为|へ|が|に|は|の|不在|様)(?:[\p{sc=Han}·]{2,4}(?![\p{sc=Han}\p{sc=Hira}])|[a-z])`,
  String.raw`(?:수령인|수령자|인수자|인수인|받는\s?분|받는\s?사람|수취인)\s+(?:본인\s+)?(?!부재|본인|확인|요청|서명|없음|거부|연락|정보|주소|이름|변경|직접|고객|미)(?:[가-힣]{2,4}(?![가-힣])|[a-z])`,
];
const UNSPACED = String.raw`${run(String.raw`\s,，、:：(（【\[–-`)}(?:${UNSPACED_LABELS.join('|')})\s*(?:[:：是为為]|[(（【\[]\s*(?=\p{L}))${REST}|${run(String.raw`\s,，、`)}(?:${UNSPACED_PERSONS.join('|')})${REST}`;
/** Chinese: received `by` (由, 被) a person. */
const CHINESE_BY = String.raw`${run(String.raw`\s,，`)}(?:已)?[由被让](?:[^.!?;。！？；，,]{1,40}?)(?:签收|簽收|代收|领取|領取|取件|签名)`;
/** Japanese: `received by`, and a name with an honorific that has received or signed. */
const JAPANESE_BY = String.raw`${run(String.raw`\s、`)}[^\s、。]{1,20}\s?(?<!本人|お客|家族)(?:様|さん)(?:に|が|へ|より|\s|(?=受|サ|署))[^。.!?;！？；]{0,60}?(?:お渡し|渡し|受け取|受取|受領|署名|サイン|お届け)${REST}`;
/** Japanese: a name in brackets after `様`. */
const JAPANESE_BRACKETS = String.raw`(?<=様|さん|本人|家族|同居人|隣人)\s?[(（][^)）]{1,20}[)）]`;
/** Turkish: a name with an ending of the dative. */
const TURKISH_TO = String.raw`${run(String.raw`\s,:(–-`)}(?<!\p{L})(?:\p{L}{1,30}\.?\s){0,3}\p{L}{1,30}['’](?:[yn]?[ae])\s+teslim\s+edil${REST}`;
const PERSON = new RegExp([SPACED, UNSPACED, CHINESE_BY, JAPANESE_BY, JAPANESE_BRACKETS, TURKISH_TO].join('|'), 'giu');
/** What says explicitly who has signed or received. Words such as `Signed` alone are parts of the names of services. */
const EXPLICIT = new RegExp(
  [
    String.raw`${run(String.raw`\s,:(–-`)}(?<!\p{L})(?:(?:${LABELS.join('|')})\s*[:：=]|${BY_PERSON})${REST}`,
    String.raw`${run(String.raw`\s,，、:：(（【\[–-`)}(?:${UNSPACED_LABELS.join('|')})\s*[:：]${REST}`,
    CHINESE_BY,
  ].join('|'),
  'giu',
);
const SEPARATORS_AT_END = /(?<![\s,:(–-])[\s,:(–-]+$/u;
const EMPTY_SENTENCE = /^[\s.!?;。！？；]+/;

/** Verbs of an active sentence: who has signed for the parcel, or has received it, stands before. */
const VERBS_AFTER_PERSON = [
  // English. Without an object, `received` is passive; so is `signed by`.
  String.raw`signed(?!\s+(?:for\s+)?(?:by|as)(?!\p{L}))`,
  String.raw`(?:received|accepted|collected|took|picked\s+up)\s+(?:it|this|the|your|his|her|their|a)`,
  // German
  String.raw`hat\s+(?:\p{L}+\s+){0,5}(?:${DONE}|unterzeichnet|abgeholt|erhalten)`,
  String.raw`unterschrieb|unterzeichnete|quittierte|nahm\s+(?:\p{L}+\s+){0,5}(?:an|entgegen)`,
  // French
  String.raw`a\s+(?:bien\s+)?(?:signé|reçu|réceptionné|accepté|retiré)`,
  // Spanish, Portuguese, Italian and Romanian
  String.raw`(?:ha\s+)?(?:firmado|recibido|aceptado|recogido)|firmó|recibió|aceptó|recogió`,
  'assinou|recebeu|aceitou|retirou',
  String.raw`ha\s+(?:firmato|ricevuto|ritirato|accettato)|firmò|ricevette`,
  String.raw`a\s+(?:semnat|primit|ridicat)`,
  // Dutch
  String.raw`heeft\s+(?:\p{L}+\s+){0,5}(?:getekend|ondertekend|ontvangen|aangenomen|opgehaald)|tekende|ondertekende`,
  // Polish, Czech, Hungarian
  'odebrał[ao]?|podpisał[ao]?|pokwitował[ao]?|podepsal[ao]?|převzal[ao]?|átvette|aláírta',
  // Swedish, Danish, Norwegian and Finnish
  String.raw`har\s+(?:\p{L}+\s+){0,5}(?:kvitterat|signerat|undertecknat|mottagit|hämtat|kvitteret|underskrevet|modtaget|afhentet|signert|kvittert|mottatt|hentet)`,
  String.raw`kvitterade|signerade|skrev\s+under|underskrev|kuittasi|allekirjoitti|vastaanotti|nouti`,
  // Turkish
  String.raw`teslim\s+aldı|imzaladı`,
  // Russian, Ukrainian and Greek
  'получил[аи]?|подписал[аи]?|расписал(?:ся|ась)|забрал[аи]?|отримав|отримала|підписав|підписала|υπέγραψε|παρέλαβε',
];
/** Words before such a verb that are not names of people. */
const NOBODY = new Set(
  [
    'a an and are as at be been being by can could for from had has have he her his if in is it its must needs no not of on or our please she should that the their they this to was we were when which who will with you your',
    'address addressee agent box branch business carrier centre center client colleague company concierge consignee consignment courier customer customs data delivered delivery depot desk document door doorman driver employee envelope facility family form front guard handed hub item left letter locker mail member neighbor neighbour office order package parcel partner point porch post proof reception receptionist recipient receiver safely security sender shipment shop signature someone staff station store successfully terminal warehouse',
    'amazon chronopost colissimo correos dhl dpd evri fedex geodis gls hermes inpost postnl postnord seur swiss tnt ups usps yodel',
    'am auf bei beim bitte das dass dem den der des die durch ein eine einem einer er erfolgreich es für ihr ihre im ist mit nicht niemand noch sie und vom von vor wer wird wurde zu zum zur',
    'absender empfänger empfängerin fahrer filiale hausbewohner kunde kundin logistikzentrum mitarbeiter nachbar nachbarin paket paketshop paketzentrum partner post postfiliale sendung transporteur wunschnachbar zentrum zoll zugestellt zusteller',
    'au aux avec ce cette chez client colis dans de destinataire du elle en envoi est et facteur gardien il la le les leur livraison livreur livré livrée ne nous on par personne pas point pour que qui relais sa se son sur transporteur un une voisin votre vous été',
    'al cartero centro cliente con correos del destinatario el ella en entrega entregado entregada envío esta este ha le lo los no nos oficina paquete para persona por portero que repartidor se su transportista usted vecino y ya',
    'ao carteiro cliente com da destinatário destinatária do e ele em encomenda entregue envio foi já na no o objeto os para pelo porteiro que transportadora um uma vizinho você à',
    'che ci collo consegna consegnato consegnata corriere dal della destinatario di e è gli ha i il in la lo non pacco per portiere postino si spedizione vettore vicino',
    'bestuurder bezorgd bezorger buren buurman buurvrouw de door een geadresseerde hebben heeft het in is klant met niet ontvanger ontvangster op pakket te u uw van vervoerder voor zending',
    'adresat do dostarczono doręczono i jest klient klientka kurier listonosz na nie oddział odbiorca paczka paczkę pan pani placówka poczta przez przesyłka przesyłkę sortownia w z za został została a adresát byla bylo doručeno kurýr na pobočka pošta příjemce se zásilka zásilku řidič',
    'av en er en ett och og han har hun hon inte ikke kund kunde kunden levererad leveret levert mottagare mottagaren modtager modtageren mottaker mottakeren paket pakke paketet pakken på som till til asiakas lähetys vastaanottaja paketti',
    'alıcı gönderi kargo kurye müşteri ve bir a címzett csomag ügyfél futár az és destinatarul clientul coletul curierul a fost',
    'адресат вы груз заказ заказчик и клиент курьер мы на не он она оператор отделение отправление получатель получателю посылка посылку почта склад уже что клієнт одержувач отримувач кур’єр посилка відправлення ο η το παραλήπτης πελάτης κούριερ δέμα',
  ].flatMap((words) => words.split(' ')),
);
/** Words of such verbs, and of names, that are among them. */
const AUXILIARIES = new Set('has have had already just also'.split(' '));
const PARTICLES = new Set('al bin da de del den der di dos du el la le ten ter van von zu zum zur'.split(' '));
const MAX_WORDS_OF_NAME = 8;
const ACTIVE_VERB = new RegExp(String.raw`(?<!\p{L})(?:${VERBS_AFTER_PERSON.join('|')})(?!\p{L})`, 'giu');
/** The words before a verb, and a sign between them and a verb that ends the sentence. */
const WORDS_BEFORE = new RegExp(
  String.raw`(?<![\p{L}\p{M}\d])((?:[\p{L}\d][\p{L}\p{M}\d.'’-]*,?[ \t]+){0,${MAX_WORDS_OF_NAME}}[\p{L}\d][\p{L}\p{M}\d.'’-]*)([ \t]*[,:(–—-]?[ \t]*)$`,
  'u',
);
const ENDS_SENTENCE = /^[^\s.!?;)]+\s*(?:[.!?;)]|$)/u;
/** What a name may follow without `by`, if it begins with a capital. */
const BEFORE_NAME =
  /(?<!\p{L})(?:signed(?:[ \t]+for)?|signature|signatory|signer|signee|recipient|receiver|consignee|addressee|pod|neighbou?r|unterschrift|unterschrieben|unterzeichner(?:in)?|empfänger(?:in)?|nachbar(?:n|in)?|signataire|destinataire|réceptionnaire|voisine?|firma|firmado|firmato|firmante|firmó|recibid[oa]|recibe|recibió|aceptó|recogió|destinatari[oa]|vecin[oa]|assinatura|assinado|assinou|recebeu|recebedor|ricevente|handtekening|getekend|ontvanger|buur(?:man|vrouw)?|podpis|odbiorca|příjemce|mottagare|modtager|mottaker|granne|nabo|vastaanottaja|imza|alıcı|címzett|destinatar|подпись|(?:(?:вручено|доставлено|передано|выдано)[ \t]+)?(?:получатель|получателю|адресату|соседу|соседке)|вручен[оа]|передан[оа]|выдан[оа]|доставлен[оа]|получен[оа]|отримувач|luovutettu(?:[ \t]+vastaanottajalle)?|teslim[ \t]+alan)[ \t]+(\p{L}[\p{L}\p{M}.'’-]*)/giu;
const AFTER_SIGNATURE = new Set(
  [
    'available captured confirmation confirmed digitally electronically elektronisch erforderlich has nicht nie non obligatoire obtained online option pending release requerida requests required requested richiesta service unavailable verweigert waived wymagany не',
    'paid pays city code country street town absent absente absence accepted advised agreed asked away cancelled canceled changed closed collected collects collection contacted damaged declined deceased details did does due email failed gone held holiday incorrect informed instructed instruction instructions invalid location missing moved name noted notified number out phone picked postponed premises proof received refusal refuse refused refuses rejected relocated rescheduled returned said sent shown shows signed signing telephone unable unavailable uncontactable unknown unreachable uploaded verified wants wrong zip',
    'abwesend angetroffen anwesend benachrichtigt hat holt informiert kein keine möchte nachgewiesen telefonisch unbekannt ungültig unvollständig verstorben verzogen wünscht nicht-angetroffen',
    'avisé inconnu introuvable refuse refusé ausente desconocido desconhecido rechaza rechazado recusou assente sconosciuto rifiuta rifiutato afwezig onbekend geweigerd nieobecny nieznany odmówił nepřítomen neznámý odmítl',
    'frånvarande okänd fraværende ukendt ukjent yok adreste necunoscut absent отказался отказалась отсутствует отсутствовал неизвестен недоступен в во почте почты сортировочным курьером почтальоном почтой курьеру курьерской службой постамат постамате отделение отделении пункт пункте',
  ].flatMap((words) => words.split(' ')),
);
/** `signed j smith` */
const INITIAL_AFTER_SIGNED = /(?<!\p{L})signed(?:[ \t]+for)?[ \t]+(?=(?:[b-hj-z]|mrs?|ms|miss)\.?[ \t]+\p{L}{2})/giu;
const REST_OF_SENTENCE = new RegExp(REST, 'uy');
const TITLE_OR_INITIAL =
  /(?<!\p{L})(?:\p{L}\.\s|(?:mrs?|ms|miss|herr|frau|fr|dr|mme|mlle|sra?|sig|dhr|mevr)(?!\p{L}))/iu;
const INITIAL = /^\p{L}\.?$/u;
/** A point after a longer word ends a sentence. */
const LAST_OF_SENTENCE = /\p{L}{4,}\.$/u;

/** Chinese: a name, directly before the verb. */
const CHINESE_ACTIVE =
  /(?<![\s,，、])[\s,，、]*(?<!\p{sc=Han})([\p{sc=Han}·]{2,16}?)\s*(?:已经?\s*)?(?:签收|簽收|代收|领取|領取|取件)(?![人者點点處处站碼码員员方])[^。！？；，,.!?;]*/gu;
const CHINESE_NOBODY =
  /快递员|快遞員|派件员|快递柜|自提柜|智能柜|代收点|取件码|取货码|收件人|收货人|收貨人|家门口|传达室|收发室|便利店|快件|快递|快遞|包裹|邮件|郵件|货物|貨物|商品|订单|訂單|您的|你的|已经|已經|成功|本人|他人|家人|家属|同事|朋友|邻居|鄰居|门卫|門衛|保安|前台|物业|物業|驿站|驛站|菜鸟|丰巢|超市|门口|門口|公司|单位|客户|客戶|顾客|用户|投递|派送|妥投|正在|尚未|等待|及时|尽快|前往|请|請|待|未|由|被|在|于|的|您|已|凭|到|柜|店|自|并|和|后|後|中|完成/gu;
/** Korean: a name, before who has received or signed. */
const KOREAN_ACTIVE =
  /(?<![가-힣])([가-힣]{2,4}?)\s?(?:고객)?(?:님|씨)?(?:이|가|께서|께|에게)?\s*(?:직접\s*)?(?:수령|인수|서명|수취)(?!\s?(?:인|자|장소|지))[^.!?;]*/gu;
const KOREAN_NOBODY =
  /^(?:고객|본인|가족|동료|배송|상품|물품|택배|소포|우편물?|경비실?|관리실|직접|대리|문앞|미|완료|배송완료|배달완료)$/u;

/**
 * Returns the text without persons that are the subject of a sentence, such as `J. SMITH signed`.
 * @param isPerson whether such words can be a person
 */
function withoutSubject(text: string, isPerson: (words: string) => boolean = () => true): string {
  let [kept, end] = ['', 0];
  for (const { index } of text.matchAll(ACTIVE_VERB)) {
    const start = startOfName(text, index);
    if (index < end || start === undefined || !isPerson(text.slice(start, index))) continue;
    REST_OF_SENTENCE.lastIndex = index;
    kept += text.slice(end, Math.max(end, start)).replace(SEPARATORS_AT_END, '');
    end = index + REST_OF_SENTENCE.exec(text)![0].length;
    if (/[.!?;]/u.test(kept.at(-1) ?? '') && /[.!?;]/u.test(text[end] ?? '')) end++;
  }
  return kept + text.slice(end);
}

/**
 * Returns the text without the matches that name a person, and the rests of their sentences.
 * @param end of the match
 */
function withoutSentences(
  text: string,
  pattern: RegExp,
  isPerson: (match: RegExpExecArray, end: number) => boolean = () => true,
): string {
  let [kept, end] = ['', 0];
  for (const match of text.matchAll(pattern)) {
    const endOfMatch = match.index + match[0].length;
    if (match.index < end || !isPerson(match, endOfMatch)) continue;
    REST_OF_SENTENCE.lastIndex = endOfMatch;
    kept += text.slice(end, match.index).replace(SEPARATORS_AT_END, '');
    end = endOfMatch + REST_OF_SENTENCE.exec(text)![0].length;
  }
  return kept + text.slice(end);
}

/** Returns the text without a name that follows `Signed` or `Recipient` directly. */
function withoutNameAfter(text: string): string {
  const shortened = withoutSentences(text, BEFORE_NAME, ([, name = '']) => canBeName(name));
  return withoutSentences(shortened, INITIAL_AFTER_SIGNED);
}

/** Returns the text without whom the parcel was handed to. A place stays, if no name follows it. */
function withoutHandedTo(text: string): string {
  const handed = withoutSentences(text, HANDED_TO, ({ 0: match, groups }, end) => {
    if (!PLACE_AT_END.test(match)) return true;
    const following = text.slice(end, end + 80);
    if (LABELLED.test(following)) return true;
    const name = groups?.site === undefined ? CAPITALISED.exec(following)?.[1] : undefined;
    return name !== undefined && canBeName(name);
  });
  return withoutSentences(handed, HANDED_GERMAN, ([, name = '']) => canBeName(name) && !SITE_OR_ROLE.test(name));
}

/** Returns the text without a name in brackets or after a colon, as in `Delivered (Smith)`. */
function withoutNamedDelivery(text: string): string {
  return text.replace(DELIVERED_AND_TEXT, (match, afterColon: string | undefined, inBrackets: string | undefined) =>
    isNameAlone((afterColon ?? inBrackets ?? '').trim())
      ? match.slice(0, match.search(/\s*(?:[:：(（\[]|\s[-–—]\s)/u))
      : match,
  );
}

/** Returns whether a text can be a name and nothing else. */
function isNameAlone(text: string): boolean {
  const words = text.split(/\s+/u);
  if (/^(?:[\p{sc=Han}·]{2,4}|[가-힣]{2,4})$/u.test(text))
    return text.replace(CHINESE_NOBODY, '') !== '' && !KOREAN_NOBODY.test(text);
  if (words.length > 5 || words.some((word) => NO_NAME.has(word.toLowerCase()) || SITE_OR_ROLE.test(word)))
    return false;
  return words.every((word) => canBeName(word) || PARTICLES.has(word.toLowerCase()));
}

/** Returns whether a word begins with a capital and is not known as another word. */
function canBeName(word: string): boolean {
  const lower = word.toLowerCase().replace(/\.$/, '');
  return /^\p{Lu}/u.test(word) && !NOBODY.has(lower) && !AFTER_SIGNATURE.has(lower);
}

/** As {@link withoutSubject}, for languages without spaces between words, or with other word orders. */
function withoutUnspacedSubject(text: string): string {
  return text
    .replace(CHINESE_ACTIVE, (match, words: string) => (words.replace(CHINESE_NOBODY, '') === '' ? match : ''))
    .replace(KOREAN_ACTIVE, (match, name: string) => (KOREAN_NOBODY.test(name) ? match : ''));
}

/** Returns where the words before a verb begin that may be a name, or undefined. */
function startOfName(text: string, verb: number): number | undefined {
  const from = Math.max(0, verb - 100);
  const [, words, separator = ''] = WORDS_BEFORE.exec(text.slice(from, verb)) ?? [];
  if (words === undefined || (separator.trim() !== '' && !ENDS_SENTENCE.test(text.slice(verb)))) return undefined;
  let start: number | undefined;
  let at = verb - separator.length;
  let next = '';
  for (const word of words.match(/\S+\s*/gu)?.reverse() ?? []) {
    const bare = word.trim().replace(/,$/, '');
    const lower = bare.toLowerCase();
    at -= word.length;
    if (start === undefined && AUXILIARIES.has(lower)) continue;
    // `Smith, J.`
    if (word.includes(',') && !INITIAL.test(next)) break;
    const isParticle = start !== undefined && PARTICLES.has(lower);
    if (!isParticle && (!/\p{L}/u.test(bare) || LAST_OF_SENTENCE.test(bare) || NOBODY.has(lower))) break;
    [start, next] = [at, bare];
  }
  return start;
}

/**
 * Returns the text of a carrier without who has received or signed for the parcel, such as `signed by J. Smith` or
 * `J. SMITH signed`. What follows in the same sentence is removed, too. In doubt, a text loses a place rather than it
 * keeps a name.
 */
export function withoutRecipient(description: string): string {
  const text = withSpaces(description);
  const rules = [
    withoutNameAfter,
    withoutSubject,
    withoutHandedTo,
    (each: string) => each.replace(PERSON, ''),
    withoutNamedDelivery,
    (each: string) => withoutSentences(each, TITLED),
    withoutUnspacedSubject,
  ];
  const shortened = rules.reduce((each, rule) => rule(each), text);
  return shortened === text ? description : tidy(shortened, description);
}

/**
 * Returns the name of a carrier, of a service or of another thing, or an id, without what says explicitly who has
 * received or signed for the parcel. `Firma Müller Logistik`, `Tracked Signed` and `Signed For First Class` stay.
 */
export function withoutSigner(name: string): string {
  const text = withSpaces(name);
  const shortened = withoutSubject(text, (words) => TITLE_OR_INITIAL.test(words)).replace(EXPLICIT, '');
  return shortened === text ? name : tidy(shortened, name);
}

/** Returns the text with spaces in labels such as `signed_by`, `SIGNED-BY` and `signedBy`. */
function withSpaces(text: string): string {
  return text
    .replaceAll(
      /(?<=signed|signature|received|accepted|collected|delivered|recipient|receiver|consignee|for)[_-](?=(?:by|for|as|to|name)(?!\p{L}))|(?<=_(?:by|for|as|to|name))_/giu,
      ' ',
    )
    .replaceAll(
      /(?<=signed|received|accepted|collected|delivered|recipient|receiver)(?=(?:By|For|To|Name)(?!\p{Ll}))/gu,
      ' ',
    );
}

function tidy(shortened: string, given: string): string {
  return shortened === given ? given : shortened.replace(EMPTY_SENTENCE, '').trim();
}
