import { attributeTitle, attributeText } from '../product/attribute-text';
import type { SearchState } from './search-address';
import { attributeField, type AttributeFacetData } from './search-query';

interface Props {
  readonly state: SearchState;
  /** Facets of attributes; a facet that has not loaded yet shows its chosen values only. */
  readonly facets: readonly AttributeFacetData[];
  readonly choose: (change: Partial<SearchState>) => void;
}

/** Facets of the attributes by which the results differ, such as colour or size. */
export function AttributeFacets({ state: { attributes }, facets, choose }: Props) {
  const waiting = attributes
    .filter(({ name }) => !facets.some(({ field }) => field === attributeField(name)))
    .map(({ name, values }) => ({ name, values: values.map((value) => ({ value, count: null })) }));
  const chosenOf = (name: string) => attributes.find((one) => one.name === name)?.values ?? [];
  const counted = facets.map(({ field, values }) => {
    const name = field.slice(attributeField('').length);
    // A chosen value that is not among the listed ones must remain deselectable.
    const others = chosenOf(name).filter((value) => !values.some((one) => one.value === value));
    return { name, values: [...others.map((value) => ({ value, count: null })), ...values] };
  });
  const toggle = (name: string, value: string) => {
    const values = chosenOf(name);
    const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
    const others = attributes.filter((one) => one.name !== name);
    choose({ attributes: next.length === 0 ? others : [...others, { name, values: next }] });
  };
  return (
    <>
      {[...waiting, ...counted]
        .filter(({ name, values }) => values.length > 1 || chosenOf(name).length > 0)
        .map(({ name, values }) => (
          <fieldset key={name}>
            <legend>{attributeTitle(name)}</legend>
            {values.map(({ value, count }) => (
              <label key={value} class="choice">
                <input
                  type="checkbox"
                  name={attributeField(name)}
                  value={value}
                  checked={chosenOf(name).includes(value)}
                  onChange={() => toggle(name, value)}
                />
                <span>{value === 'true' || value === 'false' ? attributeText(value === 'true') : value}</span>{' '}
                <span class="count">{count}</span>
              </label>
            ))}
          </fieldset>
        ))}
    </>
  );
}
