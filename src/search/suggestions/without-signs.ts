/** Emoji, and the characters that join and vary them. A joiner alone is a part of words in many scripts. */
const EMOJI_RUN = /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u20e3\u200d\ufe0e\ufe0f]+/gu;
const EMOJI = /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u20e3]/u;
/** Adjacent signs, with the character before them. */
const SIGN_RUN = /(?<=([\p{L}\p{N}\p{M}\p{Cf}]?))[^\p{L}\p{N}\p{M}\p{Cf}\s]+(?=([\p{L}\p{N}]?))/gu;
/** The signs at the end of a name, as in `c++`, and those at the beginning of the next one, as in `.net`. */
const OWN_SIGNS = /^(?:\+{1,3}|#)(?![+#])/;
const NEXT_SIGN = /[.@]$/;
const IN_BRACKETS = /^\(([^()]*)\)$/;

/**
 * Returns a query without emoji and rows of signs such as `$$$`: two at the beginning of a word, or three anywhere. The
 * signs of names stay.
 */
export function withoutSigns(text: string): string {
  const words = text
    .replace(EMOJI_RUN, (run) => (EMOJI.test(run) ? ' ' : run))
    .replace(SIGN_RUN, (run: string, before: string, after: string) => withoutRow(run, before !== '', after !== ''))
    .replace(/\s+/g, ' ')
    .trim();
  return words.replace(IN_BRACKETS, '$1').trim();
}

function withoutRow(run: string, isAfterWord: boolean, isBeforeWord: boolean): string {
  const [own] = (isAfterWord && OWN_SIGNS.exec(run)) || [''];
  const next = isBeforeWord && run.length > own.length && NEXT_SIGN.test(run) ? run.slice(-1) : '';
  const { length } = run.slice(own.length, run.length - next.length);
  return length >= 3 || (length === 2 && !isAfterWord) ? `${own} ${next}` : run;
}
