import type { SentEvent } from './recount';

export const BATCH: number;
export function floodEvent(n: number, firstEventAt: number): SentEvent;
