/** A text of the shop that answers questions, as it is stored in PostgreSQL and published in the log. */
export interface ArticleRecord {
  readonly id: string;
  readonly title: string;
  /** Paragraphs are separated by blank lines. */
  readonly body: string;
  readonly url: string | null;
  /** BCP 47; null: the language of the shop. */
  readonly language: string | null;
  /** The intents that it answers. */
  readonly intents: readonly string[];
  /** ISO 8601, in UTC. */
  readonly updatedAt: string;
}

/** A part of an article that answers by itself. */
export interface Passage {
  /** The number of the passage in its article, from 0. */
  readonly number: number;
  /** The heading above it; null if it has none. */
  readonly heading: string | null;
  readonly text: string;
}

/** Maximum length of a passage, in characters. A longer paragraph is split between sentences. */
const MAX_PASSAGE_LENGTH = 600;
const HEADING = /^#{1,6}\s+(.+)$/;
const PASSAGE_PIECE = new RegExp(`[^]{1,${MAX_PASSAGE_LENGTH}}`, 'gu');
/** Between sentences. A full stop of Chinese needs no space after it. */
const BETWEEN_SENTENCES = /(?<=[.!?])(?=\s)|(?<=[。！？])/u;

/** A sentence without an end is cut. */
function cut(sentence: string): string[] {
  return sentence.match(PASSAGE_PIECE) ?? [];
}

/** Splits the body of an article into passages: its paragraphs, each with the heading above it. */
export function passagesOf(body: string): Passage[] {
  const passages: Passage[] = [];
  let heading: string | null = null;
  for (const block of body.split(/\r?\n\s*\r?\n/)) {
    const lines: string[] = [];
    for (const line of block.split(/\r?\n/)) {
      const found = HEADING.exec(line.trim());
      if (found === null) lines.push(line.trim());
      else heading = found[1]!.trim();
    }
    for (const text of splitLong(lines.filter((line) => line !== '').join('\n')))
      passages.push({ number: passages.length, heading, text });
  }
  return passages;
}

function splitLong(paragraph: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const sentence of paragraph.split(BETWEEN_SENTENCES).flatMap(cut)) {
    if (part !== '' && part.length + sentence.length > MAX_PASSAGE_LENGTH) {
      parts.push(part);
      part = '';
    }
    part += sentence;
  }
  return [...parts, part].map((text) => text.trim()).filter((text) => text !== '');
}
