/**
 * Lowers the priority of a thread whose work is not urgent. On Linux, this affects only the thread itself. Import this
 * module first: then other modules load with the low priority, and threads that this thread starts inherit it.
 */
import { setPriority } from 'node:os';

setPriority(19);
