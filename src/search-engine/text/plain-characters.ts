const DECIMAL_DIGIT = /\p{Nd}/u;
/** Characters that {@link plainCharacters} changes: digits of other scripts, full-width letters, dashes, №, ＃ and spaces. */
const CHANGED =
  /[^\P{Nd}0-9]|[\uff21-\uff3a\uff41-\uff5a]|[\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]|[№＃]|[／．]|[^\P{Zs} ]/gu;
const INVISIBLE = '\u2060';

/**
 * Returns the text with ASCII digits, ASCII letters for full-width ones, `-` for all dashes, `#` for №, and plain
 * spaces. Its length is the same, so that positions in it are those of the text.
 */
export function plainCharacters(text: string): string {
  return text.replace(CHANGED, (character) => {
    const code = character.codePointAt(0)!;
    if (DECIMAL_DIGIT.test(character)) {
      const digit = String(digitValue(code));
      return character.length === 1 ? digit : digit + INVISIBLE;
    }
    if (code >= 0xff21 && code <= 0xff5a) return String.fromCharCode(code - 0xfee0);
    if (character === '№' || character === '＃') return '#';
    if (character === '／') return '/';
    if (character === '．') return '.';
    return /\p{Zs}/u.test(character) ? ' ' : '-';
  });
}

/** Unicode has the digits of a script in a row, from 0 to 9; those of mathematics follow one another. */
function digitValue(code: number): number {
  let before = 0;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(code - before - 1))) before++;
  return before % 10;
}
