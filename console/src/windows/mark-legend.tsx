import { MARKS } from './window-mark';

export function MarkLegend() {
  return (
    <ul class="mark-legend" aria-label="How windows are drawn">
      {MARKS.map(({ mark, title, text }) => (
        <li key={mark}>
          <i class={`mark ${mark}`} aria-hidden="true" />
          <span>
            <b>{title}</b>: {text}
          </span>
        </li>
      ))}
    </ul>
  );
}
