import { beginsWithSign } from './codes';
import type { LanguageAnalyzer } from './language-analyzer';
import { finestTokens } from './query-word';
import type { TextToken } from './token';

/**
 * A synonym rule that an administrator defines. Each item of `words` and `finds` is an expression of one or more words,
 * such as `tea pot`.
 */
export interface SynonymRule {
  /** TWO_WAY: a query with one of `words` also finds the others. ONE_WAY: it also finds all of `finds`. */
  readonly kind: 'TWO_WAY' | 'ONE_WAY';
  readonly words: readonly string[];
  readonly finds?: readonly string[];
}

export interface SynonymFault {
  readonly code:
    | 'TOO_FEW_WORDS'
    | 'TOO_MANY_WORDS'
    | 'FINDS_NOTHING'
    | 'FINDS_IN_TWO_WAY'
    | 'NO_WORD'
    | 'TOO_LONG'
    | 'SAID_TWICE'
    | 'LOSES_SIGN';
  /** The faulty part of the rule, e.g. `words[2]`. */
  readonly path: string;
  readonly message: string;
}

/** Maximum number of expressions of a rule, in `words` and `finds` together. */
export const MAX_EXPRESSIONS = 50;
/** Maximum number of words of an expression. */
const MAX_EXPRESSION_WORDS = 5;

/** Validates a rule. @returns every fault; an empty list for a valid rule */
export function synonymFaults(rule: SynonymRule, analyzer: LanguageAnalyzer): SynonymFault[] {
  const faults: SynonymFault[] = [];
  const addFault = (code: SynonymFault['code'], path: string, message: string): void =>
    void faults.push({ code, path, message });
  const { words, finds = [] } = rule;
  if (rule.kind === 'TWO_WAY') {
    if (words.length < 2) addFault('TOO_FEW_WORDS', 'words', 'a TWO_WAY rule needs at least two words');
    if (finds.length > 0)
      addFault('FINDS_IN_TWO_WAY', 'finds', 'a TWO_WAY rule has no `finds`: its words find each other');
  } else {
    if (words.length < 1) addFault('TOO_FEW_WORDS', 'words', 'a ONE_WAY rule needs at least one word');
    if (finds.length < 1) addFault('FINDS_NOTHING', 'finds', 'a ONE_WAY rule needs at least one expression in `finds`');
  }
  if (words.length + finds.length > MAX_EXPRESSIONS) {
    const count = words.length + finds.length;
    addFault('TOO_MANY_WORDS', 'words', `a rule must not exceed ${MAX_EXPRESSIONS} expressions; got ${count}`);
    return faults;
  }
  const pathByTerms = new Map<string, string>();
  for (const [side, list] of Object.entries({ words, finds })) {
    list.forEach((expression, at) => {
      const path = `${side}[${at}]`;
      const sign = lostSign(expression, analyzer);
      if (sign !== undefined) return addFault('LOSES_SIGN', path, signMessage(expression, sign));
      const terms = expressionTerms(expression, analyzer);
      if (terms.length === 0) return addFault('NO_WORD', path, `${JSON.stringify(expression)} has no word`);
      if (terms.length > MAX_EXPRESSION_WORDS)
        return addFault(
          'TOO_LONG',
          path,
          `an expression must not exceed ${MAX_EXPRESSION_WORDS} words; got ${terms.length}`,
        );
      const earlierPath = pathByTerms.get(terms.join(' '));
      if (earlierPath !== undefined) return addFault('SAID_TWICE', path, `has the same words as ${earlierPath}`);
      pathByTerms.set(terms.join(' '), path);
    });
  }
  return faults;
}

const MINUS = '[-‐‑–—−﹣－]';
/** The signs that change a word wherever they touch it. */
const SIGNS = '[+＋#＃♯@＠*＊$＄]';
/**
 * A sign that changes a word: at its beginning a minus or a dot, several minus signs at its end, anywhere a plus, a hash and
 * the like.
 */
const WORD_SIGN = new RegExp(
  `(?<![\\p{L}\\p{N}\\p{M}])${MINUS}+(?=["“„«»「『]?\\p{L})|(?<=[\\p{L}\\p{N}\\p{M}])${MINUS}{2,}(?![\\p{L}\\p{N}])` +
    `|(?<![\\p{L}\\p{N}\\p{M}.．])[.．](?=\\p{L})|${SIGNS}`,
  'gu',
);
const BEGINS_WITH_MINUS = new RegExp(`^${MINUS}`, 'u');
const IS_SIGN = new RegExp(`^${SIGNS}$`, 'u');
const WORD_CHARACTER = new RegExp(`[\\p{L}\\p{N}\\p{M}]|${SIGNS}`, 'u');

/**
 * Returns a sign next to a word that no token has; undefined if there is none. Without its sign, the expression would be
 * another word: `.net` would be `net`, and `-red` excludes a word in a query.
 */
function lostSign(expression: string, analyzer: LanguageAnalyzer): string | undefined {
  const signs = [...expression.matchAll(WORD_SIGN)];
  if (signs.length === 0) return undefined;
  const tokens = analyzer.analyze(expression);
  const touchesWord = ({ 0: sign, index }: RegExpExecArray) =>
    !IS_SIGN.test(sign) ||
    WORD_CHARACTER.test(expression[index - 1] ?? ' ') ||
    WORD_CHARACTER.test(expression[index + 1] ?? ' ');
  const isLost = (found: RegExpExecArray) => touchesWord(found) && !isInToken(found);
  const isInToken = ({ 0: sign, index }: RegExpExecArray) =>
    tokens.some(({ surface, start, end }) =>
      beginsWithSign(surface) ? start === index + sign.length : start <= index && index + sign.length <= end,
    );
  return signs.find(isLost)?.[0];
}

function signMessage(expression: string, sign: string): string {
  const text = JSON.stringify(expression);
  return BEGINS_WITH_MINUS.test(sign)
    ? `${text} has a minus sign before a word, which excludes the word in queries; leave it out`
    : `${text} would lose its sign ${JSON.stringify(sign)}; only + ++ and # at its end, and a dot or @ at its beginning, are parts of a word, as in c++, c# and .net`;
}

/** Returns the terms of an expression, in order: `tea-pot` is tea and pot. */
function expressionTerms(expression: string, analyzer: LanguageAnalyzer): string[] {
  return finestTokens(analyzer.analyze(expression)).map(({ term }) => term);
}

/** A synonym of some words of a query. */
export interface SynonymMatch {
  /** Range [from, to) of the query's terms that it replaces. */
  readonly from: number;
  readonly to: number;
  /** The terms of the synonym. A document must have all of them. */
  readonly terms: readonly string[];
  /** Whether the last term is only the beginning of the word that the synonym replaces. */
  readonly isPrefix: boolean;
}

/** Minimum length of the beginning of a word that is replaced while it is typed. */
const MIN_PREFIX_LENGTH = 3;
/** Maximum number of words of rules that one beginning stands for. */
const MAX_PREFIX_WORDS = 8;

interface TrieNode {
  readonly next: Map<string, TrieNode>;
  readonly finds: (readonly string[])[];
  /** The folded words that lead to this node, whose terms are all the same. */
  readonly surfaces: Set<string>;
}

const emptyNode = (): TrieNode => ({ next: new Map(), finds: [], surfaces: new Set() });

type Expression = readonly Pick<TextToken, 'term' | 'surface'>[];

/**
 * Finds the synonyms of a query's words. The index has no synonyms, so a changed rule takes effect immediately. Faulty
 * rules are ignored. Synonyms are not transitive: a rule applies only to the words of the query itself.
 */
export class Synonyms {
  private readonly root = emptyNode();
  /** The first words of all expressions, sorted. */
  private readonly firstWords: { readonly surface: string; readonly node: TrieNode }[];
  /** The words of all rules, folded. */
  readonly words: ReadonlySet<string>;

  /**
   * @param starters synonyms that come with Freshet, or the stored ones for a preview. They add to those of the rules,
   * and follow them, because a query has a limit of alternatives.
   */
  constructor(
    rules: readonly SynonymRule[],
    analyzer: LanguageAnalyzer,
    private readonly starters?: Synonyms,
  ) {
    const allWords = new Set(starters?.words);
    for (const rule of rules) {
      if (synonymFaults(rule, analyzer).length > 0) continue;
      const words = rule.words.map((word) => finestTokens(analyzer.analyze(word)));
      const targets = rule.kind === 'TWO_WAY' ? words : rule.finds!.map((word) => finestTokens(analyzer.analyze(word)));
      for (const word of words)
        this.add(
          word,
          targets.filter((other) => other !== word).map((tokens) => tokens.map(({ term }) => term)),
        );
      for (const { surface } of [...words, ...targets].flat()) allWords.add(surface);
    }
    this.words = allWords;
    this.firstWords = [...this.root.next.values()]
      .flatMap((node) => [...node.surfaces].map((surface) => ({ surface, node })))
      .sort((a, b) => (a.surface < b.surface ? -1 : 1));
  }

  private add(expression: Expression, finds: readonly (readonly string[])[]): void {
    let node = this.root;
    for (const { term, surface } of expression) {
      let next = node.next.get(term);
      if (next === undefined) node.next.set(term, (next = emptyNode()));
      next.surfaces.add(surface);
      node = next;
    }
    for (const terms of finds) {
      if (!node.finds.some((known) => known.join(' ') === terms.join(' '))) node.finds.push(terms);
    }
  }

  /**
   * Returns all synonyms of a query's words.
   * @param terms the terms of the query's {@link finestTokens}
   * @param prefix the last word, if it is still being typed
   * @returns the matches in order of `from`, longer ones first, and then those of the starters only
   */
  expand(terms: readonly string[], prefix?: string): SynonymMatch[] {
    const matches: SynonymMatch[] = [];
    for (let from = 0; from < terms.length; from++) {
      const matchesHere: SynonymMatch[] = [];
      let node: TrieNode | undefined = this.root;
      for (let to = from + 1; node !== undefined && to <= terms.length; to++) {
        if (to === terms.length && prefix !== undefined && prefix.length >= MIN_PREFIX_LENGTH)
          for (const { finds } of this.startingWith(node, prefix))
            for (const found of finds) matchesHere.push({ from, to, terms: found, isPrefix: true });
        node = node.next.get(terms[to - 1]);
        for (const found of node?.finds ?? []) matchesHere.push({ from, to, terms: found, isPrefix: false });
      }
      matches.push(...matchesHere.reverse());
    }
    if (this.starters === undefined) return matches;
    const known = new Set(matches.map((match) => JSON.stringify(match)));
    return [...matches, ...this.starters.expand(terms, prefix).filter((match) => !known.has(JSON.stringify(match)))];
  }

  /** Returns the nodes after `node` of which a word begins with the prefix. */
  private startingWith(node: TrieNode, prefix: string): TrieNode[] {
    const found =
      node === this.root
        ? this.firstWordsWith(prefix)
        : [...node.next.values()].filter(({ surfaces }) => [...surfaces].some((word) => word.startsWith(prefix)));
    return [...new Set(found)].slice(0, MAX_PREFIX_WORDS);
  }

  private firstWordsWith(prefix: string): TrieNode[] {
    let [from, to] = [0, this.firstWords.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.firstWords[middle].surface < prefix) from = middle + 1;
      else to = middle;
    }
    const found: TrieNode[] = [];
    for (; from < this.firstWords.length && this.firstWords[from].surface.startsWith(prefix); from++)
      if (found.push(this.firstWords[from].node) === 2 * MAX_PREFIX_WORDS) break;
    return found;
  }
}
