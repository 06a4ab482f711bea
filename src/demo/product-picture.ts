import { DEMO_PRODUCTS_PER_LINE } from './demo-catalogue';
import { LINES } from './goods/assortment';

/** A drawing for each product line, in the order of {@link LINES}: an SVG path in a square of 100 units. */
const MOTIFS: readonly string[] = [
  'M28 36h38v24q0 14-14 14H42q-14 0-14-14zM66 42h6q8 0 8 9t-8 9h-6M38 20q-4 6 0 12M50 20q-4 6 0 12', // cup
  'M24 58q0-26 26-26t26 26v14H24zM38 44l6 8M48 41l6 8M58 43l6 8', // loaf
  'M50 82V46M50 54q-24 2-26-22 24-2 26 22zM50 60q20 0 24-22-22 0-24 22z', // seedling
  'M16 76l24-44 14 24 8-12 22 32zM40 32l8 14-8 4-7-5z', // mountain
  'M30 74l6-18 30-34 12 11-31 34zM36 56l11 11M30 74l-6 8', // pen
  'M26 50h24v24H26zM54 50h22v24H54zM40 22h24v24H40z', // blocks
  'M30 62m-16 0a16 16 0 1 0 32 0 16 16 0 1 0-32 0M72 62m-16 0a16 16 0 1 0 32 0 16 16 0 1 0-32 0M30 62l14-26h18l10 26M30 62h20l12-26M40 32h10', // bicycle
  'M22 44h56v22q0 10-10 10H32q-10 0-10-10zM16 48h6M78 48h6M30 38h40M50 38v-6', // pot
  'M50 18q24 30 24 42a24 22 0 0 1-48 0q0-12 24-42zM40 60q0 10 10 12', // drop
  'M50 24L18 76h64zM50 24v22L36 76M50 46l14 30M50 24l-6-6', // tent
  'M40 68V28l32-8v40M40 38l32-8M31 68m-10 0a10 8 0 1 0 20 0 10 8 0 1 0-20 0M63 60m-10 0a10 8 0 1 0 20 0 10 8 0 1 0-20 0', // notes
  'M50 76q-20 0-18-14 2-10 10-14 8-4 16 0 8 4 10 14 2 14-18 14zM28 42m-6 0a6 8 0 1 0 12 0 6 8 0 1 0-12 0M42 28m-6 0a6 8 0 1 0 12 0 6 8 0 1 0-12 0M60 28m-6 0a6 8 0 1 0 12 0 6 8 0 1 0-12 0M74 42m-6 0a6 8 0 1 0 12 0 6 8 0 1 0-12 0', // paw
];

const HUES = [24, 38, 120, 205, 262, 340, 186, 8, 172, 90, 300, 48];
/** Fill colours by the colour names of products. */
const FILLS: Readonly<Record<string, string>> = {
  'Sea Green': '#3d9b83',
  Oat: '#e6d9bd',
  Rust: '#b5532a',
  Slate: '#5c6b7a',
  Mustard: '#d9a520',
};

/**
 * Returns the picture of a demo product as SVG of less than 1,500 characters. It depends only on the arguments, and
 * needs no style sheet, script or other file, so it complies with any Content-Security-Policy.
 * @returns `null` if the id is not that of a demo product
 */
export function productPicture(id: string, title: string, colour: unknown): string | null {
  const indices = indicesOf(id);
  if (indices === null) return null;
  const { line, indexInLine } = indices;
  const hue = (HUES[line]! + 4 * (indexInLine % 7)) % 360;
  const rotation = ((indexInLine * 37) % 25) - 12;
  const size = 0.85 + (indexInLine % 5) * 0.07;
  const fill = (typeof colour === 'string' && FILLS[colour]) || `hsl(${hue} 45% 72%)`;
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img">',
    `<title>${escapeXml(title)}</title>`,
    `<rect width="400" height="400" fill="hsl(${hue} 40% 94%)"/>`,
    `<circle cx="${140 + ((indexInLine * 53) % 120)}" cy="${150 + ((indexInLine * 29) % 100)}" r="${110 + ((indexInLine * 17) % 50)}" fill="hsl(${hue} 50% 86%)"/>`,
    `<g transform="translate(200 200) rotate(${rotation}) scale(${(3 * size).toFixed(2)}) translate(-50 -50)">`,
    `<path d="${MOTIFS[line]}" fill="${fill}" stroke="hsl(${hue} 45% 28%)" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/>`,
    '</g></svg>',
  ].join('');
}

/** Returns the indices of the line and of the product in it, for an id such as `demo-03-07`. */
function indicesOf(id: string): { line: number; indexInLine: number } | null {
  const match = /^demo-(\d\d)-(\d\d)$/.exec(id);
  if (match === null) return null;
  const [line, number] = [Number(match[1]), Number(match[2])];
  const isProduct = line >= 1 && line <= LINES.length && number >= 1 && number <= DEMO_PRODUCTS_PER_LINE;
  return isProduct ? { line: line - 1, indexInLine: number - 1 } : null;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
