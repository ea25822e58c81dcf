/** A line of arguments, cut as a shell does it: blanks divide, quotes and backslashes keep together. */
export function words(line) {
  const all = [];
  let word = null;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const each = line[i];
    if (quote ? each === quote : each === "'" || each === '"') {
      quote = quote ? "" : each;
      word ??= "";
    } else if (each === "\\" && quote !== "'" && i + 1 < line.length) {
      word = (word ?? "") + line[++i];
    } else if (!quote && /\s/.test(each)) {
      if (word !== null) all.push(word);
      word = null;
    } else {
      word = (word ?? "") + each;
    }
  }
  if (word !== null) all.push(word);
  return all;
}

const PLAIN = /^[\w@%+=:,./-]+$/;

/** The line that `words` cuts into these. */
export function line(args) {
  return args.map((each) => (PLAIN.test(each) ? each : `'${each.replaceAll("'", `'"'"'`)}'`)).join(" ");
}
