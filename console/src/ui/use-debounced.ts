import { useEffect, useState } from 'preact/hooks';

/** The value as it is once it has rested. */
export function useDebounced<Value>(value: Value, ms = 200): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}
