import { useEffect, useState } from 'preact/hooks';

/** Returns the value after it has not changed for `ms` milliseconds. */
export function useDebounced<Value>(value: Value, ms = 200): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}
