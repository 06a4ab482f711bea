import { formatShortDateTime, formatEnum } from '../ui/format';
import { formatBytes, formatSeconds, type System } from './system-facts';

/** Lists the shop's processes. */
export function ProcessTable({ processes, version }: Pick<System, 'processes' | 'version'>) {
  return (
    <section class="card" aria-labelledby="processes-title">
      <h2 id="processes-title">
        Processes <span class="muted small">release {version}</span>
      </h2>
      <div class="table-scroll" role="region" aria-label="Processes" tabIndex={0}>
        <table class="narrow" aria-labelledby="processes-title">
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">Started</th>
              {['Memory', 'Event loop'].map((title) => (
                <th key={title} scope="col" class="figure">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {processes.map((one) => (
              <tr key={one.id}>
                <th scope="row" class="nowrap">
                  {one.kind === 'API' ? 'API' : formatEnum(one.kind)}
                  {one.version !== version && <span class="badge held">{one.version}</span>}
                </th>
                <td class="nowrap">{formatShortDateTime(one.startedAt)}</td>
                <td class="figure nowrap">{formatBytes(one.memoryBytes)}</td>
                <td class="figure">{formatSeconds(one.eventLoopSeconds)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
