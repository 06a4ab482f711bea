/** The first import of a thread that has time: on Linux this lowers the thread alone, its loading and its helpers too. */
import { setPriority } from 'node:os';

setPriority(19);
