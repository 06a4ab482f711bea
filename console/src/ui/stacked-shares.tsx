import { percentages } from './percentages';
import { hueOf } from './source-colour';

export interface Reason {
  readonly source: string;
  readonly share: number;
  readonly text: string;
}

/** Shows the reasons for an item's rank: shares that add up to 100 %, drawn to scale; their texts can be expanded. */
export function StackedShares({ reasons }: { readonly reasons: readonly Reason[] }) {
  if (reasons.length === 0) return <p class="muted small">No reasons: this list is not ranked by score.</p>;
  const parts = percentages(reasons.map(({ share }) => share));
  const named = reasons.map((reason, index) => ({ ...reason, part: parts[index], key: `${index} ${reason.source}` }));
  return (
    <details class="shares">
      <summary>
        <span class="shares-bar" aria-hidden="true">
          {named.map(({ source, part, key }) => (
            <span key={key} class={`part-${hueOf(source)}`} style={{ flexGrow: part }} />
          ))}
        </span>
        <span class="shares-legend">
          {named.map(({ source, part, key }) => (
            <span key={key} class="shares-part" data-percent={part}>
              <i class={`part-${hueOf(source)}`} aria-hidden="true" /> {source.replaceAll('-', ' ')} <b>{part} %</b>
            </span>
          ))}
        </span>
      </summary>
      <ul>
        {named.map(({ source, part, text, key }) => (
          <li key={key}>
            <i class={`part-${hueOf(source)}`} aria-hidden="true" /> <b>{part} %</b> {withoutPercent(text)}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Removes the share at the beginning of the text, which is rounded separately. */
const withoutPercent = (text: string) => text.replace(/^\d+ %: /, '');
