/** A number, such as a log position. Callers can wait until it reaches a value. */
export class Progress {
  private readonly waiting = new Set<{ value: number; reached: () => void }>();

  constructor(private current: number) {}

  get value(): number {
    return this.current;
  }

  /** Sets the number, which may also decrease. Ends the waits for values that it has reached. */
  set(value: number): void {
    this.current = value;
    for (const entry of this.waiting) if (entry.value <= value) entry.reached();
  }

  /** Resolves to true when the number is at least `value`, or to false after `boundMs` milliseconds. */
  async reaches(value: number, boundMs: number): Promise<boolean> {
    if (this.current >= value) return true;
    return new Promise((resolve) => {
      const entry = { value, reached: () => finish(true) };
      const timer = setTimeout(() => finish(false), boundMs);
      const finish = (reached: boolean) => {
        clearTimeout(timer);
        this.waiting.delete(entry);
        resolve(reached);
      };
      this.waiting.add(entry);
    });
  }
}
