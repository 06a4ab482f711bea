import { decodeHTMLStrict } from 'entities';
import { Tokenizer } from 'htmlparser2';

/** HTML elements within which a word continues: `<b>un</b>told` is one word. */
const INLINE_ELEMENTS = new Set(
  'a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd mark nobr q rb ruby s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);

/** HTML elements that separate words. */
const SEPARATING_ELEMENTS = new Set(
  `address applet area article aside audio base basefont blockquote body br button canvas caption center col colgroup
  datalist dd details dialog dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6
  head header hgroup hr html iframe img input label legend li link main map marquee math menu meta meter nav noframes
  noscript object ol optgroup option output p param picture pre progress rp rt script search section select slot source
  style summary svg table tbody td template textarea tfoot th thead title tr track ul video xmp`.split(/\s+/),
);

/** Elements whose content is no text. */
const SKIPPED_ELEMENTS = new Set(['script', 'style']);

/**
 * Returns the text of a product field that may be HTML, as a customer reads it. Search indexes, highlights and suggests
 * this text.
 * - Tags, comments, scripts and style sheets are left out. A tag of a block separates words, `<b>` does not.
 * - Character references become their characters, if they end with a semicolon: `R&D` and `salt&parts` stay.
 * - If there are tags, sequences of white space become one space.
 * - `a < b`, names in angle brackets that are no HTML elements, and a tag without an end stay text.
 *
 * It takes linear time, and returns a text without `<` and `&` unchanged.
 */
export function plainText(text: string): string {
  if (text.includes('<')) return new HtmlText(text).read();
  return text.includes('&') ? decodeHTMLStrict(text) : text;
}

/**
 * Returns a text as a facet value: its {@link plainText} with every sequence of white space as one space, and none at
 * its ends. So values that look alike are one. The plain text is taken until it stays the same, so that a facet value
 * that a filter sends back stays the same, too.
 */
export function facetText(text: string): string {
  let plain = text;
  for (let before = ''; before !== plain;) {
    before = plain;
    plain = plainText(before);
  }
  return plain.replace(/\s+/g, ' ').trim();
}

/** Collects the text of one HTML text from the events of the tokenizer. Offsets are UTF-16 code units. */
class HtmlText {
  private plain = '';
  private hasTags = false;
  private tagName = '';
  private isSkipping = false;
  /** End of the part of the HTML that has been handled. */
  private handled = 0;

  constructor(private readonly html: string) {}

  read(): string {
    const { html } = this;
    const ignore = (): void => undefined;
    const tokenizer = new Tokenizer(
      { decodeEntities: false },
      {
        ontext: (start, end) => {
          if (this.isSkipping) this.handled = end;
          else this.add(start, end);
        },
        onopentagname: (start, end) => (this.tagName = html.slice(start, end).toLowerCase()),
        onopentagend: (end) => {
          this.endTag(end + 1);
          this.isSkipping = SKIPPED_ELEMENTS.has(this.tagName);
        },
        onselfclosingtag: (end) => this.endTag(end + 1),
        onclosetag: (start, end) => {
          this.tagName = html.slice(start, end).toLowerCase();
          this.isSkipping = false;
          const bracket = html.indexOf('>', end);
          if (bracket >= 0) this.endTag(bracket + 1);
        },
        oncomment: (_, end) => this.skipTo(end + 1),
        ondeclaration: (_, end) => this.skipTo(end + 1),
        onprocessinginstruction: (_, end) => this.skipTo(end + 1),
        oncdata: (start, end, offset) => {
          this.add(start, end - offset);
          this.skipTo(end + 1);
        },
        onattribname: ignore,
        onattribdata: ignore,
        onattribentity: ignore,
        onattribend: ignore,
        ontextentity: ignore,
        onend: ignore,
      },
    );
    tokenizer.write(html);
    tokenizer.end();
    if (this.handled < html.length) this.add(this.handled, html.length);
    return this.hasTags ? this.plain.replace(/[ \t\n\f\r]+/g, ' ').trim() : this.plain;
  }

  /** Handles the tag that ends at `end`. */
  private endTag(end: number): void {
    const { tagName } = this;
    if (SEPARATING_ELEMENTS.has(tagName)) this.plain += ' ';
    // Word writes elements like <o:p>.
    else if (!INLINE_ELEMENTS.has(tagName) && !tagName.includes(':')) return this.add(this.handled, end);
    this.skipTo(end);
  }

  private skipTo(end: number): void {
    this.hasTags = true;
    this.handled = Math.min(end, this.html.length);
  }

  private add(start: number, end: number): void {
    this.plain += decodeHTMLStrict(this.html.slice(start, end));
    this.handled = end;
  }
}
