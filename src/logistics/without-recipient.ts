/**
 * The rest of a sentence. A point does not end it within a word, or in an abbreviation such as `J.` or `Mrs.`. Each step
 * consumes one character in one way, so that matching can't take exponential time.
 */
const REST = String.raw`(?:[^.!?;。！？；]|\.(?=\S|(?<=(?<!\p{L})\p{L}{1,3}\.)))*`;
const NO_PERSON = String.raw`(?!\s+(?:(?:the|our|a)\s+)?(?:carrier|courier|depot|hub|customs)(?!\p{L}))`;
/** A parcel may go to these. What follows any other `delivered to` may be a name. */
const NO_PLACE = String.raw`(?!\s+(?:(?:an?|the|your|our|its|parcel|post|pick-?up|collection|access|service|local|front|back|mail|delivery|destination|next|recipient['’]s)\s+)*(?:locker|box|mailbox|letter-?box|shop|store|point|station|office|depot|hub|facility|center|centre|warehouse|terminal|airport|customs|carrier|courier|agent|door|porch|garage|address|reception|location|destination|city|country)(?!\p{L}))`;
const DONE = 'unterschrieben|empfangen|angenommen|entgegengenommen|quittiert';

/** Labels of a person in the languages of carriers. The name follows a colon. */
const LABELS = [
  // English: a label may be qualified, as in `Signed for as:`, `Receiver name:` and `POD signature:`.
  String.raw`sign(?:ed|ature|atory|ee)?(?:\s+(?:for|by|as|name|of))*`,
  String.raw`(?:recipient|receiver|consignee|signatory|signer|received|accepted|collected|pod|proof\s+of\s+delivery)(?:['’]?s)?(?:\s+(?:by|as|name|for|signature))*`,
  'name|full name|last name|surname|contact',
  // German
  String.raw`unterschrift|unterschrieben|unterzeichner(?:in)?|unterzeichnet|empfänger(?:in)?|empfangen|annehmer|abholer(?:in)?|angenommen|quittiert|nachname|nachbar(?:in)?`,
  // French
  String.raw`signature|signataire|signée?|destinataire|réceptionnaire|reçue?|réceptionnée?|nom|remise?\s+à`,
  // Spanish, Portuguese and Italian
  String.raw`firma|firmante|firmad[oa]|destinatari[oa]|receptor(?:a)?|recibid[oa]|recibió|nombre|entregad[oa]\s+a`,
  String.raw`assinatura|assinad[oa]|assinante|destinatári[oa]|recebedor(?:a)?|recebid[oa]|nome|entregue\s+a`,
  String.raw`firmatari[oa]|firmat[oa]|ricevente|ricevut[oa]|consegnat[oa]\s+a`,
  // Dutch
  String.raw`handtekening|getekend|ondertekend|ontvanger|ontvangen|geadresseerde|naam`,
  // Polish and Czech
  String.raw`podpis(?:ał[ao]?|ane)?|odbiorc[aąy]|odebrał[ao]?|odebrane|imię(?:\s+i\s+nazwisko)?|nazwisko|podepsal[ao]?|příjemce|převzal[ao]?|jméno`,
  // Swedish, Danish, Norwegian and Finnish
  String.raw`underskrift|undertecknad|mottagare|mottaget|kvitterad|signerad|modtager|modtaget|mottaker|mottatt|navn|namn|allekirjoitus|vastaanottaja|nimi`,
  // Turkish, Hungarian and Romanian
  String.raw`imza|teslim\s+alan|alıcı|aláírás|aláíró|átvevő|címzett|név|semnătur[aă]|destinatar|nume`,
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

/** Verbs and prepositions that precede the name of a person. */
const BEFORE_PERSON = [
  // English
  String.raw`sign(?:ed|ature)?(?:\s+for)?(?:\s+(?:in\s+the\s+name\s+of|by|as|on\s+behalf\s+of))(?!\p{L})`,
  String.raw`(?:received|accepted|collected|taken|picked\s+up)\s+by(?!\p{L})(?!\s+(?:the\s+)?driver(?!\p{L}))${NO_PERSON}`,
  String.raw`(?:left|deposited)\s+with(?!\p{L})${NO_PERSON}`,
  String.raw`(?:handed(?:\s+over)?|given|released)\s+to(?!\p{L})${NO_PLACE}`,
  String.raw`delivered\s+to(?!\p{L})${NO_PLACE}`,
  // German
  String.raw`(?:${DONE}|abgeholt)\s+(?:von|durch)(?!\p{L})`,
  String.raw`(?:von|durch)\s+${REST}?(?:${DONE})`,
  String.raw`(?:an|bei|beim)\s+(?:\p{L}+\s+)?nachbar(?:n|in)?(?!\p{L})`,
  String.raw`(?:zugestellt|übergeben|ausgehändigt|ausgeliefert)\s+an(?!\p{L})(?!\s+(?:(?:die|der|den|das|eine[nr]?|ihre[nr]?)\s+)?(?:paket|pack|post|filiale|abhol|zusteller|spedition|empfänger(?:in)?(?!\s*:)|adresse|zoll)\p{L}*)`,
  // French
  String.raw`(?:signée?|reçue?|réceptionnée?|acceptée?|retirée?)\s+par(?!\p{L})`,
  String.raw`(?:remise?|livrée?)\s+à(?!\p{L})(?!\s+(?:l['’]adresse|la\s+poste|votre\s+(?:adresse|porte)))`,
  // Spanish, Portuguese, Italian and Romanian
  String.raw`(?:firmad[oa]|recibid[oa]|aceptad[oa]|recogid[oa])\s+por(?!\p{L})`,
  String.raw`entregad[oa]\s+a(?!\p{L})(?!\s+(?:la|el|su)\s+(?:oficina|buzón|dirección|transportista))`,
  String.raw`(?:assinad[oa]|recebid[oa]|aceite|retirad[oa])\s+por(?!\p{L})`,
  String.raw`entregue\s+(?:a|ao|à)(?!\p{L})(?!\s+(?:transportadora|agência))`,
  String.raw`(?:firmat[oa]|ricevut[oa]|ritirat[oa]|accettat[oa])\s+da(?!\p{L})`,
  String.raw`consegnat[oa]\s+a(?!\p{L})(?!\s+(?:corriere|domicilio))`,
  String.raw`(?:semnat|primit)\s+de(?!\p{L})`,
  // Dutch
  String.raw`(?:getekend|ondertekend|ontvangen|aangenomen|opgehaald)\s+(?:door|voor)(?!\p{L})`,
  String.raw`(?:afgegeven|bezorgd|overhandigd)\s+(?:aan|bij)(?!\p{L})(?!\s+(?:(?:de|het|een|uw)\s+)?(?:brievenbus|pakket|post|afhaal|adres|servicepunt)\p{L}*)`,
  // Polish and Czech
  String.raw`(?:odebran[aey]|podpisan[aey]|przyjęt[aey]|pokwitowan[aey])\s+przez(?!\p{L})`,
  String.raw`(?:odebrał[ao]?|podpisał[ao]?|pokwitował[ao]?)(?!\p{L})`,
  String.raw`(?:podepsal[ao]?|převzal[ao]?)(?!\p{L})`,
  // Swedish, Danish, Norwegian and Finnish
  String.raw`(?:mottage[nt]|kvittera[dt]|signera[dt]|undertecknad|utlämna[dt]|modtaget|kvitteret|underskrevet|mottatt|signert|kvittert)\s+(?:av|af|till|til)(?!\p{L})`,
  String.raw`(?:vastaanottanut|kuitannut)(?!\p{L})`,
  // Russian and Ukrainian
  String.raw`(?:получен[оа]?|подписан[оа]?|принят[оа]?)\s*:`,
  String.raw`(?:получил|подписал|принял|отримав)(?:[аи])?(?!\p{L})`,
];

const LABEL = String.raw`(?:${LABELS.join('|')})\s*(?:[:：]|(?<=\s)[-–—]\s)`;
const SPACED = String.raw`[\s,:(–-]*(?<!\p{L})(?:${LABEL}|${BEFORE_PERSON.join('|')})${REST}`;
const UNSPACED = String.raw`[\s,，、:：(（【\[–-]*(?:${UNSPACED_LABELS.join('|')})\s*(?:[:：是为為]|[(（【\[]\s*(?=\p{L}))${REST}`;
/** Chinese: received `by` (由, 被) a person. */
const CHINESE_BY = String.raw`[\s,，]*(?:已)?[由被让](?:[^.!?;。！？；，,]{1,40}?)(?:签收|簽收|代收|领取|領取|取件|签名)`;
/** Japanese: `received by`, and a name with an honorific that has received or signed. */
const JAPANESE_BY = String.raw`[\s、]*[^\s、。]{1,20}(?:様|さん)(?:に|が|へ|より)(?:${REST})(?:お渡し|渡し|受け取|受取|受領|署名|サイン|お届け)${REST}`;
const PERSON = new RegExp([SPACED, UNSPACED, CHINESE_BY, JAPANESE_BY].join('|'), 'giu');
const EMPTY_SENTENCE = /^[\s.!?;。！？；]+/;

/**
 * Returns the text of a carrier without who has received or signed for the parcel, such as `signed by J. Smith`. What
 * follows in the same sentence is removed, too. In doubt, a text loses a place rather than it keeps a name.
 */
export function withoutRecipient(description: string): string {
  const shortened = description.replace(PERSON, '');
  return shortened === description ? description : shortened.replace(EMPTY_SENTENCE, '').trim();
}
