/** Orders names as people count: `fwctl2` before `fwctl10`. For `Array.prototype.sort`. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  if (left.stem !== right.stem) return left.stem < right.stem ? -1 : 1;
  if (left.digits.length !== right.digits.length) return left.digits.length - right.digits.length;
  return left.digits < right.digits ? -1 : Number(left.digits > right.digits);
}

function split(name: string): { stem: string; digits: string } {
  let end = name.length;
  while (end > 0 && isDigit(name.charCodeAt(end - 1))) end -= 1;
  return { stem: name.slice(0, end), digits: name.slice(end) };
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
