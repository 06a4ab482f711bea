import { useRef } from 'preact/hooks';
import { address } from './address';

/** Maximum number of history entries whose content is stored, so that it is restored when the visitor goes back. */
const MAX_ENTRIES = 30;
const contentByEntry = new Map<string, Map<string, unknown>>();

/** Returns a store for the content that the current history entry shows. */
export function useEntryMemory<T>(name: string): { get(): T | undefined; set(value: T): void } {
  const { entry } = address.value;
  const id = `${entry} ${name}`;
  const memory = useRef<{ id: string; get(): T | undefined; set(value: T): void } | null>(null);
  if (memory.current?.id !== id)
    memory.current = {
      id,
      get: () => contentByEntry.get(entry)?.get(name) as T | undefined,
      set: (value) => void contentOfEntry(entry).set(name, value),
    };
  return memory.current;
}

function contentOfEntry(entry: string): Map<string, unknown> {
  const found = contentByEntry.get(entry) ?? new Map<string, unknown>();
  // Moves the entry to the end, so that the least recently used one is evicted.
  contentByEntry.delete(entry);
  contentByEntry.set(entry, found);
  if (contentByEntry.size > MAX_ENTRIES) contentByEntry.delete(contentByEntry.keys().next().value as string);
  return found;
}
