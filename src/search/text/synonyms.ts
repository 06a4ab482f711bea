import type { LanguageAnalyzer } from './language-analyzer';
import { finest } from './query-word';

/** What an admin writes. Each side is one or more words: `tea pot`. */
export interface SynonymRule {
  /** TWO_WAY: each of `words` finds all of them. ONE_WAY: each of `words` finds `finds` too, but not the other way round. */
  readonly kind: 'TWO_WAY' | 'ONE_WAY';
  readonly words: readonly string[];
  readonly finds?: readonly string[];
}

export interface SynonymFault {
  readonly code:
    'TOO_FEW_WORDS' | 'TOO_MANY_WORDS' | 'FINDS_NOTHING' | 'FINDS_IN_TWO_WAY' | 'NO_WORD' | 'TOO_LONG' | 'SAID_TWICE';
  /** Where, e.g. `words[2]`. */
  readonly path: string;
  readonly message: string;
}

/** Expressions in one rule, on both sides together. */
export const MAX_EXPRESSIONS = 50;
/** Words in one expression. */
export const MAX_EXPRESSION_WORDS = 5;

/** @returns every fault of the rule; none if it will work */
export function synonymFaults(rule: SynonymRule, analyzer: LanguageAnalyzer): SynonymFault[] {
  const faults: SynonymFault[] = [];
  const fault = (code: SynonymFault['code'], path: string, message: string): void =>
    void faults.push({ code, path, message });
  const { words, finds = [] } = rule;
  if (rule.kind === 'TWO_WAY') {
    if (words.length < 2) fault('TOO_FEW_WORDS', 'words', 'synonyms need two words or more');
    if (finds.length > 0) fault('FINDS_IN_TWO_WAY', 'finds', 'two-way synonyms find each other, and have no `finds`');
  } else {
    if (words.length < 1) fault('TOO_FEW_WORDS', 'words', 'say what people search for');
    if (finds.length < 1) fault('FINDS_NOTHING', 'finds', 'say what it finds');
  }
  if (words.length + finds.length > MAX_EXPRESSIONS) {
    fault('TOO_MANY_WORDS', 'words', `at most ${MAX_EXPRESSIONS} in one rule`);
    return faults;
  }
  const seen = new Map<string, string>();
  for (const [side, list] of Object.entries({ words, finds })) {
    list.forEach((expression, at) => {
      const path = `${side}[${at}]`;
      const key = expressionTerms(expression, analyzer);
      if (key.length === 0) return fault('NO_WORD', path, `there is no word in ${JSON.stringify(expression)}`);
      if (key.length > MAX_EXPRESSION_WORDS) return fault('TOO_LONG', path, `at most ${MAX_EXPRESSION_WORDS} words`);
      const before = seen.get(key.join(' '));
      if (before !== undefined) return fault('SAID_TWICE', path, `says the same as ${before}`);
      seen.set(key.join(' '), path);
    });
  }
  return faults;
}

/** Terms of an expression, in order: `tea-pot` is tea and pot. */
function expressionTerms(expression: string, analyzer: LanguageAnalyzer): string[] {
  return finest(analyzer.analyze(expression)).map(({ term }) => term);
}

/** One way to say what some words of a query say. */
export interface SynonymMatch {
  /** Which of the terms asked for: [from, to). */
  readonly from: number;
  readonly to: number;
  /** Terms that say the same, all of which have to be found. */
  readonly terms: readonly string[];
}

interface Node {
  readonly next: Map<string, Node>;
  readonly finds: string[][];
}

/**
 * Synonyms, expanded in queries and never in the index, so that a change counts at once. Built from rules without faults; a
 * faulty one is left out. Synonyms of synonyms are not followed: every rule says all that it means.
 */
export class Synonyms {
  private readonly root: Node = { next: new Map(), finds: [] };

  constructor(rules: readonly SynonymRule[], analyzer: LanguageAnalyzer) {
    for (const rule of rules) {
      if (synonymFaults(rule, analyzer).length > 0) continue;
      const words = rule.words.map((word) => expressionTerms(word, analyzer));
      const found = rule.kind === 'TWO_WAY' ? words : rule.finds!.map((word) => expressionTerms(word, analyzer));
      for (const word of words)
        this.learn(
          word,
          found.filter((other) => other !== word),
        );
    }
  }

  private learn(word: readonly string[], finds: readonly string[][]): void {
    let node = this.root;
    for (const term of word) {
      let next = node.next.get(term);
      if (next === undefined) node.next.set(term, (next = { next: new Map(), finds: [] }));
      node = next;
    }
    for (const terms of finds) {
      if (!node.finds.some((known) => known.join(' ') === terms.join(' '))) node.finds.push(terms);
    }
  }

  /**
   * @param terms a query's, in order, of the finest reading of each word
   * @returns every match, longer ones of a place first
   */
  expand(terms: readonly string[]): SynonymMatch[] {
    const matches: SynonymMatch[] = [];
    for (let from = 0; from < terms.length; from++) {
      const here: SynonymMatch[] = [];
      let node = this.root.next.get(terms[from]);
      for (let to = from + 1; node !== undefined; to++) {
        for (const found of node.finds) here.push({ from, to, terms: found });
        node = to < terms.length ? node.next.get(terms[to]) : undefined;
      }
      matches.push(...here.reverse());
    }
    return matches;
  }
}
