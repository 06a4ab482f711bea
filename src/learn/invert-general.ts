/**
 * A ← A⁻¹ for any square A (n × n, row-major), by Gauss–Jordan elimination with partial pivoting. It takes n³
 * operations, so it is meant for small n.
 * @returns false if A is singular or not finite; its contents are then undefined
 */
export function invertGeneral(a: Float64Array, n: number): boolean {
  const order = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    let pivotRow = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[pivotRow * n + k])) pivotRow = i;
    order[k] = pivotRow;
    for (let j = 0; j < n && pivotRow !== k; j++) {
      const swapped = a[k * n + j];
      a[k * n + j] = a[pivotRow * n + j];
      a[pivotRow * n + j] = swapped;
    }
    const pivot = a[k * n + k];
    if (pivot === 0 || !Number.isFinite(pivot)) return false;
    a[k * n + k] = 1;
    for (let j = 0; j < n; j++) a[k * n + j] /= pivot;
    for (let i = 0; i < n; i++) {
      const factor = a[i * n + k];
      if (i === k || factor === 0) continue;
      a[i * n + k] = 0;
      for (let j = 0; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  // Undoes the row exchanges by exchanging columns in reverse order.
  for (let k = n - 1; k >= 0; k--) {
    for (let i = 0; i < n && order[k] !== k; i++) {
      const swapped = a[i * n + k];
      a[i * n + k] = a[i * n + order[k]];
      a[i * n + order[k]] = swapped;
    }
  }
  return true;
}
