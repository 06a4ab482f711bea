import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const HELD_SELECTOR = '[data-placement]:has(.row:hover), [data-placement]:has(:focus-visible)';
const RELEASE_EVENTS = ['pointerout', 'focusout'] as const;

/**
 * Finds the rails that must not change: those under the pointer or with the keyboard focus. Redraws the component when
 * the pointer or the focus leaves a rail.
 * @returns a function that returns the placements of these rails
 */
export function useHeldRails(rails: RefObject<HTMLElement | null>): () => ReadonlySet<string> {
  const [, redraw] = useState(0);
  useEffect(() => {
    const element = rails.current!;
    // During the event, the element that loses the pointer or the focus still matches.
    const follow = () => void requestAnimationFrame(() => redraw((count) => count + 1));
    for (const type of RELEASE_EVENTS) element.addEventListener(type, follow);
    return () => {
      for (const type of RELEASE_EVENTS) element.removeEventListener(type, follow);
    };
  }, []);
  return () =>
    new Set(
      [...(rails.current?.querySelectorAll<HTMLElement>(HELD_SELECTOR) ?? [])].map(({ dataset }) => dataset.placement!),
    );
}
