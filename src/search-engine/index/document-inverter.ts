import { GrowableBytes, GrowableUint32 } from './growable';
import { OccurrenceWriter } from './occurrences';
import type { SearchDocument } from './search-document';
import type { IndexSettings } from './settings';

/**
 * Number of positions between two fields of the same name. It exceeds the number of other words that a phrase allows
 * between its words, so no phrase matches across both fields.
 */
const FIELD_GAP = 32;

/** Maximum stored field length, in tokens: lengths are 16-bit. */
const MAX_FIELD_LENGTH = 0xffff;

const MAX_POSITION = 0x00ffffff;

/**
 * Splits documents into their terms. Terms are numbered in the order in which they first appear, and so are the surface
 * forms of each term. `terms` and `surfaces` cover all documents; the other public fields hold the result of the last
 * {@link invert}.
 */
export class DocumentInverter {
  readonly terms: string[] = [];
  /** By term: its surface forms. */
  readonly surfaces: string[][] = [];
  /** The document's number of tokens that are no measures, by field. */
  readonly lengths: Uint16Array;
  /** Numbers of the document's terms, each once. */
  readonly documentTerms = new GrowableUint32(256);
  /** By index in `documentTerms`: where the term's bytes end in `occurrences`. Those of the next term begin there. */
  readonly ends = new GrowableUint32(256);
  readonly occurrences = new GrowableBytes(4096);

  private readonly numbers = new Map<string, number>();
  private readonly fieldNumbers: ReadonlyMap<string, number>;
  private readonly writer: OccurrenceWriter;
  private readonly tokens: InvertedToken[] = [];
  private tokenCount = 0;
  /** By term: index in `tokens` of the document's first token with this term; −1 for none. */
  private readonly firstTokens: number[] = [];
  /** By term: index in `tokens` of the document's last token with this term so far. */
  private readonly lastTokens: number[] = [];

  constructor(settings: IndexSettings) {
    this.lengths = new Uint16Array(settings.fields.length);
    this.fieldNumbers = new Map(settings.fields.map(({ name }, field) => [name, field]));
    this.writer = new OccurrenceWriter(settings.fields.length);
  }

  /** Returns the number of a term, or −1 if no document has it. */
  numberOf(term: string): number {
    return this.numbers.get(term) ?? -1;
  }

  /** @throws RangeError for a field that the settings do not name, and for positions that are not ascending */
  invert(document: SearchDocument): void {
    this.tokenCount = 0;
    this.documentTerms.length = 0;
    this.ends.length = 0;
    this.occurrences.length = 0;
    const ordered = document.fields.map((field) => ({ ...field, number: this.fieldNumber(field.name) }));
    ordered.sort((a, b) => a.number - b.number);
    let firstPosition = 0;
    this.lengths.fill(0);
    for (let i = 0; i < ordered.length; i++) {
      const { number, tokens } = ordered[i];
      firstPosition = i > 0 && ordered[i - 1].number === number ? firstPosition : 0;
      firstPosition = this.addField(number, tokens, firstPosition);
    }
    this.write();
  }

  private fieldNumber(name: string): number {
    const number = this.fieldNumbers.get(name);
    if (number === undefined) throw new RangeError(`unknown field ${JSON.stringify(name)}`);
    return number;
  }

  /** @returns the first position of the next field of this name */
  private addField(field: number, tokens: SearchDocument['fields'][number]['tokens'], firstPosition: number): number {
    let position = firstPosition;
    let length = 0;
    for (const token of tokens) {
      if (firstPosition + token.position < position)
        throw new RangeError('tokens must be in ascending order of position');
      position = firstPosition + token.position;
      if (position > MAX_POSITION) break;
      this.add(field, position, token.term, token.surface);
      if (!token.isMeasure) length++;
    }
    this.lengths[field] = Math.min(MAX_FIELD_LENGTH, this.lengths[field] + length);
    return position + FIELD_GAP;
  }

  private add(field: number, position: number, text: string, surface: string): void {
    const term = this.intern(text);
    const forms = this.surfaces[term];
    let form = forms.indexOf(surface);
    if (form < 0) form = forms.push(surface) - 1;
    const at = this.tokenCount++;
    this.tokens[at] ??= { field, position, form, next: -1 };
    const token = this.tokens[at];
    token.field = field;
    token.position = position;
    token.form = form;
    token.next = -1;
    if (this.firstTokens[term] < 0) {
      this.documentTerms.push(term);
      this.firstTokens[term] = at;
    } else this.tokens[this.lastTokens[term]].next = at;
    this.lastTokens[term] = at;
  }

  private intern(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.terms.push(text) - 1;
    this.numbers.set(text, number);
    this.surfaces.push([]);
    this.firstTokens.push(-1);
    this.lastTokens.push(-1);
    return number;
  }

  private write(): void {
    for (let i = 0; i < this.documentTerms.length; i++) {
      const term = this.documentTerms.values[i];
      this.writer.begin();
      for (let at = this.firstTokens[term]; at >= 0; at = this.tokens[at].next) {
        const { field, position, form } = this.tokens[at];
        this.writer.write(this.occurrences, field, position, form);
      }
      this.ends.push(this.occurrences.length);
      this.firstTokens[term] = -1;
    }
  }
}

interface InvertedToken {
  field: number;
  position: number;
  form: number;
  next: number;
}
