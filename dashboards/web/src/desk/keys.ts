/** Keys of the desk. Letters are commands only where nobody is writing, input methods included. */
export type Key =
  | { does: 'move'; by: number }
  | { does: 'verb'; nth: number }
  | { does: 'open' | 'close' | 'new' | 'open_one' | 'filter' | 'find' | 'split' | 'seat' | 'language' | 'undo' | 'help' };

const letters: Readonly<Record<string, Key>> = {
  j: { does: 'move', by: 1 },
  ArrowDown: { does: 'move', by: 1 },
  k: { does: 'move', by: -1 },
  ArrowUp: { does: 'move', by: -1 },
  Enter: { does: 'open' },
  Escape: { does: 'close' },
  '.': { does: 'new' },
  f: { does: 'filter' },
  '/': { does: 'find' },
  x: { does: 'split' },
  n: { does: 'open_one' },
  c: { does: 'seat' },
  l: { does: 'language' },
  '?': { does: 'help' },
};

/** What a key press asks, or nothing. */
export function key_of(press: KeyboardEvent): Key | null {
  // 229: the input method has the key, and `isComposing` is not set yet on its first one.
  if (press.isComposing || press.keyCode === 229) return null;
  const writing = is_field(press.target);
  if (press.key === 'Escape') return { does: 'close' };
  if (writing) return null;
  if ((press.ctrlKey || press.metaKey) && press.key.toLowerCase() === 'z') return { does: 'undo' };
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  if (/^[1-9]$/.test(press.key)) return { does: 'verb', nth: Number(press.key) };
  // Enter on a button presses that button.
  if (press.key === 'Enter' && (press.target as Element | null)?.closest?.('button')) return null;
  return letters[press.key] ?? letters[press.key.toLowerCase()] ?? null;
}

function is_field(target: EventTarget | null): boolean {
  const name = (target as Element | null)?.tagName;
  return name === 'INPUT' || name === 'TEXTAREA' || name === 'SELECT';
}
