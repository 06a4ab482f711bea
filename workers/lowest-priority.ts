/**
 * Lowers the priority of a thread without time constraints, on Linux of this thread alone. Import this module first, so
 * that the loading of other modules and the helper threads have the low priority, too.
 */
import { setPriority } from 'node:os';

setPriority(19);
