import { useMemo, useState } from 'preact/hooks';
import { BarChart } from './bar-chart';
import { barsOf, keysOf } from './bars';
import { MarkLegend } from './mark-legend';
import type { ShownWindows } from './shown-windows';

const MOST_KEYS = 200;

interface Props {
  /** Whose windows they are. */
  readonly label: string;
  readonly windows: ShownWindows;
  /** By name; at least one. */
  readonly aggregates: readonly string[];
  /** What its keys are made of; none: it has no keys. */
  readonly keyNames: readonly string[];
  readonly height?: number;
  /** Places for windows, at least. */
  readonly places?: number;
}

/** One key and aggregate as a chart, both to choose. */
export function WindowsView({ label, windows, aggregates, keyNames, height, places }: Props) {
  const [chosenAggregate, chooseAggregate] = useState<string>();
  const [chosenKey, chooseKey] = useState<string>();
  const keys = useMemo(() => keysOf(windows), [windows]);
  const aggregate = aggregates.find((one) => one === chosenAggregate) ?? aggregates[0];
  const key = keys.find((one) => one === chosenKey) ?? keys[0] ?? '';
  const bars = useMemo(() => barsOf(windows, key, aggregate), [windows, key, aggregate]);
  return (
    <>
      <div class="form-row">
        <label class="field">
          <span>Figure</span>
          <select value={aggregate} onChange={(event) => chooseAggregate(event.currentTarget.value)}>
            {aggregates.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {keyNames.length > 0 && (
          <label class="field">
            <span>{keyNames.join(', ')}</span>
            <select value={key} onChange={(event) => chooseKey(event.currentTarget.value)}>
              {keys.slice(0, MOST_KEYS).map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        )}
      </div>
      <BarChart label={`${aggregate} of ${label}`} bars={bars} height={height} places={places} />
      <MarkLegend />
    </>
  );
}
