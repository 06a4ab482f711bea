/**
 * Rows of a Walsh matrix: +1 or −1 for each list, equally often, and independent from one row to another.
 * @param row from 1 on
 */
export function sway(list: number, row: number): 1 | -1 {
  let odd = false;
  for (let bits = list & row; bits > 0; bits &= bits - 1) odd = !odd;
  return odd ? -1 : 1;
}
