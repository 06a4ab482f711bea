export interface Fragment {
  readonly text: string;
  readonly matched: boolean;
}

/** Renders a text with the matched words highlighted. */
export function Marked({ fragments }: { readonly fragments: readonly Fragment[] }) {
  return <>{fragments.map(({ text, matched }, index) => (matched ? <mark key={index}>{text}</mark> : text))}</>;
}
