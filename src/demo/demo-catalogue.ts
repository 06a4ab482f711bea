import type { ProductInput } from '../catalog/product.type';

/** Lines of goods of the demo shop. Everything here is made up. */
interface Line {
  readonly category: readonly [string, string];
  readonly brand: string;
  readonly things: readonly (readonly [title: string, price: string])[];
}

const LINES: readonly Line[] = [
  {
    category: ['Kitchen', 'Coffee & Tea'],
    brand: 'Brookside',
    things: [
      ['Stovetop Espresso Maker, 6 Cups', '34.90'],
      ['Pour-Over Coffee Dripper, Ceramic', '24.50'],
      ['Paper Filters, Pack of 100', '5.90'],
      ['Burr Coffee Grinder', '79.00'],
      ['Gooseneck Kettle, 1 l', '59.00'],
      ['Whole Bean Espresso, 1 kg', '18.90'],
      ['Loose Leaf Earl Grey, 250 g', '9.80'],
      ['Teapot, Cast Iron, 0.8 l', '44.00'],
      ['Milk Frothing Jug, 350 ml', '15.90'],
      ['Insulated Travel Mug', '22.00'],
    ],
  },
  {
    category: ['Kitchen', 'Baking'],
    brand: 'Oatfield',
    things: [
      ['Sourdough Proofing Basket', '16.50'],
      ['Bread Lame with Blades', '12.90'],
      ['Dutch Oven, 4.5 l', '89.00'],
      ['Digital Kitchen Scale', '27.00'],
      ['Silicone Baking Mat', '11.50'],
      ['Springform Tin, 26 cm', '14.90'],
      ['Wholemeal Rye Flour, 2.5 kg', '6.40'],
      ['Rolling Pin, Beech', '13.90'],
      ['Madagascar Vanilla Pods', '8.90'],
      ['Muffin Tray, 12 Cups', '12.50'],
    ],
  },
  {
    category: ['Garden', 'Growing'],
    brand: 'Larkspur',
    things: [
      ['Tomato Seeds, Heritage Mix', '3.90'],
      ['Peat-Free Potting Soil, 40 l', '11.90'],
      ['Terracotta Pot, 24 cm', '9.50'],
      ['Watering Can, 9 l', '26.00'],
      ['Bypass Pruning Shears', '29.90'],
      ['Hand Trowel, Ash Handle', '17.50'],
      ['Organic Tomato Feed, 1 l', '8.90'],
      ['Cold Frame, 100 × 60 cm', '74.00'],
      ['Jute Garden Twine, 100 m', '5.50'],
      ['Bamboo Canes, Pack of 20', '9.90'],
    ],
  },
  {
    category: ['Outdoors', 'Hiking'],
    brand: 'Ridgeway',
    things: [
      ['Daypack, 24 l', '69.00'],
      ['Merino Hiking Socks', '18.50'],
      ['Trekking Poles, Pair', '64.00'],
      ['Stainless Bottle, 0.75 l', '24.90'],
      ['Head Torch, Rechargeable', '39.00'],
      ['Blister Plasters', '6.90'],
      ['Rain Jacket, Packable', '119.00'],
      ['Trail Mix, 6 Bags', '14.40'],
      ['First Aid Kit, Compact', '21.50'],
      ['Sit Mat, Foldable', '9.90'],
    ],
  },
  {
    category: ['Home', 'Reading & Writing'],
    brand: 'Quill & Co',
    things: [
      ['Fountain Pen, Fine Nib', '38.00'],
      ['Bottled Ink, Midnight Blue', '11.90'],
      ['Dotted Notebook, A5', '14.50'],
      ['Reading Lamp, Clip-On', '29.00'],
      ['Brass Bookmark', '7.90'],
      ['Letter Paper, 50 Sheets', '9.50'],
      ['Desk Organiser, Walnut', '46.00'],
      ['Wool Blanket, 130 × 170 cm', '84.00'],
      ['Beeswax Candle', '12.90'],
      ['Mechanical Pencil, 0.7 mm', '16.00'],
    ],
  },
  {
    category: ['Home', 'Children'],
    brand: 'Pip & Wren',
    things: [
      ['Wooden Train Set, 40 Pieces', '54.00'],
      ['Picture Book: The Night Owl', '13.90'],
      ['Beeswax Crayons, 12 Colours', '17.50'],
      ['Stacking Rings', '19.90'],
      ['Kite, Diamond', '22.50'],
      ['Plush Hedgehog', '24.00'],
      ['Building Blocks, 100 Pieces', '39.00'],
      ['Finger Paints, 4 Jars', '15.90'],
      ['Puzzle: Map of the World', '18.50'],
      ['Bath Boats, Set of 3', '12.90'],
    ],
  },
];

/** Two numbers from a line's and a thing's index: `demo-03-07`. */
export function demoId(line: number, thing: number): string {
  return `demo-${String(line + 1).padStart(2, '0')}-${String(thing + 1).padStart(2, '0')}`;
}

/** The demo shop's products: synthetic, and each says so in its attributes. */
export function demoProducts(updatedAt: Date): ProductInput[] {
  return LINES.flatMap((line, l) =>
    line.things.map(([title, amount], t) => ({
      id: demoId(l, t),
      title,
      description: `${title}, by ${line.brand}. A made-up product of the demo shop.`,
      price: { amount, currency: 'EUR' },
      brand: line.brand,
      categories: [line.category[0], `${line.category[0]} > ${line.category[1]}`],
      language: 'en',
      attributes: { synthetic: true },
      updatedAt,
    })),
  );
}

export const DEMO_LINES = LINES.length;
export const DEMO_THINGS = LINES[0].things.length;
