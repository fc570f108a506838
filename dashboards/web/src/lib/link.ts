/**
 * The connection to the gateway: says hello, comes back by itself from where it stood, and hands
 * each frame on. It knows nothing of what the frames mean for a page.
 */
import { closes, socket as at, type CaseRow, type CommandBody, type Hello } from './protocol';
import type { Said, Told } from './protocol';

export interface LinkState {
  /** `cut` may become `open` again by itself; `refused` does not. */
  phase: 'connecting' | 'open' | 'cut' | 'refused';
  /** Attempts since it was last open. */
  attempts: number;
  /** When the next attempt is made, by this machine's monotonic clock. */
  again_at: number | null;
  /** When it was cut, by the same clock. */
  cut_at: number | null;
  /** The close code, where the server gave one. */
  code: number | null;
}

const AGAIN_MS_MIN = 1_000;
const AGAIN_MS_MAX = 30_000;
/** Without a word for so long the line is dead, whatever the browser thinks: beats come each second. */
const DEAD_MS = 12_000;

export interface LinkParts<Row extends CaseRow> {
  hello: () => Hello;
  told: (frame: Told<Row>, now_ms: number) => void;
  changed: (state: LinkState) => void;
  /** The journal is another one: what was shown is not to be continued. */
  anew: () => void;
}

export class Link<Row extends CaseRow> {
  state: LinkState = { phase: 'connecting', attempts: 0, again_at: null, cut_at: null, code: null };
  private socket: WebSocket | null = null;
  private timer = 0;
  private watch = 0;
  private heard_at = 0;
  private stopped = false;

  constructor(private readonly parts: LinkParts<Row>) {}

  open(): void {
    this.stopped = false;
    clearTimeout(this.timer);
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}${at.path}`, at.protocol);
    this.socket = socket;
    this.heard_at = performance.now();
    this.move({ phase: this.state.cut_at === null ? 'connecting' : 'cut', again_at: null });
    socket.onopen = () => send(socket, { hello: this.parts.hello() });
    socket.onmessage = (word: MessageEvent<string>) => this.hear(word.data);
    socket.onclose = (close) => {
      if (this.socket === socket) this.cut(close.code);
    };
    clearInterval(this.watch);
    this.watch = window.setInterval(() => {
      if (performance.now() - this.heard_at > DEAD_MS) this.drop();
    }, 1_000);
  }

  /** Whether what is said now is sent now. */
  get is_open(): boolean {
    return this.state.phase === 'open' && this.socket?.readyState === WebSocket.OPEN;
  }

  /** Sends a command; false where the line is cut, and nothing was sent. */
  command(body: CommandBody): boolean {
    return this.say({ command: body });
  }

  looking(id: string | null): boolean {
    return this.say({ looking: { case: id } });
  }

  /** Lets go and comes back with what is known: after a gap, or a dead line. */
  drop(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.cut(null);
  }

  close(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.watch);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }

  private say(what: Said): boolean {
    if (!this.is_open || this.socket === null) return false;
    send(this.socket, what);
    return true;
  }

  private hear(text: string): void {
    this.heard_at = performance.now();
    const frame = JSON.parse(text) as Told<Row>;
    if (frame.hello) {
      this.move({ phase: 'open', attempts: 0, again_at: null, cut_at: null, code: null });
    }
    this.parts.told(frame, this.heard_at);
  }

  private cut(code: number | null): void {
    clearInterval(this.watch);
    if (this.stopped) return;
    const now = performance.now();
    const what = code === null ? undefined : closes[code];
    const attempts = this.state.attempts + 1;
    const wait = pause(attempts, code);
    const cut_at = this.state.cut_at ?? now;
    if (what?.anew) this.parts.anew();
    if (wait === null) {
      this.move({ phase: 'refused', again_at: null, cut_at, code });
      return;
    }
    this.move({ phase: 'cut', attempts, again_at: now + wait, cut_at, code });
    this.timer = window.setTimeout(() => this.open(), wait);
  }

  private move(to: Partial<LinkState>): void {
    this.state = { ...this.state, ...to };
    this.parts.changed(this.state);
  }
}

function send(socket: WebSocket, what: Said): void {
  socket.send(JSON.stringify(what));
}

/**
 * How long to wait before the nth attempt after a close with `code`; null for ever. Never shorter
 * than the server asked at first, doubling after that; with jitter, so that a room of pages that
 * were cut together does not return together.
 */
export function pause(
  attempts: number,
  code: number | null = null,
  chance: number = Math.random(),
): number | null {
  const asked = (code === null ? undefined : closes[code])?.again_ms;
  if (asked === null) return null;
  if (asked && attempts === 1) return asked + (asked / 2) * chance;
  const most = Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** Math.min(attempts - 1, 10));
  return most / 2 + (most / 2) * chance;
}
