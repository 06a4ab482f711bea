export interface Fragment {
  readonly text: string;
  readonly matched: boolean;
}

/** A text with what was searched for marked. */
export function Marked({ fragments }: { readonly fragments: readonly Fragment[] }) {
  return <>{fragments.map(({ text, matched }, index) => (matched ? <mark key={index}>{text}</mark> : text))}</>;
}
