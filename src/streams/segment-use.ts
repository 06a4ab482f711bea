/**
 * How a stream uses the segments of customers: its expressions don't read them (NONE), its stored results reveal at most
 * how many events belong to a segment (COUNTED), or they may also reveal whose segment it is (IDENTIFIED).
 */
export type SegmentUse = 'NONE' | 'COUNTED' | 'IDENTIFIED';
