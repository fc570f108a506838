/** Choosing some of many by keyboard: what is listed for what was typed. */
export interface Option<Key> {
  key: Key;
  name: string;
}

/** More are found by typing, not by scrolling. */
const LISTED = 100;

/** Those that match, and what is chosen; in one order, so that nothing moves under the cursor. */
export function listed<Key>(options: readonly Option<Key>[], chosen: readonly Key[], words: string): Option<Key>[] {
  const said = words.trim().toLowerCase();
  let matches = 0;
  return options.filter(
    ({ key, name }) =>
      chosen.includes(key) || (name.toLowerCase().includes(said) && (matches += 1) <= LISTED),
  );
}

/** Chooses what was not, and the other way round. */
export function turned<Key>(chosen: readonly Key[], key: Key): Key[] {
  return chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key];
}
