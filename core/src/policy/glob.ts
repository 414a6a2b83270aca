/** Does a pattern fit the whole of a text? `*` stands for any letters, `?` for one; letter case does not count. Takes time in proportion to both lengths. */
export function matchesGlob(pattern: string, text: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), text.toLowerCase()];
  let [at, star, resume] = [0, -1, 0];
  for (let index = 0; index < given.length;) {
    const letter = wanted[at];
    if (letter === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (letter === '?' || (letter !== undefined && letter === given[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else {
      return false;
    }
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}

/** Does a pattern fit the path of a field, or of something that it is in? `lanes` fits `lanes[2].speed`. */
export function matchesPath(pattern: string, path: string): boolean {
  if (matchesGlob(pattern, path)) return true;
  for (let at = 1; at < path.length; at += 1) {
    if ((path[at] === '.' || path[at] === '[') && matchesGlob(pattern, path.slice(0, at))) return true;
  }
  return false;
}
