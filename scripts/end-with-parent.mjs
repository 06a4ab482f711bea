/**
 * Ends this process when the process that started it has ended. npm runs a script through `sh -c`, and sends SIGTERM to
 * that shell only. The shell ends without passing the signal on, so `kill PID` of `npm start` would leave everything
 * that it started running.
 */
const EVERY_MS = 250;

if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, EVERY_MS).unref();
}
