import { useEditorContext } from '@graphiql/react';
import { useEffect } from 'react';

interface Change {
  /** CodeMirror's name for the origin of a change: `setValue` is GraphiQL, anything else is the user. */
  readonly origin?: string;
}

/**
 * Gives all tabs the same headers. GraphiQL stores headers per tab and writes them into the editor when the tab
 * changes; this component replaces them with the shared text.
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

/** Returns whether two texts hold the same JSON. Formatting the headers changes their text through `setValue` too. */
function isSameJson(one: string, other: string): boolean {
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return false;
  }
}
