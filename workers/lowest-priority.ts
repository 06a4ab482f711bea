/**
 * Lowers the priority of a thread whose work is not urgent. On Linux, this affects only the thread itself. Import this
 * module first, so that the loading of other modules and the helper threads have the low priority, too.
 */
import { setPriority } from 'node:os';

setPriority(19);
