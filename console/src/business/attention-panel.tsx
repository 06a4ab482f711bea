import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import type { Concern } from './concerns';

/** Lists what needs attention, in sentences with a link each. */
export function AttentionPanel({ concerns }: { readonly concerns: readonly Concern[] | undefined }) {
  return (
    <section class="card" aria-labelledby="attention-title">
      <h2 id="attention-title">Needs attention</h2>
      {concerns === undefined && <Loading lines={3} />}
      {concerns?.length === 0 && <p class="muted">Nothing needs attention.</p>}
      {concerns !== undefined && concerns.length > 0 && (
        <ul class="concerns">
          {concerns.map(({ text, link, path }) => (
            <li key={text}>
              {text} <Link href={hrefOf(...path)}>{link}</Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
