import { formatTextList } from '../ui/text-list';

interface Rule {
  readonly kind: string;
  readonly words: readonly string[];
  readonly finds: readonly string[];
}

/** Returns `sofa ↔ couch` for a two-way synonym, and `trousers → pants` for a one-way synonym. */
export function formatSynonym({ kind, words, finds }: Rule): string {
  return kind === 'TWO_WAY' ? words.join(' ↔ ') : `${formatTextList(words)} → ${formatTextList(finds)}`;
}
