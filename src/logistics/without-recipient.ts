/**
 * The rest of a sentence. A point does not end it within a word, or in an abbreviation such as `J.` or `Mrs.`. Each step
 * consumes one character in one way, so that matching can't take exponential time.
 */
const REST = String.raw`(?:[^.!?;]|\.(?=\S|(?<=(?<!\p{L})\p{L}{1,3}\.)))*`;
const NO_PERSON = String.raw`(?!\s+(?:(?:the|our|a)\s+)?(?:carrier|courier|depot|hub|customs)(?!\p{L}))`;
const DONE = 'unterschrieben|empfangen|angenommen|entgegengenommen|quittiert';

/** What precedes the name of a person in the texts of carriers. */
const BEFORE_PERSON = [
  String.raw`sign(?:ed|ature)?(?:\s+for)?\s*(?:by(?!\p{L})|:)`,
  String.raw`(?:received|accepted|collected|taken)\s+by(?!\p{L})${NO_PERSON}`,
  String.raw`(?:left|deposited)\s+with(?!\p{L})${NO_PERSON}`,
  String.raw`handed(?:\s+over)?\s+to(?!\p{L})${NO_PERSON}`,
  String.raw`(?:delivered|given)\s+to\s+(?:(?:a|the|your)\s+)?neighbou?r(?!\p{L})`,
  String.raw`(?:recipient|receiver|consignee|signatory|unterschrift|empfänger(?:in)?)\s*:`,
  String.raw`(?:${DONE})\s+(?:von|durch)(?!\p{L})`,
  String.raw`(?:von|durch)\s+${REST}?(?:${DONE})`,
  String.raw`(?:an|bei|beim)\s+(?:\p{L}+\s+)?nachbar(?:n|in)?(?!\p{L})`,
  String.raw`(?:signée?|reçue?|réceptionnée?)\s+par(?!\p{L})`,
  String.raw`(?:firmad[oa]|recibid[oa])\s+por(?!\p{L})`,
  String.raw`(?:firmat[oa]|ricevut[oa])\s+da(?!\p{L})`,
  String.raw`(?:getekend|ontvangen)\s+door(?!\p{L})`,
];
const PERSON = new RegExp(String.raw`[\s,:(–-]*(?<!\p{L})(?:${BEFORE_PERSON.join('|')})${REST}`, 'giu');
const EMPTY_SENTENCE = /^[\s.!?;]+/;

/**
 * Returns the text of a carrier without who has received or signed for the parcel, such as `signed by J. Smith`. What
 * follows in the same sentence is removed, too.
 */
export function withoutRecipient(description: string): string {
  const shortened = description.replace(PERSON, '');
  return shortened === description ? description : shortened.replace(EMPTY_SENTENCE, '').trim();
}
