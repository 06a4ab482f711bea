import { plainCharacters } from '../../search-engine/text/plain-characters';
import { simplifiedCharacter } from '../../search-engine/text/simplified-characters';

/** A message without what it refuses: of `don't cancel it, just change the address`, the second half. */
export interface UnrefusedText {
  /** Whether the message refuses something that an answer could do or offer. */
  readonly isRefusal: boolean;
  /** The text without the refused parts. */
  readonly rest: string;
  /** Whether the rest asks for something. Else it only says why, such as `it fits`. */
  readonly asks: boolean;
  /** The whole text from left to right. */
  readonly parts: readonly RefusalPart[];
}

export interface RefusalPart {
  readonly text: string;
  readonly isRefused: boolean;
}

/** Of a longer clause, only the beginning is read. In UTF-16 code units. */
const MAX_CLAUSE_LENGTH = 500;

/** Removes the parts of a message that refuse a cancellation, return, refund, exchange, change or person. */
export function withoutRefusals(written: string): UnrefusedText {
  // Some patterns look ahead at each blank of a run.
  const text = written.replaceAll(BLANKS, (blanks) => (blanks.includes('\n') ? '\n' : ' '));
  const plain = matchable(text).replaceAll(INSERTION, (found, negation: string) => negation.padEnd(found.length));
  const ranges: Range[] = [];
  let before: Range | undefined;
  let isBeforeRefused = false;
  let isBeforeListed = false;
  const clauses = clausesOf(plain);
  for (let at = 0; at < clauses.length; at++) {
    const clause = clauses[at]!;
    const [from, to] = clause;
    const words = plain.slice(from, Math.min(to, from + MAX_CLAUSE_LENGTH));
    const isAsked = /^[?？]/.test(plain.slice(to, to + 1));
    const tags: string = isBeforeRefused ? tagged(words) : '';
    const next: Range | undefined = clauses[at + 1];
    const isListed: boolean =
      isBeforeRefused &&
      (LISTED.test(tags) ||
        (BARE.test(tags) &&
          (isBeforeListed || (next !== undefined && LIST_GOES_ON.test(tagged(plain.slice(...next).slice(0, 60)))))));
    const range: Range | undefined = isListed
      ? ([0, words.length] as const)
      : (HAN.test(words) ? chineseRefusal : refusal)(words, isAsked);
    // What stands before a refusal, such as `I would`, is no text of its own, unless it asks for something.
    if (range !== undefined)
      ranges.push([KEPT.test(words.slice(0, range[0])) ? from + range[0] : from, from + range[1]]);
    else if (ELLIPSIS.test(words)) ranges.push(before ?? clause, clause);
    else if (
      before !== undefined &&
      !isAsked &&
      NO.test(words) &&
      asksWhetherTo(plain.slice(...before), plain.slice(before[1], from))
    )
      ranges.push(before, clause);
    else if (isBeforeRefused && AFFIRMED.test(words)) ranges.pop();
    // The next request in the same clause may be a refusal, too.
    if (range !== undefined && range[1] < words.length) clauses.splice(at + 1, 0, [from + range[1], to]);
    isBeforeRefused = range !== undefined && (range[1] === words.length || isListed);
    isBeforeListed = isListed;
    before = clause;
  }
  const parts: RefusalPart[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (to <= at) continue;
    parts.push({ text: text.slice(at, Math.max(at, from)), isRefused: false });
    const end = to + ENDING.exec(plain.slice(to))![0].length;
    parts.push({ text: text.slice(Math.max(at, from), end), isRefused: true });
    at = end;
  }
  if (parts.length === 0) return { isRefusal: false, rest: written, asks: REQUEST.test(plain), parts };
  parts.push({ text: text.slice(at), isRefused: false });
  let rest = textOf(parts, false);
  if (ORDER_NOUN.test(matchable(textOf(parts, true)))) rest = rest.replace(ASKS_WHERE, '$1my order');
  return { isRefusal: true, rest, asks: REQUEST.test(matchable(rest)), parts };
}

/** What is inserted between a negation and its verb: `do not, under any circumstances, cancel it`. */
const INSERTION = /(n'?t|\bnot|\bnever) ?(?:, ?[^,.;:!?\n]{1,40},|\([^()\n]{1,40}\)| -+ [^-.;:!?\n]{1,40} -+)(?= )/g;
const BLANKS = /[\s\u200b-\u200d\u2060\ufeff]{2,}/g;

/** Returns the text of the refused parts, or that of the others. */
export function textOf(parts: readonly RefusalPart[], isRefused: boolean): string {
  return parts
    .filter((part) => part.isRefused === isRefused)
    .map((part) => part.text)
    .join(' ');
}

/** The marks that end a clause. */
const ENDING = /^[\s?!.,;？！。，；]*/u;

/** By intents whose answer does something or hands off: the words of which a rest must have one. */
const ACTION_WORDS: ReadonlyMap<string, RegExp> = new Map([
  ['cancel-order', /cancel|call off|abort|取消|撤|不要了/iu],
  [
    'change-order',
    /chang|modif|amend|alter|edit|updat|address|quantit|instead|\badd\b|remove|swap|改|换|地址|电话|数量/iu,
  ],
  ['return-item', /\breturn|refund|money|\bback\b|退/iu],
  ['refund-status', /refund|money|paid back|退|钱/iu],
  ['exchange-item', /exchang|swap|replac|chang|another|different|instead|size|换|改/iu],
  [
    'speak-to-person',
    /human|person|people|some(?:one|body)|agent|representative|operator|staff|talk|speak|call|人工|客服|真人|人员/iu,
  ],
  ['complaint', /complain|投诉/iu],
]);

const ACTION = new RegExp([...ACTION_WORDS.values()].map(({ source }) => source).join('|'), 'iu');
/** What keeps the text before a refusal in its clause: it asks for an action or a fact. */
const KEPT = new RegExp(
  `${ACTION.source}|\\b(?:where|when|how|what|which|track|status)\\b|哪|查|什么|何时|几|多少`,
  'iu',
);

/** By intents: the words that refuse the action. */
const REFUSED_WORDS: ReadonlyMap<string, RegExp> = new Map([
  ...ACTION_WORDS,
  ['cancel-order', /cancel|call off|abort|取消|撤/iu],
  ['change-order', /chang|modif|amend|alter|edit|updat|改/iu],
  ['return-item', /\breturn|refund|money|\bback\b|退/iu],
  ['exchange-item', /exchang|swap|replac|换/iu],
]);
/** `Don't change anything else` refuses no action that the rest names. */
const REFUSES_MORE = /\b(?:else|other|more|rest)\b|其他|其它|别的|其余/iu;

/**
 * Returns whether a message that refuses something may have an intent. One that leads to an action must be named, and
 * behind the refusal of the same action: `I clicked cancel by mistake, don't cancel` asks for no cancellation.
 * @param namesOther whether the refused parts and the others name orders, and not the same
 */
export function mayFollowRefusal(intent: string, { rest, parts }: UnrefusedText, namesOther: boolean): boolean {
  const action = ACTION_WORDS.get(intent);
  if (action === undefined) return true;
  const refused = REFUSED_WORDS.get(intent)!;
  const last = parts.findLastIndex(
    ({ text, isRefused }) => isRefused && refused.test(matchable(text)) && !REFUSES_MORE.test(text),
  );
  return action.test(matchable(last === -1 || namesOther ? rest : textOf(parts.slice(last + 1), false)));
}

const OTHER_ORDER = /\b(?:other|another|last|newest|latest)\b|另|其他|其它|最后|最近|最新/iu;

/** Returns whether what a message asks for is about another order than what it refuses: the same action, or `the other one`. */
export function asksForOther({ rest, parts }: UnrefusedText): boolean {
  const [asked, refused] = [matchable(rest), matchable(textOf(parts, true))];
  return (
    OTHER_ORDER.test(asked) || [...REFUSED_WORDS.values()].some((action) => action.test(refused) && action.test(asked))
  );
}

const ORDER_NOUN = /\b(?:order|parcel|package|delivery|shipment)\b/iu;
/** `Don't cancel my order, where is it?` */
const ASKS_WHERE =
  /^(\W*(?:(?:but|and|so|please|just|tell me|let me know|i only|i just|want to know|need to know)[\s,]*)*(?:where|when|has|is|did|track|status of)\b(?: (?:is|will|does|did|'s|has|can|you|i|expect)){0,2} ?)it\b/iu;

/** `Cancel my order? No!` */
const NO =
  /^\W*(?:no|nope|nah|never|no way|not at all)(?:,? (?:thanks|thank you|thx|please|never|no|way)){0,2}\W*$|^\s*(?:不用?|不必|不需要|不是|不了)(?:了|啊|谢谢)?\s*$/iu;
const ASKS_WISH = /^\W*(?:should (?:i|we)|do (?:you|i) want|would you like)\b/iu;
/** `I didn't want to cancel, but now I do.` */
const AFFIRMED =
  /^\W*(?:(?:but|and|though|although|however) )?(?:(?:now|today) (?:i|we) (?:do|am|will|would)|(?:i|we) (?:do|am|will|would) now)\W*$/iu;

/** Returns whether a clause asks whether an action is wanted. `Did you refund me? No!` asks something else. */
function asksWhetherTo(clause: string, mark: string): boolean {
  return (
    /[?？]/.test(mark) &&
    (!INVERTED.test(clause) || ASKS_WISH.test(clause)) &&
    !ASKS_OR_SUPPOSES.test(clause) &&
    ACTION.test(clause)
  );
}

type Range = readonly [from: number, to: number];

const HAN = /\p{Script=Han}/u;

/** Returns the text in small letters, with plain characters and simplified Chinese ones; its length is the same. */
function matchable(text: string): string {
  return plainCharacters(text)
    .replaceAll(/[’‘ʼ´`＇]/g, "'")
    .replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
    .replaceAll(/[\t\u200b-\u200d\u2060\ufeff]/g, ' ')
    .replaceAll(/\p{Script=Han}/gu, (character) => {
      const simplified = simplifiedCharacter(character);
      return simplified.length === character.length ? simplified : character;
    });
}

/** Replaces the names in braces by the patterns, and each blank by blanks. */
function pattern(source: string): RegExp {
  let filled = source;
  for (let unfilled = ''; unfilled !== filled;) {
    unfilled = filled;
    filled = filled.replaceAll(/\{([A-Z]+)\}/g, (_, name: string) => `(?:${PARTS[name]!})`);
  }
  return new RegExp(filled.replaceAll(/ (\??)/g, (_, mark: string) => (mark === '' ? ' +' : ' *')));
}

/** The parts of English patterns. Forms of `not` may lack their apostrophe. Capitals stand for {@link TAGS}. */
const PARTS: Readonly<Record<string, string>> = {
  VERB: '[BKV]_*',
  NOUN: '[BN]_*(?!_| (?:fee|cost|charge|shipping|label|postage|polic(?:y|ies))s?\\b)',
  ING: 'G_*',
  DONE: 'D_*',
  MONEY: 'M_*',
  PERSON: 'P_*',
  CONTACT: 'C_*',
  NT: "n'?t|n t| ?not",
  ADVERB:
    'please|pls|plz|kindly|really|actually|ever|under any circumstances?|in any case|on any account|even|just|yet|now|also|either|at all|necessarily|particularly|currently|honestly|definitely|absolutely|certainly|exactly|in fact|go ahead and|go and|try to|automatically|anymore|any more|longer|simply',
  DET: 'an?|any|the|my|our|your|his|her|its|this|that|these|those|some|such an?|another|any (?:kind|sort) of|any of (?:my|the)',
  ADJECTIVE: 'full|partial|complete|quick|immediate|free|whole|entire|further|more|other|real|live|actual|human',
  THING: "(?:it|this|that|them|these|those|everything|anything|all of (?:it|them)|{DET}(?: [\\w#'-]{1,20}){1,4}?)",
  PEOPLE:
    '(?:(?:{DET}|{ADJECTIVE}) ){0,3}(?:human(?: being| agent)?s?|persons?|people|agents?|representatives?|reps?|operators?|employees?|advis[eo]rs?|colleagues?|staff(?: members?)?|customer (?:service|support|care)|team members?)',
  ANYONE:
    '{PEOPLE}|(?:(?:some|any)(?:one|body))(?: else| real| of you)?|(?:your|the|support|human) (?:team|support)|support|the shop',
  OBTAIN:
    '(?:get|have|receive|ask for|request|apply for|claim|make|start|file|open|initiate|issue|process|do|give|send|pay|arrange|accept|proceed with|go ahead with|go through with|take|offer|create)(?: me| us)? (?:{MONEY}|(?:{DET} )?(?:{ADJECTIVE} )*(?:{NOUN}))',
  ACT: '(?:{ADVERB} ){0,2}(?:{VERB}|{OBTAIN}|{CONTACT}|be (?:{DONE}|{ING}|passed on|handed (?:over|off)|transferred|connected|forwarded|redirected)|(?:get|have) {THING} (?:{DONE})|get (?:{DONE}))',
  ACTING:
    '{ING}|{CONTACT}|(?:getting|having|asking for|requesting|claiming|receiving) (?:{MONEY}|(?:{DET} )?(?:{ADJECTIVE} )*(?:{NOUN}))',
  WHO: '(?:you(?: guys)?|u|any(?:one|body)|someone|the (?:shop|store|team|company)|your (?:team|shop|staff)|him|her|{THING})',
  /** What is not wanted. After the name of a thing without `to`, a verb is the next request: `I don't want it cancel it`. */
  WANTED:
    '(?:{ADVERB} ){0,2}(?:(?:that |for )?{WHO} )?to {ACT}|{WHO} (?:to )?(?:be |being |get )?(?:{DONE})|(?:{WHO} |in |of |about |like |on ){0,2}(?:{ACTING})|{VERB}|(?:for |in |on |to )?(?:{MONEY}|(?:{DET} )?(?:{ADJECTIVE} )*(?:{NOUN})|{PERSON})(?! (?:can|could|may|who|from))',
  MIND: '(?:want|wanna|wanted|wanting|wish|wished|wishing|care|intend|intended|intending|plan|planned|planning|mean|meant|ask|asked|asking|request|requested|requesting|desire|agree|agreed|consent|consented|authori[sz]e|authori[sz]ed|looking|trying|hoping|choose|insist|feel|thinking|considering|interested|say|said|here)',
  NEED: '(?:need|needed|needing|require|required)',
};

/** What refusals are about. Before a clause is compared with the frames, a capital and low lines replace it. */
const TAGS: readonly (readonly [tag: string, words: RegExp])[] = (
  [
    [
      'C',
      '(?:talk|speak|chat)(?:ing)? (?:to|with) {ANYONE}|(?:connect|transfer|forward|pass|hand|put|switch|redirect|route|refer|escalate)(?:t?ing|ring)? (?:(?:me|us|it|this|on|over|off|through|up) ){0,3}(?:on ?to|over to|to|with) {ANYONE}|hand(?:ing)? (?:me|us|it|this) (?:over|off)|pass(?:ing)? (?:me|us|it|this) on|(?:get|give|send)(?:ting|ing)? (?:me |us )?{PEOPLE}|(?:involve|contact|call|bother)(?:ing)? {ANYONE}',
    ],
    ['P', '{PEOPLE}'],
    ['M', '(?:(?:my|the|any|all|our|of|that) ){0,3}money (?:back|returned|refunded)'],
    [
      'D',
      'cancell?ed|returned|refunded|exchanged|swapped|replaced|changed|modified|amended|altered|edited|updated|deleted|erased|reimbursed|(?:sent|taken) back|called off',
    ],
    [
      'G',
      "cancell?ing|returning|refunding|exchanging|swapping|replacing|changing|modifying|amending|altering|editing|updating|deleting|erasing|complaining|(?:sending|giving|shipping|bringing|taking)(?: [\\w#'-]{1,20}){0,5}? back",
    ],
    ['K', 'cancel'],
    [
      'V',
      "replace|modify|amend|alter|edit|update|abort|delete|erase|reimburse|escalate|complain|unsubscribe|send back|(?:send|give|ship|bring|take|mail|post)(?: [\\w#'-]{1,20}){1,5}? back|call {THING} off|call off",
    ],
    // Nouns that are verbs, too.
    ['B', 'return|refund|exchange|swap|change'],
    [
      'N',
      'cancell?ations?|refunds|returns|exchanges|swaps|replacements?|changes|reimbursements?|modifications?|moneyback|chargebacks?|repairs?|invoices?|vouchers?|hand-?offs?|call ?backs?|complaints?',
    ],
  ] as const
).map(([tag, words]) => [tag, new RegExp(pattern(`\\b(?:${words})\\b`), 'g')]);

function tagged(clause: string): string {
  return TAGS.reduce(
    (text, [tag, words]) => text.replaceAll(words, (found) => tag.padEnd(found.length, '_')),
    clause.replaceAll('_', ' '),
  );
}

/** Whether a clause asks why or names a condition before the refusal: it refuses nothing. */
const ASKS_OR_SUPPOSES =
  /\b(?:why|how come|if(?! (?:possible|you can|that'?s|it'?s ok))|unless|whether|in case|what happens|how (?:do|can|could|to)|where (?:do|can|could|to)|until|or)\s*$|\b(?:why|how come|if(?! (?:possible|you can|that'?s|it'?s ok))|unless|whether|in case|what happens|how (?:do|can|could|to)|where (?:do|can|could|to))\b/iu;
/** A question, such as `can't you cancel it`. */
const INVERTED =
  /^\W*(?:(?:and|but|so|or|then|hi|hello|please|ok|well) ){0,2}(?:can|could|would|will|won|do|don|does|doesn|did|didn|is|isn|are|aren|am|may|must|might|should|shouldn|have|haven|has|hasn|couldn|wouldn|cannot)(?:'?t)?(?: not)? (?:i|we|you|u|they|it|he|she|the shop|there|my|this|that)\b/iu;
/** Another subject than the customer: `you don't refund me` is a complaint. */
const OTHER_SUBJECT =
  /\b(?:(?<!\b(?:tell|told|ask|asked|beg|begged|thank) )you|u|they|he|she|it|who|which|that|shop|store|company|team|carrier|page|site|website|button|app|system)(?:'?re| are|'s| is| was| were| will|'?ll| would|'d| have|'ve| had| still| just| really)*\s*$/iu;

interface Frame {
  readonly pattern: RegExp;
  /** Whether it refuses something with any subject, also in a question. */
  readonly isAlways?: boolean;
  /** Whether any subject refuses, but no question: `you don't need to return it`. */
  readonly isNeed?: boolean;
}

const NOT =
  "(?:do(?:{NT})|dnt|dun|did(?:{NT})|does(?:{NT})|would(?:{NT})|wo(?:n'?t)|will not|wo not|shall not|shan'?t|ha(?:ve|s|d)(?:n'?t| not)|w(?:as|ere)(?:n'?t| not)|can'?t say that i|no longer|never|not)";

const FRAMES: readonly Frame[] = [
  {
    pattern: pattern(
      "\\b(?:make sure|ensure|see to it|be sure)(?: that)?(?: [\\w#'-]{1,20}){0,4}? (?:is(?: not|n'?t)|are(?: not|n'?t)|does(?:{NT}) get|do(?:{NT})|won'?t be|will not be|never|not)(?: to| get| be){0,2} (?:{DONE}|{ACT})\\b",
    ),
    isAlways: true,
  },
  {
    pattern: pattern(
      '\\b(?:instead of|rather than|avoid(?:ing)?|refrain(?:ing)? from|hold(?:ing)? off(?: on)?|decided against|without|(?:{DONE}|{VERB}) my mind (?:about|on)) (?:(?:you|having|needing|to|me|us|it|being) ){0,3}(?:{ACTING}|{DONE})\\b|\\b(?:instead of|rather than|decided against|(?:{DONE}|{VERB}) my mind (?:about|on)) (?:{MONEY}|(?:{DET} )?(?:{ADJECTIVE} )*(?:{NOUN}))\\b|\\b(?:rather than|without having to|without needing to|instead of having to) {ACT}\\b|\\brather [\\w ]{1,30} than (?:to )?{ACT}\\b|\\b(?:under no circumstances|in no case|by no means|on no account|at no time) (?:(?:should|may|must|can) )?(?:you |i )?{ACT}\\b',
    ),
    isAlways: true,
  },
  {
    pattern: pattern(
      "\\b(?:rather|prefer|hope|ask|appreciate(?: it)?|glad|grateful) (?:that |if )?(?:you|u) (?:do(?:{NT})|did(?:{NT})|would(?:{NT})|will not|wo(?:n'?t)|not) (?:to )?{ACT}\\b|\\bnot that (?:i|we) (?:want|need|wish|plan) (?:{WANTED})\\b|\\b{VERB} nothing\\b",
    ),
    isAlways: true,
  },
  {
    pattern: pattern('\\b(?:please|pls|plz) (?:do )?not {ACT}\\b|\\bdo(?:{NT}) you dare (?:to )?{ACT}\\b'),
    isAlways: true,
  },
  {
    pattern: pattern(
      '\\bdo(?:{NT})(?: let (?:them|any(?:one|body)|him|her|it|{THING}))? (?!have|receive|get){ACT}\\b|\\bdo(?:{NT}) (?:start|begin|go|be) (?:{ACTING}|{DET} {NOUN})\\b',
    ),
  },
  {
    pattern: pattern(
      `\\b${NOT} (?:{ADVERB} ){0,2}(?:like (?:{WHO} )?to {ACT}|{MIND}(?: (?:{WANTED})|(?: i| we)? (?:want|need)(?: {WANTED})))\\b`,
    ),
  },
  {
    pattern: pattern(
      "\\b(?:do(?:{NT})|did(?:{NT})) (?:{ADVERB} )?(?:think|believe)(?: that)? (?:i|we|you|it)(?:'?ll| will|'d| would| should| shall)? (?:{ADVERB} )?(?:(?:want|need|have|wish|like|going|be) (?:{WANTED})|{ACT})\\b",
    ),
  },
  {
    pattern: pattern(
      `\\b${NOT} (?:{ADVERB} ){0,2}(?:{NEED} (?:{WANTED})|(?:have|got) to {ACT})\\b|\\bneed(?:n'?t| not) {ACT}\\b`,
    ),
    isNeed: true,
  },
  {
    pattern: pattern(
      "\\b(?:no|nothing|isn'?t any|is not any|without|any) (?:(?:need|reason|point|intention|wish|desire|plans?|cause|interest)(?: at all)? )?(?:for (?:you|anyone|us|me) )?(?:to|in|of|for) (?:{ACT}|{ACTING}|(?:{MONEY}|(?:{DET} )?(?:{NOUN})|{PERSON}))\\b|\\b(?:not|isn'?t|un) ?necessary (?:for (?:you|me|us) )?to {ACT}\\b",
    ),
    isNeed: true,
  },
  {
    pattern: pattern(
      "\\b(?:{NOUN}|{ING})(?: [\\w#'-]{1,20}){0,4}? (?:is|are|will be|would be)?(?: ?n'?t| not| no longer|won'?t be)(?: be)?(?: really| actually)? (?:necessary|needed|required|wanted|desired)|\\b(?:{NOUN}|{ING})(?: [\\w#'-]{1,20}){0,3}? (?:is|would be) unnecessary",
    ),
    isNeed: true,
  },
  {
    pattern: pattern(
      "(?:^|(?<=\\b(?:i|we|im|and|but|so|am|are|i'm|we're|'m|'re) )|^\\W+)(?:not|never|ain'?t)(?: ever| really| actually)? (?:(?:going to|gonna|about to|here to) {ACT}|(?:going for|after) (?:{DET} )?(?:{NOUN})|{ACTING})\\b",
    ),
  },
  {
    pattern: pattern(
      "\\b(?:i|we)(?:'ll| will| would|'d)? ?(?:won'?t|will not|never|not|shan'?t|shall not|would not|wouldn'?t|wont)(?: ever| really| actually)? (?:be (?:{ACTING}|needing (?:{WANTED}))|{ACT})\\b",
    ),
  },
  { pattern: pattern("\\b(?:should|must|shall|need)(?: not|n'?t) (?:{ADVERB} )?(?:be (?:{DONE})|{VERB})\\b") },
  { pattern: pattern('(?<!\\b(?:how|why|when|where|or|whether) )\\bnot to {ACT}\\b') },
  {
    pattern: pattern(
      '(?<!\\b(?:can|could|may|might|must|did|does|do|has|have|had|is|was|are|were|will|would|should|shall|why|if|you|u|able|it|they|am|or|still|i|we|only) )\\b(?:not|never) {ACT}\\b',
    ),
  },
  {
    pattern: pattern(
      "(?<!\\b(?:why|got|get|has|have|had|received|am|or|only|there) )\\b(?:not|(?:is|was)n'?t) (?:an?|any|the|my|your) (?:{ADJECTIVE} )*(?:{NOUN}|{PERSON})\\b",
    ),
  },
  {
    pattern: pattern(
      "(?<!\\b(?:there is|there's|there was|is|still|got|get|have|had|has|received|see|with|why|offer) )\\bno (?:more |further )?(?:{NOUN}|{PERSON})(?: (?:or|and) (?:{NOUN}|{PERSON}))?(?:,? (?:please|pls|plz|thanks|thank you|thx|needed|necessary|required|wanted|for me|then|at all)\\b)|\\b(?:want|prefer|take|need|like|said|asked for) no (?:{NOUN}|{PERSON})\\b",
    ),
  },
  {
    pattern: pattern(
      '^\\W*(?:(?:please|pls|plz|sorry|i said|just|so) )*no (?:more |further )?(?:{NOUN}|{PERSON}|K_*)(?: (?:or|and|nor) (?:{NOUN}|{PERSON}))?\\W*$|\\bnot (?:my|our) (?:intention|intent|wish|plan|aim) (?:to {ACT}|of {ACTING})\\b|(?<!\\b(?:got|get|received|have|had|with) )\\bneither (?:{DET} )?(?:{NOUN}|{VERB}|{ING}) nor\\b|\\b(?:none|neither) of (?:my|our|the|these|those)(?: \\w+){1,3} (?:should|must|may|shall|is to|are to) (?:be |get )?(?:{DONE}|{VERB})\\b',
    ),
    isNeed: true,
  },
  {
    pattern: pattern(
      '\\bno(?:body|-one| ?one) (?:(?:asked|wants?|wanted|needs?|requested|said|should|must|may|shall)(?: (?:you|u|him|her|them|for|that))?(?: to)?) (?:{ACT}|(?:{DET} )?(?:{NOUN}))\\b|\\b(?:make sure|ensure|see to it|be sure)(?: that)? no(?:body|-one| ?one) (?:{ACT}|{NOUN}|cancels)\\b',
    ),
    isAlways: true,
  },
  {
    pattern: pattern(
      '\\bdo(?:{NT}) (?:{ADVERB} )?(?:(?:bother|consider|attempt|try)(?: with| to)?|(?:worry|think|dream)(?: about| of)) (?:{ACTING}|{ACT})\\b|\\bdo(?:{NT}) (?:{ADVERB} )?(?:bother with|worry about|consider) {DET} (?:{NOUN})\\b|\\bdo(?:{NT}) let {THING} (?:get|be) (?:{DONE})\\b',
    ),
  },
  {
    pattern: pattern(
      "\\b(?:i|we)(?:'ll| will| would|'d| must| have to| hereby| politely| do){0,2} (?:refuse|decline|reject|turn down|oppose) (?:to {ACT}|(?:{DET} )?(?:{NOUN}))\\b|(?<!(?:n'?t|not|never|you) )\\b(?:forget(?: about)?|never ?mind|ignore|disregard|withdraw|revoke|retract|scratch|drop|K_*) (?:my|our|the|that) (?:(?:earlier|last|previous|old) )?(?:request|message|wish|question) (?:to {ACT}|(?:for|about) (?:{ACTING}|(?:{DET} )?(?:{NOUN})))\\b|\\b(?:forget|ignore|disregard) what (?:i|we) (?:said|wrote|asked)(?: before| earlier)? about (?:{ACTING}|(?:{DET} )?(?:{NOUN}))\\b",
    ),
  },
  {
    pattern: pattern(
      "(?<!(?:n'?t|not|never|ever|you|cannot) )\\b(?:forget(?: about)?|never ?mind|scratch|ignore|disregard|undo|withdraw|revoke|cancel|stop|skip|call off|retract|K_*) (?:(?:my|the|that|this|our|your|about) ){1,2}(?:{ADJECTIVE} )?(?:{NOUN})(?: request| process)?\\b(?! (?:order|parcel|package|item|product|label|fee|cost|shipping|policy|of))|(?<!(?:n'?t|not|never|you) )\\b(?:forget(?: about)?|stop|never ?mind) (?:{ING})\\b",
    ),
  },
];

/** Returns the refusal in a clause, which ends with it; undefined if there is none. @param isAsked whether a question mark follows */
function refusal(clause: string, isAsked: boolean): Range | undefined {
  if (!NEGATION.test(clause)) return undefined;
  const tags = tagged(clause);
  for (const { pattern: frame, isAlways = false, isNeed = false } of FRAMES) {
    const found = frame.exec(tags);
    if (found === null) continue;
    const before = clause.slice(0, found.index);
    if (isAlways) return [found.index, clause.length];
    if (ASKS_OR_SUPPOSES.test(before) || INVERTED.test(clause)) continue;
    if (isNeed ? isAsked : OTHER_SUBJECT.test(before)) continue;
    return [found.index, clause.length];
  }
  return undefined;
}

/** A clause without one of these is no refusal. */
const NEGATION =
  /n'?t\b|n t\b|\bnot\b|\bno\b|\bdun\b|never|nothing|unnecessary|instead of|rather|avoid|refrain|hold|circumstances|account|against|without|forget|mind|scratch|drop|ignore|disregard|undo|withdraw|revoke|cancel|stop|skip|take back|call off|retract|nobody|\bnone\b|neither|refuse|decline|reject|turn down|oppose/iu;

const CHINESE_ACT =
  '(?:取消|撤销|撤单|退货|退款|退钱|退掉|退回|退换|退单|退了|退(?![订休出税烧步])|换货|换掉|换新|更换|调换|换(?![句言个])|修改|更改|变更|改(?![天日善])|转人工|人工|真人|客服|投诉|转接|删除|注销|发票)';
/** A list continues after a refusal: `I don't want to cancel, return or exchange it`. */
const LISTED = pattern(
  '^[\\s,]*(?:(?:or|nor|neither)\\b|(?:and |to )*(?:(?:{DET} )?(?:{NOUN})|{VERB}|{ING})\\b.*\\b(?:or|nor)\\b)',
);
/** An action alone is a part of a list if another follows or goes before: `I don't want a refund, return, or exchange`. */
const BARE_ACTION = `[\\s,]*(?:(?:and|to|{DET}) )*(?:(?:{NOUN})|{VERB}|{ING})\\W*$|\\s*(?:或者?|和|及)?${CHINESE_ACT}了?\\s*$`;
const BARE = pattern(`^(?:${BARE_ACTION})`);
const LIST_GOES_ON = pattern(`^(?:[\\s,]*(?:or|nor) (?:(?:to|{DET}) )*(?:(?:{NOUN})|{VERB}|{ING})|${BARE_ACTION})`);
/** `Cancel it? No, please don't.` */
const ELLIPSIS =
  /^\W*(?:(?:no|oh|please|pls|wait|ok|so|stop|just) ){0,3}(?:no need|not necessary|(?:don'?t|do not|dont)(?: (?:do|dare)(?: (?:it|that|this|so|anything))?)?)(?: please)?\W*$|^[\s，,]*(?:请|你们?|千万)*(?:不要|别了?)(?:这样|这么做|啊|呀)?$/iu;

const CLAUSE_END = /[!?;:，。！？；：…()（）"“”\n\r]+|[.,](?!\d|\s*(?:please|pls|plz|thanks|thank you|thx)\b)|\s-+\s/u;
/** Where a clause begins without a punctuation mark before it. */
const CLAUSE_START = pattern(
  "(?<!\\b(?:cancel|return|refund|exchange|swap|replace|change|modify)) (?=and\\b)| (?=(?:but|however|although|though|because|cause|cuz|since|instead(?! of))\\b)|(?<!(?:n'?t|not|never|to|i|we|you)) (?=(?:just|only|simply) (?!cancel|return|refund))|(?<!(?:n'?t|not|never|(?:can|could|would|will) (?:you|u))) (?=(?:please|pls|plz) \\w)| (?=(?:can|could|may|will|would|do|does) (?:you|u|i|we|they)\\b)| (?=(?:where|when|how|what) (?:is|are|will|do|does|can|much|many|long|about)\\b)| (?=(?:where|what|how)'?s\\b)|(?<!(?:think|believe|that|what|if|when|whether|all|which|as|mean|sure|not|said|say|know|so|or|than|because|where|how|n'?t)) (?=(?:i|we)(?:'d| would|'ll| will)? ?(?:just |only |still |really |rather )?(?:want|need|like|wanted|prefer|rather|am asking|keep)\\b)",
);
const BOUNDARY = new RegExp(
  `${CLAUSE_END.source}|${CLAUSE_START.source}|(?:但是?|可是|不过|而是|然后|而且|因为|所以|只是)`,
  'giu',
);

function clausesOf(plain: string): Range[] {
  const clauses: Range[] = [];
  let from = 0;
  for (const { index, 0: mark } of plain.matchAll(BOUNDARY)) {
    if (index > from) clauses.push([from, index]);
    from = index + mark.length;
  }
  if (from < plain.length) clauses.push([from, plain.length]);
  return clauses.filter(([start, end]) => plain.slice(start, end).trim() !== '');
}

/** What may stand between a negation and what it refuses. */
const CHINESE_BETWEEN =
  '(?:[你您]们?|再|需要|[给帮替为]我们?|去|来|要|想|办理?|申请|进行|做|跟|和|与|找|联系|转接?|接|有|任何|什么|现在|马上|就|让|叫|店家|商家|把[^，,]{1,12}?|对[^，,]{1,10}?|[我这那该此]?个?的?(?:订单|单子|商品|东西|包裹|货|衣服|鞋)?(?:被|给)?|麻烦|打扰|直接|自动|擅自|随便|轻易|全部|部分|整个|一下)';
const CHINESE_NEED = '(?:不用|不是|不需要|无需|毋需|无须|毋须|不必|没必要|没有必要|用不着|不需|犯不着)';
const CHINESE_WISH =
  '(?:(?:并|真的?|已经|现在|暂时|先)?(?:不[想要愿]|不愿意|不希望|不打算|不准备|不考虑|不同意|不是[要想]|没有?[想要]过?要?|没有?打算|没有?说过?[想要]?|(?:暂时?|绝对?|决|永远?|坚决)不会?|没有?要求|没有?申请|不再|请勿|切勿|勿|莫|别|甭|先别|不准|不许|不得|(?<=我们?)(?:拒绝|谢绝|反对)))';
/** What begins another request in the same clause. */
const CHINESE_REQUEST = new RegExp(
  `(?<![不没别](?:想|需|有|是)?)(?:我[只就还]?是?[想要]|[只就]?[想要])|请|麻烦|帮我|能|可以|改成|换成|(?<!不)(?:而是|是|只|就|直接)(?=${CHINESE_ACT})`,
  'u',
);
const CHINESE_FRAMES = {
  wish: new RegExp(`${CHINESE_WISH}${CHINESE_BETWEEN}{0,5}${CHINESE_ACT}`, 'u'),
  need: new RegExp(`${CHINESE_NEED}${CHINESE_BETWEEN}{0,5}${CHINESE_ACT}`, 'u'),
  bare: new RegExp(
    `(?:^|(?<=[我们先决定算是时单货请那了也就的都,，\\s])(?<!你们|您们|他们|还|一直|迟迟|总是|怎么))不(?:再|找|转|联系)?${CHINESE_ACT}(?!.*(?:就|的话|报警|投诉|举报|起诉|曝光|差评|法院|律师))|(?<=我们?是?)不会${CHINESE_ACT}`,
    'u',
  ),
  /** A request is withdrawn: `我想取消退货申请`. */
  withdrawn: new RegExp(
    `(?:取消|撤销|撤回|撤掉|终止)(?:我|这|那|之前)?个?的?(?:退货退款|退换货?|退货|退款|换货)的?(?:申请|请求|流程)|(?:取消|撤销|撤回)我的(?:退货|退款|换货)|没有?(?:想|要)?${CHINESE_ACT}.{0,6}?的(?:意思|打算|想法|计划|念头)`,
    'u',
  ),
  after: new RegExp(`${CHINESE_ACT}.{0,6}?(?:就|都|也)?(?:不用|不需要|不必|不要|免|算)了`, 'u'),
};
const CHINESE_QUESTION = /为什么|为啥|为何|怎么|咋|凭什么|难道|如果|要是|假如|若|万一|除非|的话|忘|什么时候|何时/u;
/** Another subject than the customer. A wish of the shop is none of the customer's. */
const CHINESE_OTHER_SUBJECT =
  /(?:商家|店家|卖家|商店|店铺|店主|老板|平台|快递|客服|你们?|您们?|[他她]们?)(?:就|还|一直|都|也|说|总是|坚持|现在|根本)*$/u;
const CHINESE_OWN_WISH = /^(?:并|真的?|已经|现在|暂时|先)?(?:不(?:同意|愿|想|打算|准备|考虑|再)|没|暂|绝|决|永|坚)/u;
/** `Want or not want` is a question. */
const A_NOT_A = /(\p{Script=Han})[不没]\1/gu;

/** Returns the refusal in a clause in Chinese, up to the next request in it. */
function chineseRefusal(clause: string, isAsked: boolean): Range | undefined {
  const words = clause.replaceAll(A_NOT_A, '\u0000\u0000\u0000');
  if (CHINESE_QUESTION.test(words)) return undefined;
  const isQuestion = isAsked || /[吗么嘛呢吧]\s*$|\u0000/u.test(words);
  const { wish, need, bare, withdrawn, after } = CHINESE_FRAMES;
  const wished = wish.exec(words);
  const isOthers =
    wished !== null && CHINESE_OWN_WISH.test(wished[0]) && CHINESE_OTHER_SUBJECT.test(words.slice(0, wished.index));
  if (isOthers) return undefined;
  const found =
    wished ??
    withdrawn.exec(words) ??
    (isQuestion ? null : (need.exec(words) ?? bare.exec(words) ?? after.exec(words)));
  if (found === null) return undefined;
  const end = found.index + found[0].length;
  const next = words.slice(end).search(CHINESE_REQUEST);
  return [found.index, next === -1 ? words.length : end + next];
}

/** What asks for something. */
const REQUEST =
  /[?？]|\b(?:where|when|how|what|which|who|why|can|could|would|may|whether|if|is there|are there|do|does|did|has|have|want|need|wish|(?:would|'d|to) like|like to|looking|tell|show|give|send|change|cancel|return|refund|exchange|swap|replace|replacement|update|help|check|know|track|let|find|make|put|add|remove|use|buy|ask|different|another|prefer|please \w)|[吗呢哪]|什么|怎么|多少|几|请.|帮|想|要|给我|查|改|换|能|可以|告诉|何时|退|取消/iu;
