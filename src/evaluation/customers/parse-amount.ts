/**
 * Parses an amount: a decimal number, also with separators of thousands, a decimal comma, a currency sign, or in brackets
 * if it is negative. `1,234` is 1234, and `12,5` is 12.5.
 * @returns NaN for other texts
 */
export function parseAmount(text: string): number {
  const bracketed = /^\((.+)\)$/.exec(text);
  if (bracketed !== null) return -parseAmount(bracketed[1]);
  const bare = text.replace(/[\s\u00a0'£$€¥]/g, '');
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(bare)) return Number(bare);
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) return Number(bare.replaceAll(',', ''));
  if (/^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+$/.test(bare)) return Number(bare.replaceAll('.', '').replace(',', '.'));
  return NaN;
}
