import type { RequestError, ResultOf, VariablesOf } from '@freshet/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLive } from '../ui/use-live';
import { ListUpdated } from './lab-documents';
import { type Move, computeMoves } from '../ui/moves';

export type ListInput = VariablesOf<typeof ListUpdated>['input'];
type List = ResultOf<typeof ListUpdated>['recommendationsUpdated'];

export interface ShownList {
  readonly list: List | undefined;
  readonly moves: ReadonlyMap<string, Move>;
  /** Number of changes since the list was first shown. */
  readonly changes: number;
  readonly error: RequestError | undefined;
}

/** Returns a live list with the moves of its latest change. */
export function useList(input: ListInput, first: number, onChange?: () => void): ShownList {
  const before = useRef<readonly string[] | undefined>(undefined);
  const [{ moves, changes }, setMoved] = useState({ moves: new Map<string, Move>(), changes: 0 });
  const asked = JSON.stringify(input);
  useEffect(() => {
    before.current = undefined;
    setMoved({ moves: new Map(), changes: 0 });
  }, [asked]);
  const { data, error } = useLive(ListUpdated, { input, first }, ({ recommendationsUpdated: { edges } }) => {
    const ids = edges.map(({ node }) => node.id);
    const isFirst = before.current === undefined;
    const moved = computeMoves(before.current, ids);
    before.current = ids;
    if (isFirst) return;
    setMoved(({ changes: count }) => ({ moves: moved, changes: count + 1 }));
    onChange?.();
  });
  return { list: data?.recommendationsUpdated, moves, changes, error };
}
