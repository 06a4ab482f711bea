/** Words and ids as they are typed into one field: between commas or on lines of their own. */
export const listOf = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const textOfList = (items: readonly string[]): string => items.join(', ');
