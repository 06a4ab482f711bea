/**
 * Import this first in a thread without time constraints. On Linux it lowers the priority of this thread alone,
 * including its module loading and its helper threads.
 */
import { setPriority } from 'node:os';

setPriority(19);
