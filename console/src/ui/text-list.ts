/** Parses words or ids that are separated by commas or line breaks. */
export const parseTextList = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const formatTextList = (items: readonly string[]): string => items.join(', ');
