import { ErrorNote } from '../ui/error-note';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { useLive } from '../ui/use-live';
import { OperationTable } from './operation-table';
import { ProcessTable } from './process-table';
import { SystemUpdated } from './system-documents';
import { systemFacts } from './system-facts';

/** Shows the live state of the system: figures, operations and processes. */
export function SystemPanel() {
  const { data, error } = useLive(SystemUpdated, {});
  if (data === undefined) return error ? <ErrorNote error={error} /> : <Loading lines={3} />;
  const system = data.systemUpdated;
  const { alertsFiring: firing } = system;
  return (
    <>
      <section class="card" aria-labelledby="system-title">
        <header class="card-head">
          <h2 id="system-title">State</h2>
          <Link class={`badge ${firing === null ? '' : firing > 0 ? 'bad' : 'good'}`} href={hrefOf('alerts')}>
            {firing === null
              ? 'Alerts'
              : firing === 0
                ? 'No alerts firing'
                : firing === 1
                  ? '1 alert firing'
                  : `${firing} alerts firing`}
          </Link>
        </header>
        <ErrorNote error={error} />
        <dl class="facts">
          {systemFacts(system).map(({ title, value, hint }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>
                <b>{value}</b> <span class="muted small">{hint}</span>
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <div class="system-tables">
        <OperationTable operations={system.operations} />
        <ProcessTable processes={system.processes} version={system.version} />
      </div>
    </>
  );
}
