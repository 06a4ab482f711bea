import { formatShare, formatNumber } from '../ui/format';
import { formatSeconds, type System } from './system-facts';

const MAX_OPERATIONS = 20;

/** Shows rates, latencies and errors of each operation in the last minute, the most frequent first. */
export function OperationTable({ operations }: Pick<System, 'operations'>) {
  const shown = [...operations].sort((a, b) => b.count - a.count).slice(0, MAX_OPERATIONS);
  return (
    <section class="card" aria-labelledby="operations-title">
      <h2 id="operations-title">
        Operations <span class="muted small">in the last minute</span>
      </h2>
      {shown.length === 0 ? (
        <p class="muted">No requests.</p>
      ) : (
        <div class="table-scroll" role="region" aria-label="Operations, in the last minute" tabIndex={0}>
          <table class="narrow" aria-labelledby="operations-title">
            <thead>
              <tr>
                <th scope="col">Root field</th>
                {['Per second', 'p50', 'p99', 'Errors'].map((title) => (
                  <th key={title} scope="col" class="figure">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ field, perSecond, count, errors, failures, p50, p99 }) => (
                <tr key={field}>
                  <th scope="row" class="nowrap">
                    {field}
                  </th>
                  <td class="figure nowrap">{formatNumber(perSecond)}</td>
                  <td class="figure nowrap">{p50 === null ? '–' : formatSeconds(p50)}</td>
                  <td class="figure nowrap">{p99 === null ? '–' : formatSeconds(p99)}</td>
                  <td class="figure nowrap">
                    {failures > 0 ? (
                      <span class="badge bad" title="Server errors">
                        {formatNumber(failures)} failed
                      </span>
                    ) : errors > 0 ? (
                      `${formatNumber(errors)} (${formatShare(errors / count, 1)})`
                    ) : (
                      '0'
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
