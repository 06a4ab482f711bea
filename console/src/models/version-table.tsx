import { formatCompactNumber, formatDateTime } from '../ui/format';
import { Figures } from './figures';
import type { Version } from './model-card';

interface Props {
  readonly label: string;
  readonly versions: readonly Version[];
  readonly onPromote: (version: Version) => void;
}

/** Lists versions, the newest first, with the gate's figures and verdict. */
export function VersionTable({ label, versions, onPromote }: Props) {
  return (
    <div class="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Verdict</th>
            <th scope="col">Fitted</th>
            <th scope="col" class="figure">
              Duration
            </th>
            <th scope="col" class="figure">
              Size
            </th>
            <th scope="col">Figures</th>
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <tr key={version.id} class={version.active ? 'active' : ''} data-version={version.number}>
              <th scope="row">
                {version.number} {version.active && <span class="badge good">active</span>}{' '}
                {version.pinned && <span class="badge">pinned</span>}
              </th>
              <td>
                <span class={`badge verdict ${version.verdict.toLowerCase()}`}>{version.verdict.toLowerCase()}</span>
                {[...version.reasons, ...version.warnings].map((remark) => (
                  <p key={remark} class="small">
                    {remark}
                  </p>
                ))}
              </td>
              <td class="nowrap">{formatDateTime(version.fittedAt)}</td>
              <td class="figure nowrap">{version.seconds.toFixed(1)} s</td>
              <td class="figure nowrap">
                {version.bytes === null ? 'not stored' : `${formatCompactNumber(version.bytes)}B`}
              </td>
              <td>
                <Figures figures={version.figures} parameters={version.parameters} />
              </td>
              <td>
                {!version.active && version.bytes !== null && (
                  <button class="button small" onClick={() => onPromote(version)}>
                    Promote<span class="visually-hidden"> version {version.number}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
