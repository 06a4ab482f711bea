import type { ComponentChildren } from 'preact';

/** Placeholder of an empty list, with a hint how to fill it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}
