import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const HELD = '[data-placement]:has(.row:hover), [data-placement]:has(:focus-visible)';
const MOVES = ['pointerout', 'focusout'] as const;

/**
 * Tells which rails must not move: those that the pointer is over, or that hold the keyboard's focus. The component is
 * drawn again when the pointer or the focus leaves one.
 * @returns the placements of these rails at this moment
 */
export function useHeldRails(rails: RefObject<HTMLElement | null>): () => ReadonlySet<string> {
  const [, redraw] = useState(0);
  useEffect(() => {
    const element = rails.current!;
    // Until the event is over, the element that loses the pointer or the focus still matches.
    const follow = () => void requestAnimationFrame(() => redraw((turn) => turn + 1));
    for (const type of MOVES) element.addEventListener(type, follow);
    return () => {
      for (const type of MOVES) element.removeEventListener(type, follow);
    };
  }, []);
  return () =>
    new Set([...(rails.current?.querySelectorAll<HTMLElement>(HELD) ?? [])].map(({ dataset }) => dataset.placement!));
}
