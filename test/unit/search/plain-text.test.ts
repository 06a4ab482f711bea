import { encodeHTML } from 'entities';
import fc from 'fast-check';
import { plainText } from '../../../src/search/document/plain-text';
import { LanguageAnalyzer } from '../../../src/search-engine/text/language-analyzer';

it.each([
  ['Soft &amp; warm&nbsp;wool', 'Soft & warm\u00a0wool'],
  ['Women&#39;s caf&eacute; &#x201C;cup&#x201D;', "Women's café “cup”"],
  ['<p>Red</p><p>mug</p>', 'Red mug'],
  ['one<br>two<BR/>three<hr />four', 'one two three four'],
  ['<ul>\n  <li>steel</li>\n  <li>glass</li>\n</ul>', 'steel glass'],
  ['un<b>break</b>able m<sup>2</sup> so<wbr>fa', 'unbreakable m2 sofa'],
  ['<p class="a > b" title=\'<i>\'>cup</p>', 'cup'],
  ['a<!-- b > <p>c</p> -->d', 'ad'],
  ['<style>p { color: red }</style>mug<script>if (a < b) alert("<p>")</script> cup', 'mug cup'],
  ['<SCRIPT type="x">a</SCRIPT>b<script/>c', 'b c'],
  ['cup<script>never closed', 'cup'],
  ['<o:p>cup</o:p><font color=red>red</font>', 'cupred'],
  ['<![CDATA[cup]]> <?xml version="1"?><!doctype html>mug', 'cup mug'],
  ['&lt;b&gt; is bold', '<b> is bold'],
  ['a < b and b > a', 'a < b and b > a'],
  ['I <3 tea, 5<6', 'I <3 tea, 5<6'],
  ['case for <iPhone 12> and </iPhone>', 'case for <iPhone 12> and </iPhone>'],
  ['R&D, AT&T, salt&parts, a & b; &unknown;', 'R&D, AT&T, salt&parts, a & b; &unknown;'],
  ['cup <a href="http', 'cup <a href="http'],
  ['cup </p', 'cup </p'],
  ['two  spaces\nstay', 'two  spaces\nstay'],
])('reads %j as %j', (html, text) => expect(plainText(html)).toBe(text));

const inline = fc.constantFrom('b', 'i', 'em', 'span', 'a', 'sup', 'font', 'FONT');
const block = fc.constantFrom('p', 'div', 'li', 'td', 'h2', 'DIV');
const attributes = fc.constantFrom('', ' class="x > y"', " title='<p>'", ' hidden', ' href=/a/b');
const ignored = fc.constantFrom('<!-- x -->', '<style>x{}</style>', '<script>x<p></script>', '');

it('reads the characters of any text that is written as HTML', () => {
  const piece = fc.tuple(fc.string({ unit: 'grapheme' }), inline, attributes, ignored);
  fc.assert(
    fc.property(fc.array(piece), block, (pieces, outer) => {
      const html = pieces.map(([text, name, own, rest]) => `<${name}${own}>${encodeHTML(text)}</${name}>${rest}`);
      const text = pieces.map(([own, , , rest]) => own + (/^<s/.test(rest) ? ' ' : '')).join('');
      const collapsed = (one: string) => one.replace(/[ \t\n\f\r]+/g, ' ').trim();
      expect(collapsed(plainText(`<${outer}>${html.join('')}</${outer}>`))).toBe(collapsed(text));
    }),
  );
});

it('leaves a text without < and & as it is, and accepts every text', () => {
  const broken = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 3 }),
      fc.constantFrom(
        '<',
        '>',
        '</',
        '<b',
        '<p ',
        '"',
        "'",
        '=',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '<?',
        '&',
        '&amp;',
      ),
      fc.constantFrom('<script>', '</script', '<textarea>', '<title>', '/>', ' ', 'x'),
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(broken, (parts) => {
      const text = parts.join('');
      const plain = plainText(text);
      expect(plain.length).toBeLessThanOrEqual(text.length + parts.length);
      if (!/[<&]/.test(text)) expect(plain).toBe(text);
    }),
  );
});

it('loses no word of a text whose angle brackets are no tags', () => {
  const word = fc.constantFrom('iphone', 'm6', '5', 'xl', 'acme');
  const between = fc.constantFrom(' < ', ' > ', ' <', '> ', ' & ', ' ');
  const analyzer = new LanguageAnalyzer();
  fc.assert(
    fc.property(fc.array(fc.tuple(word, between)), (parts) => {
      const words = analyzer.analyze(plainText(parts.flat().join(''))).map(({ surface }) => surface);
      expect(words).toEqual(expect.arrayContaining(parts.map(([one]) => one)));
    }),
  );
});

it.each(['<', '<b', '<b "', '</b ', '<!--', '<![CDATA[', '<?', '&amp', '<script>', '<p>', '<b></i>', '<x "\'>'])(
  'takes linear time for many %j',
  (part) => {
    const time = (times: number) => {
      const text = part.repeat(times);
      // The quickest of five runs: collections of garbage count in others.
      const runs = Array.from({ length: 5 }, () => {
        const start = process.cpuUsage();
        plainText(text);
        const { user, system } = process.cpuUsage(start);
        return user + system;
      });
      return Math.min(...runs);
    };
    time(10_000);
    // Quadratic time would be 256 times as long.
    expect(time(160_000)).toBeLessThan(100 * Math.max(time(10_000), 400));
  },
);
