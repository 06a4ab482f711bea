import { groupFigures } from './compared-figures';

interface Props {
  readonly figures: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Shows measured figures next to those they are compared with; the rest can be expanded. */
export function Figures({ figures, parameters }: Props) {
  const { compared, others } = groupFigures(figures);
  return (
    <>
      <dl class="figures">
        {compared.map(({ name, value, rivals }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <b>{figure(value)}</b>
              {rivals.map(([rival, theirs]) => (
                <span key={rival} class="muted small">
                  {' '}
                  {rival} {figure(theirs)}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <details class="small">
        <summary>All figures and parameters</summary>
        <dl class="figures">
          {[...others, ...Object.entries(parameters)].map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{figure(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

function figure(value: unknown): string {
  if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value);
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
