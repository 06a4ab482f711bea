import { useEditorContext } from '@graphiql/react';
import { useEffect } from 'react';

interface Change {
  /** CodeMirror's name of what made the change: `setValue` is GraphiQL, anything else the user. */
  readonly origin?: string;
}

/**
 * Gives all tabs the same headers. GraphiQL keeps headers for each tab and writes them into the editor when the tab
 * changes; this writes the shared text over them.
 */
export function SharedHeaders({ initial }: { readonly initial: string }) {
  const { headerEditor } = useEditorContext({ nonNull: true });
  useEffect(() => {
    if (headerEditor === null) return;
    let shared = initial;
    const follow = (_editor: unknown, { origin }: Change) => {
      const text = headerEditor.getValue();
      if (origin !== 'setValue' || isSameJson(text, shared)) shared = text;
      else headerEditor.setValue(shared);
    };
    headerEditor.on('change', follow);
    return () => headerEditor.off('change', follow);
  }, [headerEditor, initial]);
  return null;
}

/** Formatting the headers changes their text through `setValue` too. */
function isSameJson(one: string, other: string): boolean {
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return false;
  }
}
